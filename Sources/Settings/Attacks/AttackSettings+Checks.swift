internal import PlainText

extension AttackSettings {
  package mutating func complete(_ reader: any SettingsReader) {
    requireEpsilon(reader)
    checkSource(reader)
    checkNorm(reader)
    if case .label(let label) = target, let classes = reader.context.classes, label >= classes {
      reader.report(
        .outOfRange, "`targeted` names class \(label), but there are \(classes) classes",
        at: "targeted", suggestion: "use a number in 0...\(classes - 1)")
    }
    if clip[0] >= clip[1] {
      reader.report(.conflict, "`clip` must be a minimum and a larger maximum", at: "clip")
    } else if clip[0] > 0 || clip[1] < 1 {
      reader.report(
        .outOfRange, "`clip` must contain 0...1, the range of clean pixels",
        at: "clip")
    }
    if name == "clean" {
      reader.report(
        .badName, "the label `clean` is reserved for the row without an attack", at: "label")
    }
    if name == Self.worstCase {
      reader.report(
        .badName, "the label `\(name)` is that of the row of all attacks of one ball", at: "label")
    }
  }

  var fewestClasses: Int {
    method.attack.fewestClasses(isTargeted: target != nil)
  }

  /// Reports that there are too few classes. An attack may need fewer or more with other settings of its
  /// own, which must have been read.
  package func checkClasses(_ reader: any SettingsReader) {
    guard let classes = reader.context.classes, classes < fewestClasses else { return }
    reader.report(
      .conflict,
      "`\(method.word)`\(target == nil ? "" : " with `targeted`") needs at least"
        + " \(fewestClasses) classes, but there are \(classes)", at: "name",
      suggestion: "use `apgd-ce`")
  }

  /// An attack that does not know the default norm has another default.
  private mutating func checkNorm(_ reader: any SettingsReader) {
    let norms = method.norms
    guard !norms.contains(norm) else { return }
    if reader.isGiven("norm") {
      let names = norms.map { "`\($0.name)`" }.joined(separator: " or ")
      reader.report(
        .conflict, "`\(method.word)` does not work in `\(norm.name)`", at: "norm",
        suggestion: "use \(names)")
    } else {
      norm = norms[0]
    }
  }

  private func checkSource(_ reader: any SettingsReader) {
    let models = reader.context.models
    guard case .model(let name) = source, !models.isEmpty, !models.contains(name) else { return }
    reader.report(
      .unknownModel, "`source` names an unknown model `\(name)`", at: "source",
      suggestion: closest(to: name, among: models).map { "did you mean `\($0)`?" }
        ?? "use `self`, or one of \(listed(models))")
  }
}
