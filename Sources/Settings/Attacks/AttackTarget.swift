/// The class that a targeted attack drives an image to.
package enum AttackTarget: Codable, Hashable, Sendable {
  /// The class after the image's own, the first after the last.
  case next
  /// Of the other classes the one with the largest logit on the clean image, the first of equals.
  case second
  /// Of the other classes the one with the smallest logit on the clean image, the first of equals.
  ///
  /// - Source: Kurakin et al. 2017, arXiv:1607.02533, section 2.3.
  case leastLikely
  /// One of the other classes, drawn for each image once: all restarts share it.
  case random
  /// The same class for all; the images of that class are left as they are.
  case label(Int)
}

extension AttackTarget {
  /// As specs have it.
  package var name: String {
    switch self {
    case .next: "next"
    case .second: "second"
    case .leastLikely: "least-likely"
    case .random: "random"
    case .label(let label): "\(label)"
    }
  }

  /// "the next class".
  package var phrase: String {
    switch self {
    case .next: "the next class"
    case .second: "the most likely other class"
    case .leastLikely: "the least likely class"
    case .random: "a random class"
    case .label(let label): "class \(label)"
    }
  }

  private static let named: [AttackTarget] = [.next, .second, .leastLikely, .random]
  private static let words = named.map(\.name)
  private static let labels = 0...65_535
  private static let schema = ValueSchema.either([.boolean, .choice(words), .integer(labels)])

  /// `false`, a word or the number of a class.
  package static let type = SettingType<AttackTarget?>(
    schema,
    encode: { target in
      switch target {
      case nil: .boolean(false)
      case .label(let label)?: .integer(label)
      case let target?: .text(target.name)
      }
    },
    isValid: { target in
      if case .label(let label)? = target { labels.contains(label) } else { true }
    }
  ) { source in
    switch source.isTrue {
    case false?: return .some(nil)
    case true?:
      source.report(
        .wrongType, "must name the target class, found `true`",
        suggestion: "write \(listed(words)) or the number of a class")
      return nil
    case nil: break
    }
    if source.isInteger { return source.integer(labels).map { .label($0) } }
    guard source.word != nil else {
      source.mismatch(schema)
      return nil
    }
    let target: AttackTarget? = source.choice("target", words) { word in
      named.first { $0.name == word }
    }
    return target.map(Optional.some)
  }
}
