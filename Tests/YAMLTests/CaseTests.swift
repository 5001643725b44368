import FoundationEssentials
import TestSupport
import Testing
import YAML

/// A text and what it means, from `Fixtures/cases.json`.
private struct Case: Decodable {
  var name: String
  var yaml: String
  /// Absent where it is null, too.
  var tree: Tree?
  var error: Bool?
}

/// A document's meaning without places and styles.
private indirect enum Tree: Decodable, Equatable {
  case null
  case boolean(Bool)
  case number(Double)
  case text(String)
  case list([Tree])
  case map([[Tree]])

  private struct Map: Decodable { var map: [[Tree]] }
  private struct Named: Decodable { var float: String }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([Tree].self) {
      self = .list(value)
    } else if let value = try? container.decode(Named.self) {
      self = Tree(scalar: Scalar(value.float))
    } else {
      self = .map(try container.decode(Map.self).map)
    }
  }

  init(scalar: Scalar) {
    switch scalar.value {
    case .null: self = .null
    case .boolean(let value): self = .boolean(value)
    case .integer(let value): self = .number(Double(value))
    case .number(let value): self = .number(value)
    case .text(let value): self = .text(value)
    }
  }

  init(_ node: Node) {
    switch node.content {
    case .scalar(let scalar): self = Tree(scalar: scalar)
    case .sequence(let items): self = .list(items.map { Tree($0) })
    case .mapping(let entries): self = .map(entries.map { [Tree($0.key), Tree($0.value)] })
    }
  }
}

@Suite struct `YAML 1.2` {
  private var cases: [Case] {
    get throws { try JSONDecoder().decode([Case].self, from: try fixture("cases.json")) }
  }

  /// Where libyaml is not what YAML 1.2 says; docs/spec.md names them.
  private static let divergent: Set<String> = [
    "key without a name", "flow key without a name", "literal with tabs", "tab behind a dash",
    "comment without a blank behind a quote", "next line in a value", "line separator in a value",
  ]

  @Test func `is read as it is meant`() throws {
    let cases = try cases
    #expect(cases.count > 180)
    for each in cases {
      let document = YAMLDocument(SourceText(name: each.name, text: each.yaml))
      let tree = document.diagnostics.isEmpty ? document.root.map { Tree($0) } : nil
      let expected = each.error == true ? nil : each.tree ?? .null
      if Self.divergent.contains(each.name) {
        #expect(tree != expected, "\(each.name): no longer divergent")
      } else {
        #expect(tree == expected, "\(each.name): \(DiagnosticsError(document.diagnostics))")
      }
    }
  }

  @Test func `that is none is refused in words`() throws {
    var snapshot = ""
    for each in try cases {
      let document = YAMLDocument(SourceText(name: "t.yaml", text: each.yaml))
      guard !document.diagnostics.isEmpty else { continue }
      snapshot += "# \(each.name)\n\(DiagnosticsError(document.diagnostics))\n"
    }
    try expectSnapshot(snapshot, named: "cases.txt")
  }
}
