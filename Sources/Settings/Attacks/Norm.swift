/// The Lᵖ norms of perturbations.
package enum Norm: String, Codable, Hashable, Sendable, CaseIterable {
  case infinity
  case l2
  case l1
}

extension Norm {
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
  package static let otherWords = ["infinity", "inf", "Linf", "L2", "L1"]

  /// The norm that a word means, in any spelling.
  package init?(word: String) {
    switch word.lowercased() {
    case "linf", "infinity", "inf", ".inf": self = .infinity
    case "l2": self = .l2
    case "l1": self = .l1
    default: return nil
    }
  }

  package static let words = allCases.map(\.name)

  package static let type = SettingType<Norm>(
    .choice(words), encode: { .text($0.name) }
  ) { source in
    source.choice("norm", words) { Norm(word: $0) }
  }
}
