import YAML

/// `models:`, and the models of a document that has none.
enum ModelsSection {
  static let section = Section(
    "models.NAME", "one model: what differs from the sections above",
    keys: [
      KeyDescription(
        name: "architecture", schema: .section("architecture"),
        defaultValue: .words("the document's"), summary: "laid over `architecture`"),
      KeyDescription(
        name: "hparams", schema: .section("hparams"), defaultValue: .words("the document's"),
        summary: "laid over `hparams`"),
      KeyDescription(
        name: "adversarial", schema: .either([.choice(["none"]), .section("adversarial")]),
        defaultValue: .words("the document's"),
        summary: "laid over `adversarial`, or `none`"),
    ])

  /// The models in the document's order; each section of it with the model's laid over.
  ///
  /// - Parameter root: The document.
  static func decode(
    _ root: Node, dataset: DatasetName?, _ diagnostics: Diagnostics
  ) -> [ModelSettings] {
    // The document's own sections first, used or not: each mistake is said once.
    let base = model("", root, nil, dataset, diagnostics)
    guard let node = root["models"], !node.isNull else {
      var plain = base
      plain.name = "base"
      plain.adversarial = .none
      guard base.adversarial != .none else { return [plain] }
      var regularized = base
      regularized.name = "adv-regularized"
      return [plain, regularized]
    }
    guard let entries = node.mapping else {
      diagnostics.error(
        .wrongType, "`models` must be a mapping of names to what differs, found \(node.found)",
        at: node.range, suggestion: "write `name: {}` for a model without differences")
      return []
    }
    if entries.isEmpty {
      diagnostics.error(.outOfRange, "`models` is empty; name at least one", at: node.range)
    }
    return entries.map { entry in
      let name = entry.key.scalar?.text ?? ""
      check(name, entry.key, diagnostics)
      if entry.value.isNull {
        diagnostics.error(
          .wrongType, "the model `\(Scalar(name).excerpt)` has no value", at: entry.key.range,
          suggestion: "write `{}` for a model without differences")
      }
      // For its unknown keys only; the values are read from the merged sections.
      _ = SectionReader(
        section.named("models.\(Scalar(name).excerpt)"), entry.value, diagnostics)
      return model(name, root, entry.value, dataset, diagnostics)
    }
  }

  private static func check(_ name: String, _ key: Node, _ diagnostics: Diagnostics) {
    if let problem = FolderName.problem(with: name) {
      diagnostics.error(
        .badName, "the model's name `\(Scalar(name).excerpt)` \(problem)", at: key.range,
        suggestion: FolderName.suggestion(for: name))
    } else if name == "self" {
      diagnostics.error(
        .badName, "a model cannot be called `self`: `source: self` means the attacked model",
        at: key.range)
    }
  }

  private static func model(
    _ name: String, _ root: Node, _ override: Node?, _ dataset: DatasetName?,
    _ diagnostics: Diagnostics
  ) -> ModelSettings {
    func merged(_ section: String) -> Node? {
      let below = root[section]
      guard let above = override?[section] else { return below }
      return above.isNull ? nil : below?.merging(above) ?? above
    }
    let architecture = ArchitectureSection.decode(
      merged("architecture"), dataset: dataset, in: root.range, diagnostics)
    return ModelSettings(
      name: name, architecture: architecture,
      training: TrainingSection.decode(merged("hparams"), in: root.range, diagnostics),
      adversarial: AdversarialSection.decode(
        merged("adversarial"), inputShape: architecture.inputShape, diagnostics))
  }
}
