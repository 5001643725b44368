import Settings
import YAML

/// Turns the points that a sweep writes into the points that are run.
///
/// Equal points are run once: equal in all settings, not merely in what the sweep writes. A
/// setting that a point does not use is ignored there.
struct SweepExpander {
  private(set) var expansion: SweepExpansion
  private let root: Node
  private let axes: [SweepAxis]
  private let rows: SweepRows
  private let poisoned: Set<String>
  private let diagnostics: Diagnostics
  /// Reads the points that are run, and nothing else.
  private let decoder: PointDecoder
  /// Reads other points, to find out what is wrong.
  private let probe: PointDecoder
  /// What was found without the sweep.
  private let base: Diagnostics
  private let settings: UnusedSettings
  private let columns: [SweepColumn]
  private var shown: [ShownColumn]

  /// - Parameter base: What is wrong with the document without its sweep.
  init(
    _ root: Node, _ draft: SweepSection.Draft, models: [(name: String, override: Node)]?,
    base: Diagnostics, _ diagnostics: Diagnostics
  ) {
    self.root = root
    axes = draft.axes
    rows = draft.rows
    poisoned = draft.poisoned
    expansion = draft.expansion
    self.diagnostics = diagnostics
    self.base = base
    let (axes, values) = (draft.axes, SpecValues(root))
    columns = SweepColumn.columns(of: axes, draft.rows, values)
    shown = columns.map { ShownColumn($0, axes, values) }
    decoder = PointDecoder(root, axes: axes, columns: columns, models: models)
    probe = PointDecoder(root, axes: axes, columns: columns, models: models)
    settings = UnusedSettings(root, axes)
    decoder.found.watched = settings.places
  }

  /// What the tables show of the sweep, with the values in the order of their first points.
  var plannedAxes: [Axis] {
    let names = SweepColumns.columns(of: columns.map(\.names))
    return columns.indices.map { index in
      Axis(
        path: columns[index].names.joined(separator: "."), column: names[index],
        values: shown[index].values.filter { $0 != .absent },
        attack: AttackPaths.position(in: columns[index].keys))
    }
  }

  /// What is doubtful about the points that were found, sorted by place.
  private(set) var warnings: [Diagnostic] = []

  /// The points, or `nil` where the diagnostics say why there are none.
  ///
  /// A mistake that one value makes by itself lies at that value; others name the point.
  mutating func expand() -> SpecPoints? {
    guard checkColumns() else { return nil }
    let wrong = base.take()
    var blame = SweepBlame(axes, probe, base: wrong, diagnostics)
    blame.checkWrittenValues()
    addMistakes(wrong, blame)
    guard diagnostics.all.isEmpty else {
      addOthers(than: wrong, &blame)
      addUnused()
      return nil
    }
    var records = Interned<SpecPoints.Record>()
    var values: [UInt32] = []
    var (swept, active): (UInt64, UInt64) = (0, 0)
    for index in 0..<rows.count {
      let row = rows[index]
      guard let point = decoder.decode(row) else {
        if blame.explain(row, decoder.found.take()) { continue } else { break }
      }
      let known = records.values.count
      let position = records.insert(point.record)
      for axis in axes.indices where row[row.startIndex + axis] >= 0 { swept |= 1 << UInt64(axis) }
      active |= point.active
      // A point that was there already shows what it showed.
      guard position == known else { continue }
      for column in columns.indices {
        let isActive = point.active & 1 << UInt64(column) != 0
        values.append(shown[column].position(in: row, isActive: isActive))
      }
    }
    diagnostics.takeDeferred(of: decoder.found)
    diagnostics.addDeferred()
    if diagnostics.all.isEmpty { settings.report(read: decoder.found.read, diagnostics) }
    for (index, axis) in axes.enumerated() where swept & 1 << UInt64(index) != 0 {
      let isUsed = columns.indices.contains {
        columns[$0].axes.contains(index) && active & 1 << UInt64($0) != 0
      }
      guard !isUsed else { continue }
      guard !diagnostics.all.contains(where: { $0.range == axis.range }) else { continue }
      diagnostics.error(
        .conflict, "the sweep over `\(axis.path)` changes nothing: no model of any point uses it",
        at: axis.range)
    }
    guard diagnostics.all.isEmpty else { return nil }
    expansion.kept = records.values.count
    expansion.duplicates = expansion.written - expansion.droppedByWhere - expansion.kept
    warnings = decoder.warnings(of: records.values)
    return SpecPoints(
      tables: decoder.tables, records: records, shown: shown.map(\.values), values: values)
  }
}

extension SweepExpander {
  /// Whether each column has a bit of its own in a machine word.
  private func checkColumns() -> Bool {
    guard columns.count > SweepSection.maximumAxes else { return true }
    let axis = columns[SweepSection.maximumAxes].axes.last.map { axes[$0] }
    diagnostics.error(
      .outOfRange,
      "the sections of this sweep differ in \(columns.count) settings; the limit is"
        + " \(SweepSection.maximumAxes)", at: axis?.range,
      suggestion: "give each section a `label`: the tables then have one column of labels")
    return false
  }

  /// Points that are looked at to find out what others have a use for.
  private static let probedPoints = 1_000

  /// Reports what is wrong with the document without its sweep, but for what the sweep mends: a
  /// key that every point sets may be missing.
  private func addMistakes(_ wrong: [Diagnostic], _ blame: SweepBlame) {
    guard !wrong.isEmpty else { return }
    let points = axes.isEmpty || rows.count == 0 ? nil : Set(blame.mistakes(of: rows[0]))
    for diagnostic in wrong {
      let isMended =
        points.map { !$0.contains(diagnostic) } ?? isPoisoned(diagnostic)
      if SweepBlame.intrinsic.contains(diagnostic.code) || !isMended {
        diagnostics.add(diagnostic)
      }
    }
  }

  /// Whether a mistake lies in a section that a sweep that cannot be read reaches into.
  private func isPoisoned(_ diagnostic: Diagnostic) -> Bool {
    poisoned.contains { name in
      guard let section = root[name], let range = diagnostic.range else { return false }
      return section.range.holds(range)
    }
  }

  /// Reports what is wrong with points in sections that have no other mistake: it would come up
  /// when those are mended.
  private func addOthers(than wrong: [Diagnostic], _ blame: inout SweepBlame) {
    let places = diagnostics.all.compactMap(\.range)
    let sections = (root.mapping ?? []).filter { entry in
      places.contains { entry.value.range.holds($0) }
    }
    let names = Set(sections.compactMap(\.key.scalar?.text))
    let known = Set(wrong + diagnostics.all)
    let wrongAxes = axes.indices.filter { index in
      names.contains(axes[index].section) || names.contains("models") && axes[index].model != nil
        || axes[index].values.contains { value in places.contains { value.node.range.holds($0) } }
    }
    for index in 0..<min(rows.count, SweepExpander.probedPoints) {
      var row = Array(rows[index])
      for axis in wrongAxes { row[axis] = -1 }
      let found = blame.mistakes(of: row[...]).filter { !known.contains($0) }
      if !found.isEmpty, !blame.explain(row[...], found) { break }
    }
  }

  /// Reports settings without effect where something else is wrong already.
  private func addUnused() {
    for index in 0..<min(rows.count, SweepExpander.probedPoints) { _ = probe.decode(rows[index]) }
    _ = probe.found.take()
    diagnostics.takeDeferred(of: base)
    diagnostics.takeDeferred(of: probe.found)
    diagnostics.addDeferred { !isPoisoned($0) }
  }
}
