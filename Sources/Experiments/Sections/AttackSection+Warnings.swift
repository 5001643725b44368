import Settings
import YAML

extension AttackSection {
  /// Says what is possible but hardly meant.
  static func warn(_ rows: [AttackSettings], _ reader: SectionReader) {
    let isList = reader.node(epsilon)?.sequence != nil
    let isStepGiven = reader.node(stepSize) != nil
    for (index, row) in rows.enumerated() {
      let item = isList ? index : nil
      if row.norm == .infinity { reader.warnOfRadius(epsilon, row.epsilon, item: item) }
      guard isStepGiven, let reach = row.method.attack.reach else { continue }
      if reach.length.isLess(than: row.epsilon) {
        warnOfShort(reach, row, item, reader)
      } else if reach.leavesBall(of: row.epsilon) {
        warnOfLong(reach, row, item, reader)
      }
    }
    if isStepGiven, let row = rows.first, row.norm == .infinity,
      let step = row.method.attack.reach?.stepSize
    {
      reader.warnOfRadius(stepSize, step)
    }
  }

  private static func warnOfShort(
    _ reach: AttackReach, _ row: AttackSettings, _ item: Int?, _ reader: SectionReader
  ) {
    reader.warn(
      .weakAttack,
      "`\(row.name)` \(reach.randomStart ? "moves from its start" : "reaches") at most"
        + " \(reach.length.radiusText), less than its epsilon \(row.epsilon.radiusText):"
        + " `steps` \(reach.steps) times `step_size` \(reach.stepSize.radiusText)", at: epsilon,
      item: item,
      suggestion: "leave out `step_size`: its default follows from `epsilon` and `steps`")
  }

  private static func warnOfLong(
    _ reach: AttackReach, _ row: AttackSettings, _ item: Int?, _ reader: SectionReader
  ) {
    reader.warn(
      .weakAttack,
      "`\(row.name)` has a `step_size` of \(reach.stepSize.radiusText), more than its epsilon"
        + " \(row.epsilon.radiusText): its steps jump over most of the ball", at: epsilon,
      item: item,
      suggestion: "leave out `step_size`: its default follows from `epsilon` and `steps`")
  }
}
