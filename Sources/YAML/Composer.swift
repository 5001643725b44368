import PlainText

/// Builds the node tree of one document from libyaml's events.
///
/// Aliases share what they name, so that a small text stays small in memory; what they would
/// expand to is counted and capped.
struct Composer {
  private let events: EventParser
  private let source: SourceText
  private let limits: YAMLLimits
  private var anchors: [String: Anchor] = [:]
  private var expandedNodes = 0
  private(set) var diagnostics: [Diagnostic] = []

  /// A node with how much there is of it once its aliases are expanded.
  private struct Composed {
    var node: Node
    var size: Int
    var depth: Int
  }

  private enum Anchor {
    /// Its node has begun and not ended.
    case open(SourceRange)
    case closed(Composed)
  }

  /// Ends the composition: the mistake is already among the diagnostics.
  private struct Stop: Error {}

  init(_ source: SourceText, _ fragment: YAMLFragment, limits: YAMLLimits) {
    self.source = source
    self.limits = limits
    events = EventParser(source, fragment)
  }

  /// The root of the only document, or `nil` where the diagnostics say why there is none.
  mutating func compose() -> Node? {
    do {
      _ = try next()
      var event = try next()
      guard case .documentStart = event.kind else {
        report(.yamlSyntax, "the document is empty", event)
        return nil
      }
      let first = event
      let root = try compose(from: try next(), depth: 1)
      _ = try next()
      event = try next()
      if case .documentStart = event.kind {
        diagnostics.append(
          Diagnostic(
            code: .yamlSyntax, "a second document begins here; a file holds exactly one",
            at: range(event), suggestion: "put it into a file of its own",
            notes: [Diagnostic.Note("the first begins here", at: range(first))]))
      }
      if root.node.isNull, root.node.scalar?.text.isEmpty == true {
        report(.yamlSyntax, "the document is empty", first)
        return nil
      }
      return root.node
    } catch {
      return nil
    }
  }

  private mutating func next() throws -> Event {
    do {
      return try events.next()
    } catch let error as SyntaxError {
      diagnostics.append(error.diagnostic(in: source))
      throw Stop()
    }
  }

  private mutating func compose(from event: Event, depth: Int) throws -> Composed {
    guard depth <= limits.depth else {
      report(.yamlLimit, "nested more than \(limits.depth) levels deep", event)
      throw Stop()
    }
    switch event.kind {
    case .alias(let name):
      return try expand(name, event, depth: depth)
    case .scalar(var scalar, let anchor):
      scalar.tag = check(scalar, event)
      let composed = Composed(
        node: Node(.scalar(scalar), at: range(event)), size: 1, depth: 1)
      if let anchor { anchors[anchor] = .closed(composed) }
      return composed
    case .sequenceStart(let tag, let anchor):
      check(tag, is: "seq", event)
      if let anchor { anchors[anchor] = .open(range(event)) }
      return try close(try sequence(event, depth: depth), anchor)
    case .mappingStart(let tag, let anchor):
      check(tag, is: "map", event)
      if let anchor { anchors[anchor] = .open(range(event)) }
      return try close(try mapping(event, depth: depth), anchor)
    default:
      // libyaml's grammar sends nothing else where a node may stand.
      report(.yamlSyntax, "a value was expected", event)
      throw Stop()
    }
  }

  private mutating func close(_ composed: Composed, _ anchor: String?) throws -> Composed {
    if let anchor { anchors[anchor] = .closed(composed) }
    return composed
  }

  private mutating func expand(_ name: String, _ event: Event, depth: Int) throws -> Composed {
    switch anchors[name] {
    case nil:
      let suggestion = closest(to: name, among: anchors.keys.sorted()).map {
        "did you mean `*\($0)`?"
      }
      report(.yamlSyntax, "no anchor `&\(name)` stands before this alias", event, suggestion)
      throw Stop()
    case .open(let range):
      diagnostics.append(
        Diagnostic(
          code: .yamlSyntax, "`*\(name)` stands inside the very value it names",
          at: self.range(event), notes: [Diagnostic.Note("the value begins here", at: range)]))
      throw Stop()
    case .closed(var composed):
      expandedNodes += composed.size
      guard expandedNodes <= limits.aliasNodes, depth + composed.depth - 1 <= limits.depth else {
        report(
          .yamlLimit,
          "the aliases of this document expand to more than \(limits.aliasNodes) values"
            + " or \(limits.depth) levels", event)
        throw Stop()
      }
      composed.node.range = range(event)
      return composed
    }
  }

  private mutating func sequence(_ start: Event, depth: Int) throws -> Composed {
    var nodes: [Node] = []
    var (size, deepest) = (1, 0)
    while true {
      let event = try next()
      if case .sequenceEnd = event.kind {
        let node = Node(.sequence(nodes), at: range(from: start, to: event))
        return Composed(node: node, size: size, depth: deepest + 1)
      }
      let item = try compose(from: event, depth: depth + 1)
      nodes.append(item.node)
      size += item.size
      deepest = max(deepest, item.depth)
    }
  }

  private mutating func mapping(_ start: Event, depth: Int) throws -> Composed {
    var builder = MappingBuilder()
    var (size, deepest) = (1, 0)
    while true {
      let event = try next()
      if case .mappingEnd = event.kind {
        let node = Node(.mapping(builder.finish()), at: range(from: start, to: event))
        diagnostics += builder.diagnostics
        return Composed(node: node, size: size, depth: deepest + 1)
      }
      let key = try compose(from: event, depth: depth + 1)
      let value = try compose(from: try next(), depth: depth + 1)
      builder.add(key.node, value.node)
      size += key.size + value.size
      deepest = max(deepest, key.depth, value.depth)
    }
  }

  // MARK: Tags and places

  /// The tag to keep: core tags, if the text fits them; anything else is reported.
  private mutating func check(_ scalar: Scalar, _ event: Event) -> String? {
    guard let tag = scalar.tag else { return nil }
    if tag == "!" { return "tag:yaml.org,2002:str" }
    guard Scalar.coreTags.contains(tag) else {
      report(.unknownTag, "unknown tag `\(shown(tag))`", event)
      return nil
    }
    let fits =
      switch (scalar.value, tag.split(separator: ":").last) {
      case (.text, "str"), (.integer, "int"), (.number, "float"), (.boolean, "bool"),
        (.null, "null"):
        true
      default: false
      }
    if !fits { report(.unknownTag, "`\(scalar.excerpt)` does not fit `\(shown(tag))`", event) }
    return tag
  }

  private mutating func check(_ tag: String?, is expected: String, _ event: Event) {
    guard let tag, tag != "!", tag != "tag:yaml.org,2002:\(expected)" else { return }
    report(.unknownTag, "unknown tag `\(shown(tag))`", event)
  }

  private func shown(_ tag: String) -> String {
    tag.hasPrefix("tag:yaml.org,2002:") ? "!!" + tag.dropFirst(18) : tag
  }

  private func range(_ event: Event) -> SourceRange {
    SourceRange(source: source, start: event.start, end: event.end)
  }

  private func range(from start: Event, to end: Event) -> SourceRange {
    SourceRange(source: source, start: start.start, end: end.end)
  }

  private mutating func report(
    _ code: Diagnostic.Code, _ message: String, _ event: Event, _ suggestion: String? = nil
  ) {
    diagnostics.append(
      Diagnostic(code: code, message, at: range(event), suggestion: suggestion))
  }
}
