import YAML

/// Reads what points of a sweep come to, each section only where a point changes it.
final class PointDecoder {
  /// A point that was read.
  struct Point {
    var record: SpecPoints.Record
    /// A bit for each axis that means something to at least one model.
    var active: UInt64
  }

  private(set) var tables = SpecPoints.Tables()
  /// What is wrong with what was read since it was last asked.
  let found = Diagnostics()

  private let root: Node
  private let axes: [SweepAxis]
  /// Shorter paths first: what is set inside a mapping stays when the mapping is set.
  private let order: [Int]
  private let models: [(name: String, override: Node)]?
  private var dataset: SectionMemo
  private var document: ModelScope
  private var scopes: [ModelScope]
  /// By the number of models: without a section `models` that depends on `adversarial`.
  private var evaluations: [SectionMemo]
  private let alwaysActive: UInt64

  /// The three sections of one model, or of the document.
  private struct ModelScope {
    var name: String?
    var override: Node?
    var architecture: SectionMemo
    var training: SectionMemo
    var adversarial: SectionMemo
    /// The sections that nothing tells from the document's.
    var shared: Set<String> = []
  }

  /// A section's node with what lies over it, if there is one.
  private struct Laid {
    var node: Node?
  }

  private struct Sections {
    var architecture: SectionMemo.Outcome
    var training: SectionMemo.Outcome
    var adversarial: SectionMemo.Outcome
  }

  /// - Parameter models: The document's section, checked.
  init(_ root: Node, axes: [SweepAxis], models: [(name: String, override: Node)]?) {
    self.root = root
    self.axes = axes
    self.models = models
    order = axes.indices.sorted { (axes[$0].keys.count, $0) < (axes[$1].keys.count, $1) }
    let counts = axes.map(\.values.count)
    func memo(_ sections: Set<String>, _ model: String?) -> SectionMemo {
      let reaching = axes.indices.filter { index in
        let axis = axes[index]
        return sections.contains(axis.sections.first ?? "")
          && (axis.model == nil || axis.model == model)
      }
      return SectionMemo(axes: reaching, counts: counts)
    }
    func scope(_ name: String?, _ override: Node?) -> ModelScope {
      var scope = ModelScope(
        name: name, override: override, architecture: memo(["architecture"], name),
        training: memo(["hparams"], name),
        // Masks must fit the images.
        adversarial: memo(["architecture", "adversarial"], name))
      guard let name else { return scope }
      for section in ["architecture", "hparams", "adversarial"]
      where override?[section] == nil
        && !axes.contains(where: { $0.model == name && $0.sections.first == section })
      {
        scope.shared.insert(section)
      }
      return scope
    }
    dataset = memo(["dataset"], nil)
    document = scope(nil, nil)
    scopes = (models ?? []).map { scope($0.name, $0.override) }
    evaluations = Array(repeating: memo(["eval"], nil), count: 2)
    alwaysActive = axes.indices.reduce(0) { mask, index in
      ["dataset", "eval"].contains(axes[index].keys[0]) ? mask | 1 << UInt64(index) : mask
    }
  }

  /// The point of a row, or `nil` where `found` says what is wrong with it.
  func decode(_ row: ArraySlice<Int32>) -> Point? {
    let data = outcome(&dataset, "dataset", row, nil, nil) { node, tables in
      DatasetSection.decode(node, in: root.range, found).map { tables.datasets.insert($0) }
    }
    let images = data.map { tables.datasets.values[Int($0.position)].name }
    let own = sections(&document, row, images, nil)
    var record = SpecPoints.Record(dataset: data?.position ?? 0, evaluation: 0, models: [])
    var names: [String] = []
    var active = alwaysActive
    func add(_ name: String, _ sections: Sections) {
      names.append(name)
      active |= sections.architecture.active | sections.training.active
      active |= sections.adversarial.active
      let model = SpecPoints.Model(
        name: tables.names.insert(name), architecture: sections.architecture.position,
        training: sections.training.position, adversarial: sections.adversarial.position)
      record.models.append(tables.models.insert(model))
    }
    if models != nil {
      for index in scopes.indices {
        let name = scopes[index].name ?? ""
        add(name, sections(&scopes[index], row, images, own))
      }
    } else {
      let none = tables.adversarials.insert(.none)
      var plain = own
      plain.adversarial = SectionMemo.Outcome(position: none, active: 0)
      if own.adversarial.position == none {
        add("base", own)
      } else {
        add("base", plain)
        add("adv-regularized", own)
      }
    }
    let variant = models == nil && names.count > 1 ? 1 : 0
    let evaluation = outcome(&evaluations[variant], "eval", row, nil, nil) { node, tables in
      tables.evaluations.insert(
        EvaluationSection.decode(
          node, models: names, classes: images?.numClasses, found))
    }
    guard data != nil, let evaluation, found.all.isEmpty else { return nil }
    record.evaluation = evaluation.position
    return Point(record: record, active: active)
  }

  /// - Parameter shared: The document's sections, for what a model does not change.
  private func sections(
    _ scope: inout ModelScope, _ row: ArraySlice<Int32>, _ images: DatasetName?,
    _ shared: Sections?
  ) -> Sections {
    let unread = SectionMemo.Outcome(position: 0, active: 0)
    let (name, override) = (scope.name, scope.override)
    let architecture =
      scope.shared.contains("architecture")
      ? shared?.architecture
      : outcome(&scope.architecture, "architecture", row, name, override) { node, tables in
        tables.architectures.insert(
          ArchitectureSection.decode(node, dataset: images, in: root.range, found))
      }
    let training =
      scope.shared.contains("hparams")
      ? shared?.training
      : outcome(&scope.training, "hparams", row, name, override) { node, tables in
        tables.trainings.insert(TrainingSection.decode(node, in: root.range, found))
      }
    let inputShape =
      architecture.map { tables.architectures.values[Int($0.position)].inputShape } ?? []
    let adversarial =
      scope.shared.isSuperset(of: ["architecture", "adversarial"])
      ? shared?.adversarial
      : outcome(&scope.adversarial, "adversarial", row, name, override) { node, tables in
        tables.adversarials.insert(
          AdversarialSection.decode(node, inputShape: inputShape, found))
      }
    return Sections(
      architecture: architecture ?? unread, training: training ?? unread,
      adversarial: adversarial ?? unread)
  }

  /// What a section came to: known, or read now; `nil` where it cannot be read.
  private func outcome(
    _ memo: inout SectionMemo, _ section: String, _ row: ArraySlice<Int32>, _ model: String?,
    _ override: Node?, _ decode: (Node?, inout SpecPoints.Tables) -> UInt32?
  ) -> SectionMemo.Outcome? {
    if let known = memo.outcome(for: row) { return known }
    let mistakes = found.all.count
    found.forgetSettled()
    guard let laid = merged(section, row, model, override) else { return nil }
    guard let position = decode(laid.node, &tables) else { return nil }
    let outcome = SectionMemo.Outcome(position: position, active: active(memo, section))
    // A mistake is said again at each point that has it.
    if found.all.count == mistakes { memo.note(outcome, for: row) }
    return outcome
  }

  private func active(_ memo: SectionMemo, _ section: String) -> UInt64 {
    var mask: UInt64 = 0
    for index in memo.axes where axes[index].sections.first == section {
      let home = axes[index].sections.joined(separator: ".")
      let isForeign = found.settled.contains {
        $0.section == home && !$0.own.contains(axes[index].keys.last ?? "")
      }
      if !isForeign { mask |= 1 << UInt64(index) }
    }
    return mask
  }

  // MARK: Nodes

  /// A section of a model with the document's under it and the point's values in both; `nil` where
  /// something on the way to a value is no mapping.
  private func merged(
    _ section: String, _ row: ArraySlice<Int32>, _ model: String?, _ override: Node?
  ) -> Laid? {
    guard let below = set(root[section], section, row, nil) else { return nil }
    guard let model else { return below }
    guard let above = set(override?[section], section, row, model) else { return nil }
    guard let over = above.node else { return below }
    if over.isNull { return Laid(node: nil) }
    return Laid(node: below.node?.merging(over) ?? over)
  }

  private func set(
    _ node: Node?, _ section: String, _ row: ArraySlice<Int32>, _ model: String?
  ) -> Laid? {
    var node = node
    for index in order {
      let axis = axes[index]
      guard row[row.startIndex + index] >= 0, axis.model == model,
        axis.sections.first == section
      else { continue }
      let value = axis.values[Int(row[row.startIndex + index])]
      let keys = axis.keys.dropFirst(model == nil ? 1 : 3)
      let open =
        node?.opened(as: section) ?? Node(.mapping([]), at: value.key)
      guard let next = open.setting(keys, to: value.node, at: value.key) else {
        let parent = axis.keys.dropLast().joined(separator: ".")
        let names = open[ArchitectureSection.layers.name]?.layerNames ?? []
        let isLayer = axis.sections.dropFirst().first == ArchitectureSection.layers.name
        found.error(
          .conflict,
          "the sweep cannot set `\(axis.path)`: "
            + (isLayer
              ? "no layer has that name" : "`\(parent)` is no mapping here"),
          at: value.key,
          suggestion: isLayer && !names.isEmpty ? "the layers with names are \(listed(names))" : nil
        )
        return nil
      }
      node = next
    }
    return Laid(node: node)
  }
}
