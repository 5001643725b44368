import Settings
import YAML

/// What a document says at the language's paths, defaults included.
struct SpecValues {
  private let root: Node

  init(_ root: Node) { self.root = root }

  /// The value at a path as the document or, without one, the declaration of its key has it;
  /// `absent` where there is none.
  func value(_ keys: [String]) -> AxisValue {
    guard let node = node(keys) ?? SpecValues.declaration(keys) else { return .absent }
    return node.isNull ? .absent : AxisValue(node, of: keys)
  }

  /// The same as a condition sees it.
  func condition(_ keys: [String]) -> ConditionValue {
    node(keys).map(ConditionValue.init) ?? declared(keys)
  }

  /// The default at a path as a condition sees it.
  func declared(_ keys: [String]) -> ConditionValue {
    SpecValues.declaration(keys).map(ConditionValue.init) ?? .null
  }

  /// The section at a path as the document or, without one, the language has it.
  func section(_ keys: [String]) -> Node {
    if let node = node(keys), !node.isNull { return node }
    return SpecValues.declaration(keys) ?? Node(.mapping([]), at: root.range)
  }

  /// The default that the language declares; `nil` where it depends on something else.
  ///
  /// - Parameter kind: The word of the section that the key is in, where that is known.
  static func declaration(_ keys: [String], of kind: String? = nil) -> Node? {
    let own = Array(SweepAxis.own(keys))
    let isOfAttack = own.starts(with: AttackPaths.start) && own.count == 4
    let home = (isOfAttack ? AttackPaths.start[...] : own.dropLast()).joined(separator: ".")
    let section = Vocabulary.sections.first { $0.name == home }
    let word = section?.words.first { $0.text == kind }
    guard let key = (word?.keys ?? section?.keys)?.first(where: { $0.name == own.last }) else {
      return nil
    }
    guard case .value(let yaml) = key.defaultValue else { return nil }
    return YAMLDocument(SourceText(name: "default", text: yaml)).root
  }

  /// The node at a path; a model's own, else the document's.
  func node(_ keys: [String]) -> Node? {
    if let node = root.at(keys[...]) { return node }
    return SweepAxis.model(of: keys).flatMap { _ in root.at(SweepAxis.own(keys)) }
  }
}
