import Settings
import YAML

/// A condition over named values, as a tree: over the paths of a spec (`where:` of a sweep's block),
/// or over the columns of a table.
struct Condition: Sendable {
  /// A piece of the condition with the place of the word or sign that says what it is.
  indirect enum Expression: Sendable {
    case constant(ConditionValue)
    /// A position in `paths`.
    case path(Int)
    case list([Term])
    case negative(Term)
    case not(Term)
    case arithmetic(ArithmeticOperator, Term, Term)
    /// `a < b <= c`: each term after the first with the operator before it.
    case comparison(Term, [(ComparisonOperator, SourceRange, Term)])
    case and(Term, Term)
    case or(Term, Term)
    case call(ConditionFunction, [Term])
  }

  struct Term: Sendable {
    var expression: Expression
    var range: SourceRange
  }

  enum ArithmeticOperator: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case floorDivide = "//"
    case remainder = "%"
    case power = "**"
  }

  enum ComparisonOperator: String, Sendable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case isIn = "in"
    case isNotIn = "not in"
  }

  /// A path that the condition reads.
  struct Path: Sendable {
    /// As the condition writes it.
    var name: String
    /// From the document's root; of a table the column.
    var keys: [String]
  }

  var root: Term
  var paths: [Path]
}

/// The names that a condition may read.
protocol ConditionNames {
  /// All of them.
  var readable: [String] { get }
  /// The keys of a path that a condition reads.
  func reading(_ path: String) -> Result<[String], UnknownName>
}

/// What is wrong with a name in a condition.
struct UnknownName: Error {
  var message: String
  var suggestion: String
}

/// The value of a part of a condition.
enum ConditionValue: Sendable, Equatable {
  case null
  case boolean(Bool)
  case number(Double)
  case text(String)
  case list([ConditionValue])

  init(_ node: Node) {
    switch node.content {
    case .sequence(let items): self = .list(items.map(ConditionValue.init))
    case .mapping: self = .text(node.flow)
    case .scalar(let scalar):
      switch scalar.value {
      case .null: self = .null
      case .boolean(let value): self = .boolean(value)
      case .integer, .number, .text:
        // Infinite is a word, that of a norm.
        let number = scalar.number.flatMap { $0.isInfinite ? nil : $0 }
        self = number.map(ConditionValue.number) ?? .text(scalar.text)
      }
    }
  }

  /// Whether two values mean the same: the words of one norm do.
  func means(_ other: ConditionValue) -> Bool {
    guard case .text(let a) = self, case .text(let b) = other, a != b else { return self == other }
    return Norm(word: a).map { $0 == Norm(word: b) } ?? false
  }

  /// "a number".
  var kind: String {
    switch self {
    case .null: "null"
    case .boolean: "a boolean"
    case .number: "a number"
    case .text: "a string"
    case .list: "a list"
    }
  }
}

/// The functions of conditions.
enum ConditionFunction: String, CaseIterable, Sendable {
  case abs, min, max, len
}

/// Why a condition cannot be decided.
struct ConditionError: Error {
  var message: String
  var range: SourceRange
  /// The path without a value that is the reason.
  var absent: String?

  /// The mistake, with the point at which it was met.
  func diagnostic(at row: [Int32], of axes: [SweepAxis]) -> Diagnostic {
    let names = SweepColumns.columns(of: axes.map(\.names))
    let words = axes.indices.filter { row[$0] >= 0 }.map { axis in
      "\(names[axis])=\(AxisValue(axes[axis].values[Int(row[axis])].node))"
    }
    let point = Diagnostic.Note("at the point \(words.joined(separator: ", "))")
    return Diagnostic(code: .condition, message, at: range, notes: words.isEmpty ? [] : [point])
  }
}
