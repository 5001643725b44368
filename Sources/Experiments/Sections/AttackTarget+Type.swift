import YAML

extension AttackTargetName {
  private static let words = ["next", "least-likely", "random"]

  /// `false`, a word or the number of a class.
  static let type = ValueType<AttackTargetName?>(
    .either([.boolean, .choice(words), .integer(0...65_535)]),
    encode: { $0?.name ?? "false" }
  ) { node, key, diagnostics in
    switch node.scalar?.value {
    case .boolean(false): return .some(nil)
    case .boolean(true):
      diagnostics.error(
        .wrongType, "`\(key)` must say which class images are driven to, found `true`",
        at: node.range, suggestion: "write \(listed(words)) or the number of a class")
      return nil
    case .integer:
      return ValueType.integer(0...65_535).decode(node, key, diagnostics).map { .label($0) }
    default: break
    }
    guard let word = word(of: node) else {
      mismatch(
        node, key, .either([.boolean, .choice(words), .integer(0...65_535)]), diagnostics)
      return nil
    }
    switch word {
    case "next": return .next
    case "least-likely": return .leastLikely
    case "random": return .random
    default:
      unknown(word, "target", node, words, later: [], diagnostics)
      return nil
    }
  }
}
