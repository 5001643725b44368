import Settings
import YAML

/// Decodes the points of a sweep, each section only where a point changes it.
final class PointDecoder {
  /// A point that was read.
  struct Point {
    var record: SpecPoints.Record
    /// A bit for each column whose setting means something to at least one model.
    var active: UInt64
  }

  /// The decoded sections of a model.
  struct Sections {
    var architecture: SectionMemo.Outcome
    var training: SectionMemo.Outcome
    var adversarial: SectionMemo.Outcome
  }

  var tables = SpecPoints.Tables()
  /// What was found wrong since it was last taken.
  let found = Diagnostics()
  /// By section, what is doubtful about its settings at a position of the tables.
  var warnings: [String: [UInt32: [Diagnostic]]] = [:]

  let root: Node
  let axes: [SweepAxis]
  let columns: [SweepColumn]
  /// Shorter paths first: what is set inside a mapping stays when the mapping is set.
  let order: [Int]
  let targets: [Target]
  /// By section, what the last point laid over it, axis by axis: the next may go on from there.
  var steps: [String: [Step]] = [:]
  private let models: [(name: String, override: Node)]?
  private var dataset: SectionMemo
  private var document: ModelScope
  private var scopes: [ModelScope]
  /// By the number of models: without a section `models` that depends on `adversarial`.
  private var evaluations: [SectionMemo]
  private let alwaysActive: UInt64

  /// - Parameter models: The document's section, checked.
  init(
    _ root: Node, axes: [SweepAxis], columns: [SweepColumn],
    models: [(name: String, override: Node)]?
  ) {
    self.root = root
    self.axes = axes
    self.columns = columns
    self.models = models
    targets = axes.map(Target.init)
    order = axes.indices.sorted { (axes[$0].keys.count, $0) < (axes[$1].keys.count, $1) }
    let reach = SweepReach(axes, columns)
    dataset = reach.memo(["dataset"], nil)
    document = ModelScope(nil, nil, reach)
    scopes = (models ?? []).map { ModelScope($0.name, $0.override, reach) }
    if models != nil { document.counted = Set(scopes.flatMap(\.shared)) }
    evaluations = Array(repeating: reach.memo(["eval"], nil), count: 2)
    alwaysActive = columns.indices.reduce(0) { mask, index in
      ["dataset", "eval"].contains(columns[index].section) ? mask | 1 << UInt64(index) : mask
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
    let classes = images?.images?.classes ?? record.models.first.flatMap(declaredClasses)
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
}
