import Settings
import YAML

extension PointDecoder {
  /// - Parameter shared: The document's sections, for what a model does not change.
  func sections(
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

  /// A decoded section: memoized, or read now; `nil` where it cannot be read.
  func outcome(
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

  /// The columns of a section's settings that mean something in what was read last.
  private func active(_ memo: SectionMemo, _ section: String) -> UInt64 {
    var mask: UInt64 = 0
    for index in memo.columns where columns[index].section == section {
      let column = columns[index]
      let isForeign = found.settled.contains {
        $0.section == column.home && !$0.own.contains(column.key)
      }
      if !isForeign { mask |= 1 << UInt64(index) }
    }
    return mask
  }
}
