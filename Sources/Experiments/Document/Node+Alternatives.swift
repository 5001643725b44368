import Settings
import YAML

/// Sections of which a bare word chooses one of several kinds: an optimizer, a schedule, a method.
extension Node {
  /// By key, the key of the mapping that the word stands for, and the word where there is none.
  private static let kinds: [String: (key: String, fallback: String?)] = [
    "optimizer": ("name", Optimizer.standard?.word),
    "schedule": ("name", ScheduleShape.standard?.word),
    "adversarial": ("method", nil),
  ]

  /// The key under which a section of that name says its kind; `nil` where it has none.
  static func kindKey(of name: String) -> String? { kinds[name]?.key }

  /// The word of this section's kind; `nil` for a section without kinds, and where none is said.
  func kindWord(under name: String) -> String? {
    guard let kind = Node.kinds[name] else { return nil }
    if mapping == nil { return word(of: self) }
    return self[kind.key].flatMap { $0.isNull ? nil : $0.scalar?.text } ?? kind.fallback
  }

  /// The mapping that a bare word under a key stands for; any other node as it is.
  func opened(as name: String) -> Node {
    guard let kind = Node.kinds[name], word(of: self) != nil else { return self }
    let key = Node(.scalar(Scalar(kind.key)), at: range)
    return Node(.mapping([Entry(key: key, value: self)]), at: range)
  }

  /// The document with `dataset: mnist` as `dataset: {name: mnist}`.
  var openingDataset: Node {
    let name = DatasetSection.section.name
    return self[name].map { replacing(name, with: $0.openedDataset) } ?? self
  }

  /// A dataset's name as its section.
  var openedDataset: Node {
    guard word(of: self) != nil else { return self }
    let key = Node(.scalar(Scalar(DatasetSection.name)), at: range)
    return Node(.mapping([Entry(key: key, value: self)]), at: range)
  }

  /// This node with `overlay` laid over it, both under a key of that name.
  ///
  /// A bare word laid over settings of that kind leaves them: `sgd` over
  /// `{name: sgd, momentum: 0.9}` is the same optimizer. A word of another kind takes their place.
  /// Settings without a kind, laid over a word, are that kind's.
  func merging(_ overlay: Node, under name: String) -> Node {
    guard Node.kinds[name] != nil else { return merging(overlay) }
    if mapping != nil, let word = word(of: overlay) {
      return word == kindWord(under: name) ? self : overlay
    }
    if word(of: self) != nil, scalar?.text != "none", overlay.mapping != nil {
      return opened(as: name).merging(overlay)
    }
    return merging(overlay)
  }
}
