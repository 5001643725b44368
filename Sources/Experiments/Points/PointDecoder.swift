import Settings
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
  private let targets: [Target]
  /// By section, what the last point laid over it, axis by axis: the next may go on from there.
  private var steps: [String: [Step]] = [:]

  /// The three sections of one model, or of the document.
  private struct ModelScope {
    var name: String?
    var override: Node?
    var architecture: SectionMemo
    var training: SectionMemo
    var adversarial: SectionMemo
    /// Whether nothing tells a section from the document's.
    var sharesArchitecture = false
    var sharesTraining = false
    var sharesAdversarial = false
    /// The sections that some model has: of the document only what is shared.
    var counted: Set<String> = ["architecture", "hparams", "adversarial"]
  }

  /// Where an axis leads, taken apart once.
  private struct Target {
    var model: String?
    /// `hparams`.
    var section: String
    /// From the section on.
    var keys: ArraySlice<String>
    /// The section of its key: `hparams.optimizer`.
    var home: String
    var key: String

    init(_ axis: SweepAxis) {
      model = axis.model
      section = axis.sections.first ?? ""
      keys = axis.keys.dropFirst(axis.model == nil ? 1 : 3)
      home = axis.sections.joined(separator: ".")
      key = axis.keys.last ?? ""
    }
  }

  /// By section, what is doubtful about its settings at a position of the tables.
  private(set) var warnings: [String: [UInt32: [Diagnostic]]] = [:]

  /// A section of the document with the values of some axes of a point.
  private struct Step {
    var axis: Int
    var value: Int32
    var node: Node
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
    targets = axes.map(Target.init)
    order = axes.indices.sorted { (axes[$0].keys.count, $0) < (axes[$1].keys.count, $1) }
    let counts = axes.map(\.values.count)
    func memo(
      _ sections: Set<String>, _ model: String?, _ over: Node? = nil
    ) -> SectionMemo {
      // A word in place of a section hides the document's, whatever is swept there.
      let isHidden =
        over.map { $0.mapping == nil } == true
        && !axes.contains { $0.model == model && sections.contains($0.sections.first ?? "") }
      if isHidden { return SectionMemo(axes: [], counts: counts) }
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

        // What is monitored must be measured.
        training: memo(["dataset", "hparams"], name),
        // Masks must fit the images.
        adversarial: memo(["architecture", "adversarial"], name, override?["adversarial"]))
      guard let name else { return scope }
      func isShared(_ section: String) -> Bool {
        override?[section] == nil
          && !axes.contains { $0.model == name && $0.sections.first == section }
      }
      scope.sharesArchitecture = isShared("architecture")
      scope.sharesTraining = isShared("hparams")
      scope.sharesAdversarial = scope.sharesArchitecture && isShared("adversarial")
      return scope
    }
    dataset = memo(["dataset"], nil)
    document = scope(nil, nil)
    scopes = (models ?? []).map { scope($0.name, $0.override) }
    if models != nil {
      document.counted = Set(
        scopes.flatMap { scope in
          [
            ("architecture", scope.sharesArchitecture), ("hparams", scope.sharesTraining),
            ("adversarial", scope.sharesAdversarial),
          ].filter(\.1).map(\.0)
        })
    }
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
    let isDataRead = found.all.isEmpty
    let images = data.map { tables.datasets.values[Int($0.position)].name }
    // What a wrong section says of validation is not known.
    let split =
      isDataRead
      ? data.map { tables.datasets.values[Int($0.position)].validationSplit > 0 } : nil
    let own = sections(&document, row, images, split, nil)
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
        add(name, sections(&scopes[index], row, images, split, own))
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
    // Of own files the spec says how many classes they have.
    let classes = images?.numClasses ?? record.models.first.flatMap(declaredClasses)
    let evaluation = outcome(&evaluations[variant], "eval", row, nil, nil) { node, tables in
      tables.evaluations.insert(
        EvaluationSection.decode(node, models: names, classes: classes, found))
    }
    guard data != nil, let evaluation, found.all.isEmpty else { return nil }
    record.evaluation = evaluation.position
    return Point(record: record, active: active)
  }

  /// `nil` where its architecture could not be read.
  private func declaredClasses(_ model: UInt32) -> Int? {
    let position = Int(tables.models.values[Int(model)].architecture)
    let architectures = tables.architectures.values
    return architectures.indices.contains(position) ? architectures[position].numClasses : nil
  }

  /// - Parameter shared: The document's sections, for what a model does not change.
  private func sections(
    _ scope: inout ModelScope, _ row: ArraySlice<Int32>, _ images: DatasetName?,
    _ hasValidation: Bool?, _ shared: Sections?
  ) -> Sections {
    let unread = SectionMemo.Outcome(position: 0, active: 0)
    let (name, override) = (scope.name, scope.override)
    let counted = scope.counted
    defer { found.isWatching = true }
    found.isWatching = counted.contains("architecture")
    let architecture =
      scope.sharesArchitecture
      ? shared?.architecture
      : outcome(&scope.architecture, "architecture", row, name, override) { node, tables in
        tables.architectures.insert(
          ArchitectureSection.decode(node, dataset: images, in: root.range, found))
      }
    found.isWatching = counted.contains("hparams")
    let training =
      scope.sharesTraining
      ? shared?.training
      : outcome(&scope.training, "hparams", row, name, override) { node, tables in
        tables.trainings.insert(
          TrainingSection.decode(
            node, hasValidation: hasValidation, in: root.range, found))
      }
    found.isWatching = counted.contains("adversarial")
    let inputShape =
      architecture.map { tables.architectures.values[Int($0.position)].inputShape } ?? []
    let adversarial =
      scope.sharesAdversarial
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
    let doubts = found.takeWarnings()
    if !doubts.isEmpty, warnings[section]?[position] == nil {
      warnings[section, default: [:]][position] = doubts
    }
    let outcome = SectionMemo.Outcome(position: position, active: active(memo, section))
    // A mistake is said again at each point that has it.
    if found.all.count == mistakes { memo.note(outcome, for: row) }
    return outcome
  }

  private func active(_ memo: SectionMemo, _ section: String) -> UInt64 {
    var mask: UInt64 = 0
    for index in memo.axes where targets[index].section == section {
      let target = targets[index]
      let isForeign = found.settled.contains {
        $0.section == target.home && !$0.own.contains(target.key)
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
    // Over what is no section nothing can be laid: that is the mistake.
    if let node = below.node, node.mapping == nil, !node.isNull, node.scalar?.text != "none",
      over.mapping != nil
    {
      return below
    }
    return Laid(node: below.node?.merging(over) ?? over)
  }

  private func set(
    _ node: Node?, _ section: String, _ row: ArraySlice<Int32>, _ model: String?
  ) -> Laid? {
    var node = node
    // What a model's own axes set is laid over what the document's set: only that is kept.
    var steps = model == nil ? self.steps.removeValue(forKey: section) ?? [] : []
    var depth = 0
    for index in order {
      let position = row[row.startIndex + index]
      guard position >= 0, targets[index].section == section, targets[index].model == model
      else { continue }
      if depth < steps.count, steps[depth].axis == index, steps[depth].value == position {
        node = steps[depth].node
        depth += 1
        continue
      }
      steps.removeSubrange(depth...)
      let value = axes[index].values[Int(position)]
      let open =
        node?.opened(as: section) ?? Node(.mapping([]), at: value.key)
      guard let next = open.setting(targets[index].keys, to: value.laid, at: value.key) else {
        let axis = axes[index]
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
      steps.append(Step(axis: index, value: position, node: next))
      depth += 1
    }
    if model == nil { self.steps[section] = steps }
    return Laid(node: node)
  }
}
