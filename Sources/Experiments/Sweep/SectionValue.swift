import PlainText
import Settings
import YAML

/// A whole section as a value of a sweep: `{ method: nsl, adv_step_size: 0.1 }` under `adversarial`.
///
/// It is all of the section, or with `inherit: true` what differs from the spec's.
struct SectionValue {
  static let inherit = Key(
    "inherit", .boolean, default: false,
    "`true`: the value is merged into the spec's section; `false`: it replaces the section")
  static let label = OptionalKey(
    "label", .name("the label"), .words("a column for each setting that differs"),
    "the value's name in the tables, in a single column named after the section")

  static let section = Section(
    "sweep.section", "a whole section as a value: these keys beside the section's own",
    keys: [inherit.description, label.description])

  /// What every network of a spec has: the images are the same.
  static let keysOfImages = [
    ArchitectureSection.inputShape.name, ArchitectureSection.numClasses.name,
  ]

  /// Without the keys that are not the section's own.
  let node: Node
  let isInherited: Bool
  let label: String?

  /// Reads a value of a section's path; a word is a value without any of these keys.
  init(_ value: Node, of axis: SweepAxis, _ diagnostics: Diagnostics) {
    let names = SectionValue.section.names
    let others = value.mapping == nil ? [] : SectionValue.keys(at: axis.keys)
    let (own, rest) = (value.mapping ?? []).parted { entry in
      let name = entry.key.scalar?.text ?? ""
      let near = closestMatch(to: name, among: names).map { $0.distance <= 1 } ?? false
      return names.contains(name) || near && !others.contains(name)
    }
    guard !own.isEmpty else {
      (node, isInherited, label) = (value, false, nil)
      return
    }
    let reader = SectionReader(
      SectionValue.section.named(axis.path), Node(.mapping(own), at: value.range), diagnostics)
    node = Node(.mapping(rest), at: value.range)
    isInherited = reader.value(SectionValue.inherit)
    label = reader.value(SectionValue.label)
  }

  /// Whether a path is one of a section.
  static func isSection(_ keys: [String]) -> Bool { section(at: keys) != nil }

  /// The keys of the section at a path.
  private static func keys(at path: [String]) -> [String] {
    section(at: path).flatMap(OverridePaths.section)?.names ?? []
  }

  private static func section(at path: [String]) -> String? {
    func name(_ schema: ValueSchema) -> String? {
      switch schema {
      case .section(let name): name
      case .either(let schemas): schemas.lazy.compactMap(name).first
      default: nil
      }
    }
    return OverridePaths.schema(at: path).flatMap(name)
  }

  /// Whether a mapping has one of the keys that only such a value has.
  static func isMarked(_ node: Node) -> Bool {
    section.names.contains { node[$0] != nil }
  }
}

extension Array {
  /// The elements for which a condition holds, and the others.
  fileprivate func parted(by condition: (Element) -> Bool) -> (first: [Element], second: [Element])
  {
    (filter(condition), filter { !condition($0) })
  }
}

// MARK: What the spec says of a value

extension SweepAxis {
  /// Labels tell all sections of an axis apart, or none.
  func checkLabels(_ diagnostics: Diagnostics) {
    guard hasLabels else { return }
    var known: [String: SweepValue] = [:]
    for value in values {
      guard let label = value.label ?? value.node.scalar?.text else {
        diagnostics.error(
          .missingKey, "this value of `\(path)` has no `label`, and others have one",
          at: value.node.range, suggestion: "give all of them a `label`, or none")
        continue
      }
      if let other = known[label],
        other.node.flow != value.node.flow || other.isInherited != value.isInherited
      {
        diagnostics.error(
          .duplicate, "two values of `\(path)` are called `\(label)`",
          at: value.node.range, suggestion: "give each a `label` of its own",
          notes: [Diagnostic.Note("the other one", at: other.node.range)])
      }
      known[label] = value
    }
  }

  /// Takes over what the document says of each value.
  mutating func choose(from root: Node) {
    guard isSection, let name = keys.last else { return }
    let own = root.at(keys[...])
    let shared = model == nil ? nil : root.at(keys[2...])
    let below = own.map { own in shared?.merging(own, under: name) ?? own } ?? shared
    for index in values.indices {
      let value = values[index]
      if value.isInherited {
        values[index].whole = below.map { $0.laying(value.node, under: name) } ?? value.node
        // Of a model only its own: the document's lies below, with what the sweep sets there.
        values[index].laid = own.map { $0.laying(value.node, under: name) } ?? value.node
      } else {
        let chosen = below?.choosing(value.node, under: name) ?? value.node
        (values[index].whole, values[index].laid) = (chosen, chosen)
      }
    }
  }
}

extension Node {
  /// What differs, laid over this section; `none` has no settings to inherit.
  fileprivate func laying(_ value: Node, under name: String) -> Node {
    isNull || scalar?.text == "none" ? value : merging(value, under: name)
  }

  /// A value of a sweep, chosen under a key of that name where this node is what the spec says.
  ///
  /// A word of the spec's own kind comes with the spec's settings; any other value begins afresh.
  /// What the command line has set is for every point that knows it, and what is known of the
  /// images is so of every network.
  fileprivate func choosing(_ value: Node, under name: String) -> Node {
    guard let entries = mapping else { return value }
    let kind = Node.kindKey(of: name)
    if kind != nil, value.mapping == nil {
      let chosen = merging(value, under: name)
      if chosen.mapping != nil { return chosen }
    }
    guard value.scalar?.text != "none" else { return value }
    var chosen = value.opened(as: name)
    guard chosen.mapping != nil else { return value }
    let images = entries.filter {
      SectionValue.keysOfImages.contains($0.key.scalar?.text ?? "")
    }
    if name == ArchitectureSection.section.name, !images.isEmpty {
      chosen = Node(.mapping(images), at: value.range).merging(chosen)
    }
    let set = overridden?.mapping?.filter { $0.key.scalar?.text != kind } ?? []
    if set.isEmpty { return images.isEmpty ? value : chosen }
    return chosen.merging(Node(.mapping(set), at: value.range))
  }

  /// The part of this mapping that the command line has set; `nil` where that is nothing.
  private var overridden: Node? {
    let set = (mapping ?? []).compactMap { entry -> Entry? in
      if entry.key.range.isOfOverride { return entry }
      return entry.value.overridden.map { Entry(key: entry.key, value: $0) }
    }
    return set.isEmpty ? nil : Node(.mapping(set), at: range)
  }
}
