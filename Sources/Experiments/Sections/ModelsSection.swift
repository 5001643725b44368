import Settings
import YAML

/// `models:`, and the models of a document that has none.
enum ModelsSection {
  static let section = Section(
    "models.NAME", "one model: what differs from the sections above",
    keys: [
      KeyDescription(
        name: "architecture", schema: .section("architecture"),
        defaultValue: .words("as in the document"), summary: "merged into `architecture`"),
      KeyDescription(
        name: "hparams", schema: .section("hparams"), defaultValue: .words("as in the document"),
        summary: "merged into `hparams`"),
      KeyDescription(
        name: "adversarial", schema: .either([.choice(["none"]), .section("adversarial")]),
        defaultValue: .words("as in the document"),
        summary: "merged into `adversarial`, or `none`"),
    ])

  /// Checks all of `models:` but what its sections hold.
  ///
  /// - Parameter root: The document.
  /// - Returns: The models' names and what each lays over the document, in the document's order;
  ///   `nil` where there is no such section.
  static func decode(
    _ root: Node, _ diagnostics: Diagnostics
  ) -> [(name: String, override: Node)]? {
    guard let node = root["models"], !node.isNull else { return nil }
    guard let entries = node.mapping else {
      diagnostics.error(
        .wrongType, "`models` must be a mapping of names to settings, found \(node.found)",
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
      return (name, section.mended(entry.value))
    }
  }

  private static func check(_ name: String, _ key: Node, _ diagnostics: Diagnostics) {
    if let problem = FolderName.problem(with: name) {
      diagnostics.error(
        .badName, "the model's name `\(Scalar(name).excerpt)` \(problem)", at: key.range,
        suggestion: variable(in: name) ?? FolderName.suggestion(for: name))
    } else if name == "self" {
      diagnostics.error(
        .badName, "a model cannot be called `self`: `source: self` means the attacked model",
        at: key.range)
    }
  }
}
