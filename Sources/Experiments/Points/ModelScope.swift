import Settings
import YAML

/// Which axes and columns of a sweep reach into which sections.
struct SweepReach {
  private let axes: [SweepAxis]
  private let columns: [SweepColumn]

  init(_ axes: [SweepAxis], _ columns: [SweepColumn]) {
    (self.axes, self.columns) = (axes, columns)
  }

  /// A memo of decoded sections.
  ///
  /// - Parameters:
  ///   - sections: Those that it depends on.
  ///   - model: Whose sections they are; `nil` for the document's.
  ///   - over: What the model lays over the document's.
  func memo(_ sections: Set<String>, _ model: String?, _ over: Node? = nil) -> SectionMemo {
    let counts = axes.map(\.values.count)
    // A word in place of a section hides the document's, whatever is swept there.
    let isHidden =
      over.map { $0.mapping == nil } == true
      && !axes.contains { $0.model == model && sections.contains($0.section) }
    if isHidden { return SectionMemo(axes: [], columns: [], counts: counts) }
    func reaches(_ section: String, _ other: String?) -> Bool {
      sections.contains(section) && (other == nil || other == model)
    }
    return SectionMemo(
      axes: axes.indices.filter { reaches(axes[$0].section, axes[$0].model) },
      columns: columns.indices.filter { reaches(columns[$0].section, columns[$0].model) },
      counts: counts)
  }

  /// Whether an axis sets something in a model's own section.
  func isSet(_ section: String, of model: String) -> Bool {
    axes.contains { $0.model == model && $0.section == section }
  }
}

/// The three sections of one model, or of the document.
struct ModelScope {
  var name: String?
  var override: Node?
  var architecture: SectionMemo
  var training: SectionMemo
  var adversarial: SectionMemo
  /// Whether nothing tells a section from the document's.
  private(set) var sharesArchitecture = false
  private(set) var sharesTraining = false
  private(set) var sharesAdversarial = false
  /// The sections that some model has: of the document only what is shared.
  var counted: Set<String> = ["architecture", "hparams", "adversarial"]

  init(_ name: String?, _ override: Node?, _ reach: SweepReach) {
    self.name = name
    self.override = override
    architecture = reach.memo(["architecture"], name)
    // What is monitored must be measured.
    training = reach.memo(["dataset", "hparams"], name)
    // Masks must fit the images.
    adversarial = reach.memo(["architecture", "adversarial"], name, override?["adversarial"])
    guard let name else { return }
    func isShared(_ section: String) -> Bool {
      override?[section] == nil && !reach.isSet(section, of: name)
    }
    sharesArchitecture = isShared("architecture")
    sharesTraining = isShared("hparams")
    sharesAdversarial = sharesArchitecture && isShared("adversarial")
  }

  /// The sections that are the document's.
  var shared: [String] {
    [
      ("architecture", sharesArchitecture), ("hparams", sharesTraining),
      ("adversarial", sharesAdversarial),
    ].filter(\.1).map(\.0)
  }
}
