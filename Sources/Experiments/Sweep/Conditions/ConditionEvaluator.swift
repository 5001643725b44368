import Settings
import CFunctions
import YAML

/// Decides a condition, given the values of its paths.
struct ConditionEvaluator {
  /// The value of a path, by its position in the condition's `paths`.
  typealias Values = (Int) -> ConditionValue

  private let condition: Condition

  init(_ condition: Condition) { self.condition = condition }

  /// Whether the condition holds.
  func isMet(_ values: Values) throws(ConditionError) -> Bool {
    guard case .boolean(let isMet) = try value(condition.root, values) else {
      throw error("a condition must be true or false, not", condition.root, values)
    }
    return isMet
  }

  private func error(
    _ words: String, _ term: Condition.Term, _ values: Values
  ) -> ConditionError {
    let kind = (try? value(term, values))?.kind ?? "nothing"
    return ConditionError(message: "\(words) \(kind)", range: term.range)
  }

  private func value(
    _ term: Condition.Term, _ values: Values
  ) throws(ConditionError) -> ConditionValue {
    switch term.expression {
    case .constant(let value): return value
    case .path(let position): return values(position)
    case .list(let items):
      var list: [ConditionValue] = []
      for item in items { list.append(try value(item, values)) }
      return .list(list)
    case .negative(let operand): return .number(-(try number(operand, values, "-")))
    case .not(let operand): return .boolean(!(try boolean(operand, values, "not")))
    case .and(let left, let right):
      guard try boolean(left, values, "and") else { return .boolean(false) }
      return .boolean(try boolean(right, values, "and"))
    case .or(let left, let right):
      if try boolean(left, values, "or") { return .boolean(true) }
      return .boolean(try boolean(right, values, "or"))
    case .arithmetic(let sign, let left, let right):
      let (a, b) = (
        try number(left, values, sign.rawValue), try number(right, values, sign.rawValue)
      )
      return .number(try result(sign, a, b, term.range))
    case .comparison(let first, let rest):
      var (left, leftTerm) = (try value(first, values), first)
      for (comparison, range, term) in rest {
        let right = try value(term, values)
        do {
          guard try isTrue(left, comparison, right, range) else { return .boolean(false) }
        } catch {
          var error = error
          error.absent = absent(leftTerm, left) ?? absent(term, right)
          throw error
        }
        (left, leftTerm) = (right, term)
      }
      return .boolean(true)
    case .call(let function, let arguments):
      return try call(function, arguments, values, term.range)
    }
  }

  private func number(
    _ term: Condition.Term, _ values: Values, _ sign: String
  ) throws(ConditionError) -> Double {
    let found = try value(term, values)
    guard case .number(let number) = found else {
      throw ConditionError(
        message: "`\(sign)` needs numbers, found \(described(term, found))", range: term.range,
        absent: absent(term, found))
    }
    return number
  }

  private func boolean(
    _ term: Condition.Term, _ values: Values, _ word: String
  ) throws(ConditionError) -> Bool {
    let found = try value(term, values)
    guard case .boolean(let boolean) = found else {
      throw ConditionError(
        message: "`\(word)` needs true or false, found \(described(term, found))",
        range: term.range, absent: absent(term, found))
    }
    return boolean
  }

  private func described(_ term: Condition.Term, _ value: ConditionValue) -> String {
    guard case .path(let position) = term.expression else { return value.kind }
    return "`\(condition.paths[position].name)`, which is \(value.kind)"
  }

  /// The path that a term is, where it has no value.
  private func absent(_ term: Condition.Term, _ value: ConditionValue) -> String? {
    guard value == .null, case .path(let position) = term.expression else { return nil }
    return condition.paths[position].name
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
      case .power: nsl_pow(a, b)
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
    switch (a, b) {
    case (.number(let x), .number(let y)): return comparison.orders(x, y)
    case (.text(let x), .text(let y)): return comparison.orders(x, y)
    default:
      throw ConditionError(
        message: "`\(comparison.rawValue)` cannot compare \(a.kind) with \(b.kind)", range: range)
    }
  }

  private func call(
    _ function: ConditionFunction, _ arguments: [Condition.Term], _ values: Values,
    _ range: SourceRange
  ) throws(ConditionError) -> ConditionValue {
    if function == .len {
      switch try value(arguments[0], values) {
      case .list(let items): return .number(Double(items.count))
      case .text(let text): return .number(Double(text.count))
      case let other:
        throw ConditionError(
          message: "`len` needs a list or a string, found \(described(arguments[0], other))",
          range: arguments[0].range, absent: absent(arguments[0], other))
      }
    }
    var numbers: [Double] = []
    // A single list stands for its items.
    if arguments.count == 1, case .list(let items) = try value(arguments[0], values) {
      for item in items {
        guard case .number(let number) = item else {
          throw ConditionError(
            message: "`\(function.rawValue)` needs numbers, found \(item.kind)",
            range: arguments[0].range)
        }
        numbers.append(number)
      }
    } else {
      for argument in arguments { numbers.append(try number(argument, values, function.rawValue)) }
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

extension Condition.ComparisonOperator {
  /// Whether two values are in this order; nothing is in order with `nan`.
  fileprivate func orders<Value: Comparable>(_ a: Value, _ b: Value) -> Bool {
    switch self {
    case .less: a < b
    case .lessOrEqual: a <= b
    case .greater: a > b
    case .greaterOrEqual: a >= b
    case .equal, .notEqual, .isIn, .isNotIn: false
    }
  }
}
