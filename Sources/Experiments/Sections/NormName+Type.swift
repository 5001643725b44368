import YAML

extension NormName {
  /// As specs and tables have it.
  ///
  /// Not `infinity`, which programs that read tables take for a number.
  package var name: String {
    switch self {
    case .infinity: "linf"
    case .l2: "l2"
    case .l1: "l1"
    }
  }

  /// Other spellings that editors should know, too.
  static let otherWords = ["infinity", "inf", "Linf", "L2", "L1"]

  /// The norm that a word means, in any spelling.
  init?(word: String) {
    switch word.lowercased() {
    case "linf", "infinity", "inf", ".inf": self = .infinity
    case "l2": self = .l2
    case "l1": self = .l1
    default: return nil
    }
  }

  static let words = allCases.map(\.name)

  static let type = ValueType<NormName>(
    .choice(words), encode: { $0.name }
  ) { node, key, diagnostics in
    guard let word = word(of: node) else {
      mismatch(node, key, .choice(words), diagnostics)
      return nil
    }
    if let norm = NormName(word: word) { return norm }
    unknown(word, "norm", node, words, later: [], diagnostics)
    return nil
  }
}
