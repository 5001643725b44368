import Settings
import YAML

/// `sweep:`, one block or a list of blocks whose points are united.
///
/// A block is the product of its parts: each combination of its grid with each tuple of its zip,
/// each entry of its list and each sample of its random search, the last fastest.
enum SweepSection {
  /// The most points a sweep may write; `where` may drop most of them.
  static let maximumPoints = 1_000_000
  /// The most runs of a spec: points that are left, times seeds.
  static let maximumRuns = 200_000
  /// The most values that a random search draws, of all its parameters together.
  static let maximumDraws = 2_000_000
  /// The most paths a sweep may vary: a bit each in a machine word.
  static let maximumAxes = 64

  private static let values = ValueSchema.either([
    .list(of: .anything, minimum: 1, maximum: nil), .section("sweep.range"), .map(.anything),
  ])

  static let grid = KeyDescription(
    name: "grid", schema: .map(values), defaultValue: .words("none"),
    summary: "the values of each path; all combinations are run, the last path varies fastest")
  static let zip = KeyDescription(
    name: "zip", schema: .map(values), defaultValue: .words("none"),
    summary: "the values of each path, combined one by one; each path has the same number of them")
  static let list = KeyDescription(
    name: "list", schema: .list(of: .map(.anything), minimum: 1, maximum: nil),
    defaultValue: .words("none"), summary: "points one by one, each a mapping of paths to values")
  static let random = KeyDescription(
    name: "random", schema: .section("sweep.random"), defaultValue: .words("none"),
    summary: "points drawn at random")
  static let condition = OptionalKey(
    "where", .text, .words("all points"),
    "a condition on the values: points for which it is false are dropped")

  static let section = Section(
    "sweep", "what varies from run to run", keys: [grid, zip, list, random, condition.description])

  /// The points that a sweep writes.
  struct Draft {
    var axes: [SweepAxis] = []
    var rows = SweepRows.one
    var expansion = SweepExpansion()
    /// Of a sweep that cannot be read, the sections that it reaches into: what is wrong with them
    /// is not known.
    var poisoned: Set<String> = []
  }

  /// The points of a document's sweep; one where it has none, or none that can be read.
  ///
  /// - Parameter values: What the document says where a point sets nothing.
  static func decode(
    _ root: Node, models: [String], _ values: SpecValues, _ diagnostics: Diagnostics
  ) -> Draft {
    guard let node = root["sweep"], !node.isNull else { return Draft() }
    let before = diagnostics.all.count
    var reader = SweepReader(SweepPaths(root, models: models), diagnostics)
    let nodes = node.sequence ?? [node]
    if nodes.isEmpty {
      diagnostics.error(
        .outOfRange, "`sweep` is an empty list; give at least one block", at: node.range,
        suggestion: "leave it out for one point")
    }
    let blocks = nodes.map { reader.block($0) }
    if diagnostics.all.count == before { reader.axes.forEach { $0.checkLabels(diagnostics) } }
    reader.choose(from: root)
    guard diagnostics.all.count == before, check(blocks, reader.axes, node, diagnostics) else {
      return Draft(poisoned: Set(reader.axes.map { $0.keys[0] }))
    }
    var draft = Draft(
      axes: reader.axes, rows: SweepRows(axes: reader.axes.count), expansion: SweepExpansion())
    for block in blocks {
      guard let count = block.append(to: &draft, values, diagnostics) else {
        return Draft(poisoned: Set(reader.axes.map { $0.keys[0] }))
      }
      draft.expansion.blocks.append(count)
    }
    // `sweep: {}` is no sweep.
    if draft.axes.isEmpty, node.mapping != nil { return Draft() }
    if draft.rows.count == 0 {
      diagnostics.error(
        .conflict, "no point is left: `where` drops all \(draft.expansion.written)", at: node.range)
    }
    return draft
  }

  /// What is said of a spec with too many runs.
  static func tooManyRuns(_ what: String) -> String {
    "this spec has \(what); a plan has at most \(maximumRuns) runs"
  }

  private static func check(
    _ blocks: [SweepBlock], _ axes: [SweepAxis], _ node: Node, _ diagnostics: Diagnostics
  ) -> Bool {
    var count = 0
    for block in blocks {
      let (sum, overflow) = count.addingReportingOverflow(block.count)
      count = overflow ? .max : sum
    }
    if count > maximumPoints {
      diagnostics.error(
        .outOfRange,
        "this sweep has \(count == .max ? "far too many" : "\(count)") points;"
          + " the limit is \(maximumPoints)", at: node.range)
    }
    // What no condition can drop is refused before it is made.
    let fixed = blocks.filter { $0.condition == nil }.reduce(0) { $0.plusAtMost($1.count) }
    if count <= maximumPoints, fixed > maximumRuns {
      diagnostics.error(
        .outOfRange, tooManyRuns("\(fixed) points"), at: node.range,
        suggestion: "use a random search: some thousand points find what a large grid does")
      return false
    }
    if axes.count > maximumAxes {
      diagnostics.error(
        .outOfRange, "this sweep varies \(axes.count) paths; the limit is \(maximumAxes)",
        at: axes[maximumAxes].range)
    }
    return count <= maximumPoints && axes.count <= maximumAxes
  }
}
