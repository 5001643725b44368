import Settings
internal import Glibc
import YAML

/// Decides a condition for points of a sweep.
struct ConditionEvaluator {
  /// What a path is read from.
  private struct Source {
    /// What the spec says where no axis sets the path.
    var fallback: ConditionValue
    /// Axes that set the path or a mapping it lies in, with the values they give it.
    var axes: [(axis: Int, values: [ConditionValue])]
  }

  private let condition: Condition
  private let sources: [Source]

  init(_ condition: Condition, _ axes: [SweepAxis], _ values: SpecValues) {
    self.condition = condition
    sources = condition.paths.map { path in
      var source = Source(fallback: values.condition(path.keys), axes: [])
      for (index, axis) in axes.enumerated() where path.keys.starts(with: axis.keys) {
        let rest = path.keys.dropFirst(axis.keys.count)
        source.axes.append(
          (
            index,
            axis.values.indices.map { index in
              let value = axis.values[index]
              if rest.isEmpty {
                return value.node.mapping == nil
                  ? ConditionValue(value.node) : .text(axis.words(of: index))
              }
              return value.whole.opened(as: axis.keys.last ?? "").at(rest).map(ConditionValue.init)
                ?? values.declared(path.keys)
            }
          ))
      }
      // The longer path says more.
      source.axes.sort { axes[$0.axis].keys.count > axes[$1.axis].keys.count }
      return source
    }
  }

  /// Whether a point is kept.
  func isMet(_ row: [Int32]) -> Result<Bool, ConditionError> {
    do throws(ConditionError) {
      guard case .boolean(let isMet) = try value(condition.root, row) else {
        return .failure(
          error("a condition must be true or false, not", condition.root, row))
      }
      return .success(isMet)
    } catch {
      return .failure(error)
    }
  }

  private func error(
    _ words: String, _ term: Condition.Term, _ row: [Int32]
  ) -> ConditionError {
    let kind = (try? value(term, row))?.kind ?? "nothing"
    return ConditionError(message: "\(words) \(kind)", range: term.range)
  }

  private func value(
    _ term: Condition.Term, _ row: [Int32]
  ) throws(ConditionError) -> ConditionValue {
    switch term.expression {
    case .constant(let value): return value
    case .path(let position):
      let source = sources[position]
      for (axis, values) in source.axes where row[axis] >= 0 { return values[Int(row[axis])] }
      return source.fallback
    case .list(let items):
      var values: [ConditionValue] = []
      for item in items { values.append(try value(item, row)) }
      return .list(values)
    case .negative(let operand): return .number(-(try number(operand, row, "-")))
    case .not(let operand): return .boolean(!(try boolean(operand, row, "not")))
    case .and(let left, let right):
      guard try boolean(left, row, "and") else { return .boolean(false) }
      return .boolean(try boolean(right, row, "and"))
    case .or(let left, let right):
      if try boolean(left, row, "or") { return .boolean(true) }
      return .boolean(try boolean(right, row, "or"))
    case .arithmetic(let sign, let left, let right):
      let (a, b) = (try number(left, row, sign.rawValue), try number(right, row, sign.rawValue))
      return .number(try result(sign, a, b, term.range))
    case .comparison(let first, let rest):
      var left = try value(first, row)
      for (comparison, range, term) in rest {
        let right = try value(term, row)
        guard try isTrue(left, comparison, right, range) else { return .boolean(false) }
        left = right
      }
      return .boolean(true)
    case .call(let function, let arguments): return try call(function, arguments, row, term.range)
    }
  }

  private func number(
    _ term: Condition.Term, _ row: [Int32], _ sign: String
  ) throws(ConditionError) -> Double {
    let found = try value(term, row)
    guard case .number(let number) = found else {
      throw ConditionError(
        message: "`\(sign)` needs numbers, found \(described(term, found))", range: term.range)
    }
    return number
  }

  private func boolean(
    _ term: Condition.Term, _ row: [Int32], _ word: String
  ) throws(ConditionError) -> Bool {
    let found = try value(term, row)
    guard case .boolean(let boolean) = found else {
      throw ConditionError(
        message: "`\(word)` needs true or false, found \(described(term, found))",
        range: term.range)
    }
    return boolean
  }

  private func described(_ term: Condition.Term, _ value: ConditionValue) -> String {
    guard case .path(let position) = term.expression else { return value.kind }
    return "`\(condition.paths[position].name)`, which is \(value.kind)"
  }

  private func result(
    _ sign: Condition.ArithmeticOperator, _ a: Double, _ b: Double, _ range: SourceRange
  ) throws(ConditionError) -> Double {
    switch sign {
    case .divide, .floorDivide, .remainder:
      if b == 0 { throw ConditionError(message: "division by zero", range: range) }
    case .power:
      if a == 0, b < 0 { throw ConditionError(message: "division by zero", range: range) }
    case .add, .subtract, .multiply: break
    }
    let result =
      switch sign {
      case .add: a + b
      case .subtract: a - b
      case .multiply: a * b
      case .divide: a / b
      case .floorDivide: (a / b).rounded(.down)
      case .remainder: a - b * (a / b).rounded(.down)
      case .power: pow(a, b)
      }
    guard result.isFinite else {
      throw ConditionError(
        message: "the result of `\(sign.rawValue)` is not a finite number", range: range)
    }
    return result
  }

  private func isTrue(
    _ a: ConditionValue, _ comparison: Condition.ComparisonOperator, _ b: ConditionValue,
    _ range: SourceRange
  ) throws(ConditionError) -> Bool {
    switch comparison {
    case .equal, .notEqual:
      guard a == .null || b == .null || a.kind == b.kind else {
        throw ConditionError(
          message: "\(a.kind) and \(b.kind) are never equal", range: range)
      }
      return a.means(b) == (comparison == .equal)
    case .isIn, .isNotIn:
      guard case .list(let items) = b else {
        throw ConditionError(
          message: "`\(comparison.rawValue)` needs a list on its right, found \(b.kind)",
          range: range)
      }
      return items.contains { $0.means(a) } == (comparison == .isIn)
    case .less, .lessOrEqual, .greater, .greaterOrEqual: break
    }
    let order: (isLess: Bool, isEqual: Bool)
    switch (a, b) {
    case (.number(let x), .number(let y)): order = (x < y, x == y)
    case (.text(let x), .text(let y)): order = (x < y, x == y)
    default:
      throw ConditionError(
        message: "`\(comparison.rawValue)` cannot compare \(a.kind) with \(b.kind)", range: range)
    }
    return switch comparison {
    case .less: order.isLess
    case .lessOrEqual: order.isLess || order.isEqual
    case .greater: !order.isLess && !order.isEqual
    default: !order.isLess
    }
  }

  private func call(
    _ function: ConditionFunction, _ arguments: [Condition.Term], _ row: [Int32],
    _ range: SourceRange
  ) throws(ConditionError) -> ConditionValue {
    if function == .len {
      switch try value(arguments[0], row) {
      case .list(let items): return .number(Double(items.count))
      case .text(let text): return .number(Double(text.count))
      case let other:
        throw ConditionError(
          message: "`len` needs a list or a string, found \(described(arguments[0], other))",
          range: arguments[0].range)
      }
    }
    var numbers: [Double] = []
    // A single list stands for its items.
    if arguments.count == 1, case .list(let items) = try value(arguments[0], row) {
      for item in items {
        guard case .number(let number) = item else {
          throw ConditionError(
            message: "`\(function.rawValue)` needs numbers, found \(item.kind)",
            range: arguments[0].range)
        }
        numbers.append(number)
      }
    } else {
      for argument in arguments { numbers.append(try number(argument, row, function.rawValue)) }
    }
    guard let first = numbers.first else {
      throw ConditionError(message: "`\(function.rawValue)` of an empty list", range: range)
    }
    return switch function {
    case .abs: .number(first.magnitude)
    case .min: .number(numbers.min() ?? first)
    case .max, .len: .number(numbers.max() ?? first)
    }
  }
}
