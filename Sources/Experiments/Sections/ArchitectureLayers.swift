import PlainText
import Settings
import YAML

/// `architecture.layers:`, a list of layers that `name` and `inputs` make a graph.
struct LayersDecoder {
  /// A layer as it stands in the spec.
  struct Item {
    var settings: LayerSettings
    /// The whole item.
    var node: Node
    var reader: SectionReader
  }

  /// More layers than this are a mistake.
  static let maximum = 10_000
  /// What `inputs` call the images.
  static let images = "input"

  private let diagnostics: Diagnostics
  private var items: [Item] = []
  private var places: [String: Int] = [:]
  private var nameRanges: [Int: SourceRange] = [:]
  /// Whether every layer could be read, so that it makes sense to look at the whole.
  private var isWhole = true
  /// Whether the name of some layer could not be read: any that is missing may be it.
  private var isNameLost = false

  init(_ diagnostics: Diagnostics) { self.diagnostics = diagnostics }

  /// The layers with their inputs, or `nil` after reporting what is wrong with them.
  mutating func decode(_ node: Node) -> [Item]? {
    guard let nodes = node.sequence, !nodes.isEmpty, nodes.count <= Self.maximum else {
      diagnostics.error(
        node.sequence == nil ? .wrongType : .outOfRange,
        "`layers` must be a list of 1 to \(Self.maximum) layers, found "
          + (node.sequence?.count.description ?? node.found), at: node.range,
        suggestion: "begin with `- conv2d: {filters: 32, kernel_size: 3, activation: relu}`")
      return nil
    }
    var headers: [(layer: Layer, reader: SectionReader)?] = []
    var kinds: [Layer?] = []
    for (index, node) in nodes.enumerated() {
      let before = diagnostics.reports
      let header = self.header(node)
      let kind = header.map { $0.layer.reading($0.reader) }
      let name = header?.reader.value(LayerSection.name)
      let isRight = diagnostics.reports == before
      headers.append(header)
      kinds.append(isRight ? kind : nil)
      if let header, let name {
        register(name, index, header.reader)
      } else if !isRight {
        // Others may name a layer that could not be read.
        let name = node.mapping?.first?.value["name"]?.scalar?.text
        if let name { places[name] = places[name] ?? index } else { isNameLost = true }
      }
    }
    for (index, header) in headers.enumerated() {
      guard let header, let kind = kinds[index] else {
        isWhole = false
        // What follows is still looked at; its inputs may name this one.
        _ = header.map { self.inputs(of: index, $0.layer, $0.reader, nodes[index], headers.count) }
        continue
      }
      let inputs = self.inputs(of: index, header.layer, header.reader, nodes[index], headers.count)
      items.append(
        Item(
          settings: LayerSettings(
            name: header.reader.value(LayerSection.name), layer: kind, inputs: inputs ?? []),
          node: nodes[index], reader: header.reader))
      if inputs == nil { isWhole = false }
    }
    guard isWhole else { return nil }
    let isUsed = checkUse()
    return checkNames() && isUsed ? items : nil
  }

  // MARK: One layer

  private func header(_ node: Node) -> (layer: Layer, reader: SectionReader)? {
    if let word = word(of: node) {
      guard let layer = layer(word, node) else { return nil }
      return (layer, SectionReader(LayerSection.section(of: layer), empty(node), diagnostics))
    }
    guard let entries = node.mapping, let first = entries.first else {
      diagnostics.error(
        .wrongType, "a layer must be a word, or a word and its settings, found \(node.found)",
        at: node.range, suggestion: "write `- flatten`, or `- dense: {units: 10}`")
      return nil
    }
    let text = first.key.scalar?.text ?? ""
    if let type = node["type"]?.scalar?.text, let layer = LayerSection.layer(type.lowercased()) {
      diagnostics.error(
        .unknownKey, "a layer's type is its key", at: first.key.range,
        suggestion: "write `- \(layer.word): {…}`")
      return nil
    }
    guard let layer = layer(text, first.key) else { return nil }
    if entries.count > 1 {
      let second = entries[1].key
      let name = second.scalar?.text ?? ""
      let isSetting = LayerSection.section(of: layer).keys.contains { $0.name == name }
      diagnostics.error(
        .conflict, "`\(Scalar(name).excerpt)` is beside `\(text)`, in the same item of the list",
        at: second.range,
        suggestion: LayerSlip.advice(text, entries)
          ?? (isSetting
            ? "indent it further, so that it is below `\(text)`"
            : "begin an item of its own with `- `"))
      return nil
    }
    return (layer, reader(layer, first))
  }

  private func reader(_ layer: Layer, _ entry: Node.Entry) -> SectionReader {
    let section = LayerSection.section(of: layer)
    var node = entry.value.isNull ? empty(entry.key) : entry.value
    if node.mapping == nil, let setting = type(of: layer.layer).mainKey {
      let key = Node(.scalar(Scalar(setting)), at: entry.key.range)
      node = Node(.mapping([Node.Entry(key: key, value: node)]), at: entry.value.range)
    }
    return SectionReader(section, node, diagnostics)
  }

  private func empty(_ node: Node) -> Node { Node(.mapping([]), at: node.range) }

  private func layer(_ word: String, _ node: Node) -> Layer? {
    if let layer = LayerSection.layer(word) { return layer }
    let words = Layer.words
    let suggestion: String
    if let activation = ActivationName(rawValue: word.lowercased()) {
      suggestion = "write `activation: \(activation.rawValue)`"
    } else if word.lowercased() == "softmax" {
      suggestion = "leave it out: losses and attacks work on logits"
    } else {
      suggestion =
        closest(to: word, among: words).map { "did you mean `\($0)`?" }
        ?? "use one of \(listed(words))"
    }
    diagnostics.error(
      .unknownValue, "unknown layer `\(Scalar(word).excerpt)`", at: node.range,
      suggestion: suggestion)
    return nil
  }

  // MARK: The graph

  private mutating func register(_ name: String, _ index: Int, _ reader: SectionReader) {
    if name == Self.images {
      diagnostics.error(
        .badName, "no layer can be called `\(name)`: in `inputs`, that is the name of the images",
        at: reader.place("name"))
    } else if let first = places[name] {
      diagnostics.error(
        .duplicate, "two layers are called `\(name)`", at: reader.place("name"),
        notes: [Diagnostic.Note("it is first given here", at: nameRanges[first])])
      isWhole = false
    } else {
      places[name] = index
      nameRanges[index] = reader.place("name")
    }
  }

  /// The indices of a layer's inputs, or `nil` after reporting what is wrong with them.
  private func inputs(
    of index: Int, _ layer: Layer, _ reader: SectionReader, _ node: Node, _ count: Int
  ) -> [Int]? {
    guard let given = reader.node("inputs") else {
      guard layer.mergesInputs else { return [index - 1] }
      diagnostics.error(
        .missingKey, "`\(layer.word)` needs `inputs`: the layers whose outputs it takes",
        at: node.range,
        suggestion: "name them: `\(layer.word): {inputs: [a, b]}`")
      return nil
    }
    let nodes = given.sequence ?? [given]
    guard layer.mergesInputs ? nodes.count >= 2 : nodes.count == 1 else {
      diagnostics.error(
        .outOfRange,
        "`\(layer.word)` has \(layer.mergesInputs ? "at least two inputs" : "one input"), found"
          + " \(nodes.count)", at: given.range,
        suggestion: layer.mergesInputs ? nil : "combine them first, with `add` or `concatenate`")
      return nil
    }
    let found = nodes.map { input($0, of: index) }
    return found.contains(nil) ? nil : found.compactMap { $0 }
  }

  private func input(_ node: Node, of index: Int) -> Int? {
    guard let name = node.scalar?.text, !node.isNull else {
      diagnostics.error(
        .wrongType, "an input must be the name of a layer, found \(node.found)", at: node.range)
      return nil
    }
    if name == Self.images { return LayerSettings.images }
    guard let place = places[name] else {
      if isNameLost { return nil }
      let names = places.sorted { $0.value < $1.value }.map(\.key)
      diagnostics.error(
        .unknownValue, "no layer is called `\(Scalar(name).excerpt)`", at: node.range,
        suggestion: closest(to: name, among: names + [Self.images]).map { "did you mean `\($0)`?" }
          ?? (names.isEmpty
            ? "give the layer you mean a `name`"
            : "use `\(Self.images)`, or one of \(listed(names))"))
      return nil
    }
    guard place < index else {
      diagnostics.error(
        .conflict,
        place == index
          ? "`\(name)` cannot be an input of itself"
          : "`\(name)` comes later: a layer's inputs must come before it, so that there is no"
            + " cycle", at: node.range,
        suggestion: place == index ? nil : "move `\(name)` up")
      return nil
    }
    return place
  }

  /// Whether no name is that of a layer without a name; reports those that are.
  private func checkNames() -> Bool {
    let names = LayerNames(items.map(\.settings))
    for (given, automatic) in names.clashes {
      let (name, kind) = (names.names[given], items[automatic].settings.layer.word)
      diagnostics.error(
        .duplicate, "two layers are called `\(name)`: a `\(kind)` without a name gets this name",
        at: items[given].reader.place(LayerSection.name.name),
        suggestion: "choose another name, or name that layer, too",
        notes: [Diagnostic.Note("it gets its name here", at: items[automatic].node.range)])
    }
    return names.clashes.isEmpty
  }

  /// Whether every layer but the last goes into another; reports those that do not.
  private func checkUse() -> Bool {
    let used = Set(items.flatMap(\.settings.inputs))
    let idle = items.indices.dropLast().filter { !used.contains($0) }
    for index in idle {
      let item = items[index]
      let name = item.settings.name ?? "layer \(index + 1)"
      diagnostics.error(
        .conflict, "the output of `\(name)` is not used: no layer has it as an input",
        at: item.node.range, suggestion: "leave it out, or name it in the `inputs` of another")
    }
    return idle.isEmpty
  }
}
