import YAML

/// What a document says at the language's paths, defaults included.
struct SpecValues {
  private let root: Node

  init(_ root: Node) { self.root = root }

  /// The value at a path as the document or, without one, the declaration of its key has it;
  /// `absent` where there is none.
  func value(_ keys: [String]) -> AxisValue {
    if let node = node(keys) { return node.isNull ? .absent : AxisValue(node) }
    let own = keys.first == "models" && keys.count > 3 ? Array(keys.dropFirst(2)) : keys
    let home = own.dropLast().joined(separator: ".")
    let section = Vocabulary.sections.first { $0.name == home }
    guard let key = section?.keys.first(where: { $0.name == own.last }) else { return .absent }
    guard case .value(let yaml) = key.defaultValue else { return .absent }
    if yaml.hasPrefix("[") || yaml.hasPrefix("{") { return .text(yaml) }
    return AxisValue(Node(.scalar(Scalar(yaml)), at: root.range))
  }

  /// The node at a path; a model's own, else the document's.
  private func node(_ keys: [String]) -> Node? {
    if let node = root.at(keys[...]) { return node }
    guard keys.first == "models", keys.count > 3 else { return nil }
    return root.at(keys[2...])
  }
}
