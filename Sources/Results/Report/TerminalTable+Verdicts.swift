internal import Measurements
internal import PlainText

/// What a terminal's table says of numbers that cannot be believed.
extension TerminalTable {
  /// More are counted, not listed: of one model, and of all.
  private static let mostDoubtsOfModel = 3
  private static let mostDoubts = 9

  /// Lines below the tables: which attacks on which models are suspicious or broken, and why.
  func doubts(width: Int) -> [String] {
    let doubts = results.doubts
    guard !doubts.isEmpty else { return [] }
    var lines = ["", "! do not claim robustness from these numbers"]
    var listed: [String: Int] = [:]
    let shown = doubts.filter { doubt in
      listed[doubt.model, default: 0] += 1
      return listed[doubt.model, default: 0] <= Self.mostDoubtsOfModel
    }.prefix(Self.mostDoubts)
    for doubt in shown {
      let level: AttackVerdict.Level = doubt.isBroken ? .broken : .suspicious
      let reason = doubt.reasons.first ?? "see `verdict` in results.json"
      let often = doubt.rows.count > 1 ? " (\(doubt.rows.count) rows)" : ""
      let line = "\(level.rawValue): \(doubt.model), \(doubt.attack)\(often): \(reason)"
      lines += line.printable.wrapped(to: width - 4).enumerated().map {
        ($0 == 0 ? "  " : "    ") + $1
      }
    }
    let hidden = doubts.count - shown.count
    if hidden > 0 {
      lines += "and \(hidden) more: see `verdict` in results.json".wrapped(to: width - 4)
        .map { "  " + $0 }
    }
    return lines
  }
}
