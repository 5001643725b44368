import Settings
import YAML

/// One change to a spec from the command line.
package struct SpecOverride: Sendable, Hashable {
  package enum Action: Sendable, Hashable {
    /// `key=value`: the value, YAML, is laid over the spec; null deletes. `key+=items` appends to
    /// a list.
    case set
    /// `--sweep key=v1,v2`: an axis of the grid.
    case sweep
  }

  package var action: Action
  /// As the user gave it: `hparams.epochs=3`.
  package var argument: String

  package init(_ action: Action, _ argument: String) {
    self.action = action
    self.argument = argument
  }

  /// As the command line has it.
  package var asTyped: String { action == .set ? argument : "--sweep \(argument)" }
}

/// An argument taken apart, with places that point into it.
struct ParsedOverride {
  var action: SpecOverride.Action
  var key: String
  var keyRange: SourceRange
  /// What is set; of a sweep the list of values, or a range.
  var value: Node
  /// Whether the value is appended to a list: `seeds+=[4]`.
  var isAppended = false

  /// - Returns: `nil` after reporting what is wrong with the argument.
  init?(_ override: SpecOverride, _ diagnostics: Diagnostics) {
    let source = SourceText(
      name: override.action == .set ? ParsedOverride.sourceName : ParsedOverride.sweepName,
      text: override.argument)
    let scalars = Array(source.text.unicodeScalars)
    func range(_ start: Int, _ end: Int) -> SourceRange {
      SourceRange(
        source: source, start: Mark(line: 1, column: start + 1),
        end: Mark(line: 1, column: max(start, end) + 1))
    }
    let form = override.action == .set ? "key=value" : "key=value,value"
    guard let equals = scalars.firstIndex(of: "="), equals > 0 else {
      let isFile = source.text.hasSuffix(".yaml") || source.text.hasSuffix(".yml")
      diagnostics.error(
        .badOverride,
        scalars.first == "=" ? "the key before this `=` is missing" : "expected `\(form)`",
        at: range(0, scalars.count),
        suggestion: isFile
          ? "a command takes one spec; the arguments after it are overrides, such as `epochs=3`"
          : ParsedOverride.suggestion(for: source.text, override.action))
      return nil
    }
    isAppended = override.action == .set && equals > 1 && scalars[equals - 1] == "+"
    let end = isAppended ? equals - 1 : equals
    let key = String(String.UnicodeScalarView(scalars[..<end]))
    if let habit = ParsedOverride.habits.first(where: { key.hasPrefix($0) }) {
      diagnostics.error(
        .badOverride, "a key does not begin with `\(habit)`", at: range(0, habit.count),
        suggestion: "write `\(source.text.dropFirst(habit.count))`")
      return nil
    }
    action = override.action
    self.key = key
    keyRange = range(0, end)
    let isEmpty = scalars[(equals + 1)...].allSatisfy { $0 == " " }
    guard !isEmpty else {
      guard action == .set else {
        diagnostics.error(
          .badOverride, "the values after this `=` are missing", at: range(equals, equals + 1),
          suggestion: "write `\(key)=value,value`")
        return nil
      }
      value = Node(.scalar(Scalar("")), at: keyRange)
      return
    }
    let written = String(String.UnicodeScalarView(scalars[(equals + 1)...]))
    // `02:00:00` is a time limit, elsewhere a range.
    let isTime = key == "time" || key.hasSuffix(".time")
    if !isTime, let foreign = ForeignValues(written[...]) {
      diagnostics.error(
        .badOverride, "`\(Scalar(written).excerpt)` is how other tools write values",
        at: range(equals + 1, scalars.count), suggestion: foreign.answer(key, action))
      return nil
    }
    let document = YAMLDocument(
      source, action == .set ? .value(from: equals + 1) : .items(from: equals + 1))
    document.diagnostics.forEach(diagnostics.add)
    guard let root = document.root, document.diagnostics.isEmpty else { return nil }
    value = root
  }

  /// The values of a sweep over a path: one mapping is a range or a distribution, not a list of
  /// one; of a section it is a value.
  func values(of path: [String]) -> Node {
    guard let only = value.sequence?.first, value.sequence?.count == 1, let entries = only.mapping
    else { return value }
    let isRange = entries.contains {
      SweepRange.section.names.contains($0.key.scalar?.text ?? "")
    }
    return SectionValue.isSection(path) && !isRange ? value : only
  }

  /// What diagnostics call an argument that sets something.
  static let sourceName = "<override>"

  /// What diagnostics call an argument that sweeps something.
  static let sweepName = "<sweep>"

  /// How Hydra adds and deletes; longer ones first.
  private static let habits = ["++", "+", "~"]

  private static func suggestion(for text: String, _ action: SpecOverride.Action) -> String {
    if text.hasPrefix("=") { return "write `key\(Scalar(text).excerpt)`" }
    if text.hasPrefix("~") { return "to delete a key, write `\(text.dropFirst())=null`" }
    // `epochs:3`, `epochs: 3`
    if let colon = text.firstIndex(of: ":"), colon > text.startIndex,
      text[..<colon].allSatisfy({ $0.isLetter || $0.isNumber || "._-".contains($0) })
    {
      let value = text[text.index(after: colon)...].drop { $0 == " " }
      if !value.isEmpty { return "write `\(Scalar("\(text[..<colon])=\(value)").excerpt)`" }
    }
    return action == .set
      ? "write `\(Scalar(text).excerpt)=value`" : "write `\(Scalar(text).excerpt)=value,value`"
  }
}

extension SourceRange {
  /// Whether it lies in an argument of the command line that sets something.
  var isOfOverride: Bool { source.name == ParsedOverride.sourceName }
}
