/// Elements and attributes of XML or HTML, as a strict reader finds them.
package struct Markup {
  package struct Error: Swift.Error, CustomStringConvertible {
    package var description: String
  }

  /// Names of elements as they begin, in order.
  package private(set) var elements: [String] = []
  package private(set) var attributes: [(name: String, value: String)] = []
  /// Whether every element ends that has to, in its place.
  package private(set) var isBalanced = true

  /// - Parameters:
  ///   - isVoid: Whether an element has no end.
  ///   - isRaw: Whether what it holds is no markup.
  /// - Throws: ``Error`` where something is neither text nor a whole tag.
  package init(
    _ text: some StringProtocol, isVoid: (String) -> Bool = { _ in false },
    isRaw: (String) -> Bool = { _ in false }
  ) throws {
    var open: [String] = []
    var rest = Substring(text)
    while let character = rest.first {
      if character == "<" {
        guard let tag = rest.firstMatch(of: Self.tag), tag.range.lowerBound == rest.startIndex
        else {
          throw Error(description: "no tag: \(rest.prefix(80))")
        }
        rest = rest[tag.range.upperBound...]
        let name = String(tag.2)
        if tag.1 == "/" {
          isBalanced = isBalanced && open.popLast() == name
          continue
        }
        elements.append(name)
        for attribute in tag.3.matches(of: Self.attribute) {
          attributes.append((String(attribute.1), String(attribute.2)))
        }
        if tag.4.isEmpty && !isVoid(name) { open.append(name) }
        if isRaw(name), let end = rest.firstRange(of: "</\(name)>") {
          rest = rest[end.lowerBound...]
        }
      } else if character == "&" {
        guard let entity = rest.prefixMatch(of: Self.entity) else {
          throw Error(description: "no entity: \(rest.prefix(80))")
        }
        rest = rest[entity.range.upperBound...]
      } else if character == ">" {
        throw Error(description: "a loose end of a tag: \(rest.prefix(80))")
      } else {
        rest = rest.drop { $0 != "<" && $0 != "&" && $0 != ">" }
      }
    }
    isBalanced = isBalanced && open.isEmpty
  }

  // Regular expressions are not sendable.
  private static var tag: Regex<(Substring, Substring, Substring, Substring, Substring)> {
    #/<(/?)([A-Za-z][A-Za-z0-9-]*)((?:\s+[A-Za-z_:][A-Za-z0-9_:-]*(?:="[^"<>]*")?)*)\s*(/?)>/#
  }
  private static var attribute: Regex<(Substring, Substring, Substring)> {
    #/([A-Za-z_:][A-Za-z0-9_:-]*)="([^"<>]*)"/#
  }
  private static var entity: Regex<Substring> { #/&(?:amp|lt|gt|quot|#39);/# }
}
