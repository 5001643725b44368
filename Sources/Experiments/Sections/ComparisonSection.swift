package import Measurements
import Settings
import YAML

/// How far apart two values of a metric may be: `|a - b| <= atol + rtol * |b|`.
package struct Tolerance: Codable, Hashable, Sendable {
  package var atol: Double
  package var rtol: Double
}

/// `compare:`: what `diff` compares the results with.
package struct ComparisonSettings: Codable, Hashable, Sendable {
  /// The path of a CSV, relative to the file that names it made relative to where that file's
  /// path starts; `nil` for none.
  package var baseline: String?
  /// By metric: a column of `results.csv`.
  package var tolerances: [String: Tolerance] = [:]
  /// The level at which accuracies are tested; `nil` to judge them by their size.
  package var significance: Double?
  package var failOn = FailOn.any

  package init() {}
}

/// One metric of `compare.tolerances`.
enum ToleranceSection {
  static let atol = Key("atol", .number(.nonNegative), default: 0, "absolute tolerance")
  static let rtol = Key(
    "rtol", .number(.nonNegative), default: 0, "tolerance relative to the baseline")
  static let section = Section(
    "compare.tolerances.METRIC", "how much a metric may differ from the baseline",
    keys: [atol.description, rtol.description])
}

/// `compare:`.
enum ComparisonSection {
  static let metrics = Column.metrics.map(\.name)

  static let baseline = OptionalKey(
    "baseline", .text, .words("none"), "a `results.csv`, relative to this file")
  static let tolerances = KeyDescription(
    name: "tolerances", schema: .map(.section("compare.tolerances.METRIC")),
    defaultValue: .value("{}"), summary: "the tolerance of each metric, a column of `results.csv`")
  static let significance = OptionalKey(
    "significance",
    .number(NumberRange(lower: 0, upper: 1, isLowerOpen: true, isUpperOpen: true)), .words("none"),
    "accuracies are tested over the seeds at this level, such as 0.05: what chance explains is no"
      + " difference")
  static let failOn = Key(
    "fail_on", .choice("kind of differences"), default: FailOn.any,
    "the differences that count: `any`, or `regressed`: all but better numbers and rows that the"
      + " baseline does not have")
  static let section = Section(
    "compare", "what `diff` compares the results with, and how",
    keys: [
      baseline.description, tolerances, significance.description, failOn.description,
    ])

  static func decode(_ node: Node?, _ diagnostics: Diagnostics) -> ComparisonSettings {
    let reader = SectionReader(section, node, diagnostics)
    var settings = ComparisonSettings()
    if let path = reader.value(baseline), let node = reader.node(baseline.name) {
      settings.baseline = SpecFile.resolve(path, relativeTo: node.source.name)
    }
    settings.significance = reader.value(significance)
    settings.failOn = reader.value(failOn)
    guard let node = reader.node(tolerances.name) else { return settings }
    guard let entries = node.mapping else {
      mismatch(node, tolerances.name, tolerances.schema, diagnostics)
      return settings
    }
    for entry in entries {
      let metric = entry.key.scalar?.text ?? ""
      if !metrics.contains(metric) {
        unknown(metric, "metric", entry.key, metrics, later: [], diagnostics)
      }
      let tolerance = SectionReader(
        ToleranceSection.section.named("compare.tolerances.\(Scalar(metric).excerpt)"), entry.value,
        fallbackRange: entry.key.range, diagnostics)
      settings.tolerances[metric] = Tolerance(
        atol: tolerance.value(ToleranceSection.atol),
        rtol: tolerance.value(ToleranceSection.rtol))
    }
    return settings
  }
}
