import PlainText
import Settings
import YAML

/// A list of layers, looked into by the layers' names: `layers.stem.filters`.
extension Node {
  /// The position of the layer of that name in this list.
  func position(ofLayer name: String) -> Int? {
    sequence?.firstIndex { $0.layerEntry?.value["name"]?.scalar?.text == name }
  }

  /// The settings of the layer of that name in this list.
  func settings(ofLayer name: String) -> Node? {
    position(ofLayer: name).flatMap { sequence?[$0].layerEntry?.value }
  }

  /// This list with the settings of a layer changed; `nil` where it has no such layer.
  func changing(layer name: String, _ change: (Node) -> Node?) -> Node? {
    guard var items = sequence, let position = position(ofLayer: name),
      let entry = items[position].layerEntry, let changed = change(entry.value)
    else { return nil }
    items[position] = Node(
      .mapping([Entry(key: entry.key, value: changed)]), at: items[position].range)
    return Node(.sequence(items), at: range)
  }

  /// What a path leads to in this list: the settings of a layer by its name, else the item at a
  /// position, counted from 0.
  func item(_ name: String) -> Node? {
    if let layer = settings(ofLayer: name) { return layer }
    guard let items = sequence, let position = Int(name), items.indices.contains(position) else {
      return nil
    }
    return items[position]
  }

  /// This list with such an item changed; `nil` where it has none.
  func changing(item name: String, _ change: (Node) -> Node?) -> Node? {
    if position(ofLayer: name) != nil { return changing(layer: name, change) }
    guard var items = sequence, let position = Int(name), items.indices.contains(position),
      let changed = change(items[position])
    else { return nil }
    items[position] = changed
    return Node(.sequence(items), at: range)
  }

  /// The names of the layers of this list.
  var layerNames: [String] {
    (sequence ?? []).compactMap { $0.layerEntry?.value["name"]?.scalar?.text }
  }

  /// What may be meant by a name that no layer of this list has.
  func advice(onLayer name: String) -> String {
    let names = layerNames
    guard !names.isEmpty else { return "no layer has a name; layers are numbered from 0" }
    return closest(to: name, among: names).map { "did you mean `\($0)`?" }
      ?? "the layers with names are \(listed(names))"
  }

  /// A layer with settings: its only key.
  private var layerEntry: Entry? { mapping?.count == 1 ? mapping?.first : nil }
}

extension LayerSection {
  /// The settings that may be changed in a layer with a name, from outside.
  static let addressable: Set<String> = Set(
    sections.dropFirst().flatMap { $0.keys.map(\.name) }
  ).subtracting(["name", "inputs"])

  /// What a setting of some layer may be; `nil` where no layer has it.
  static func schema(ofSetting name: String) -> ValueSchema? {
    guard addressable.contains(name) else { return nil }
    var schemas: [ValueSchema] = []
    for section in sections.dropFirst() {
      for key in section.keys where key.name == name {
        if !schemas.contains(key.schema) { schemas.append(key.schema) }
      }
    }
    return schemas.count == 1 ? schemas[0] : .either(schemas)
  }
}
