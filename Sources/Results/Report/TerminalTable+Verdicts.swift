internal import Measurements
internal import OrderedCollections
internal import PlainText

/// What a terminal's table says of numbers that cannot be believed.
extension TerminalTable {
  /// More are counted, not listed: of one model, and of all.
  private static let mostDoubtsOfModel = 3
  private static let mostDoubts = 9

  /// One attack on one model, in all runs and seeds.
  private struct Subject: Hashable {
    var model: String
    var attack: String
  }

  /// Lines below the tables: which attacks on which models are suspicious or broken, and why.
  func doubts(width: Int) -> [String] {
    let names = Set(results.rows.map(\.key.attack))
    let doubtful = results.rows.filter { row in
      // What an ensemble's part has is the verdict on the whole.
      (row.metrics?.attack?.verdict.level ?? .ok) != .ok
        && !row.key.attack.indices.contains { place in
          row.key.attack[place] == "/" && names.contains(String(row.key.attack[..<place]))
        }
    }
    guard !doubtful.isEmpty else { return [] }
    let groups = OrderedDictionary(grouping: doubtful) { row in
      Subject(model: row.key.model, attack: attackWords(row.key))
    }
    var lines = ["", "! do not claim robustness from these numbers"]
    let ordered = groups.filter { isBroken($0.value) } + groups.filter { !isBroken($0.value) }
    var listed: [String: Int] = [:]
    let shown = ordered.filter { subject, _ in
      listed[subject.model, default: 0] += 1
      return listed[subject.model, default: 0] <= Self.mostDoubtsOfModel
    }.prefix(Self.mostDoubts)
    for (subject, rows) in shown {
      let verdicts = rows.compactMap { $0.metrics?.attack?.verdict }
      let worst = verdicts.first { $0.level == .broken } ?? verdicts[0]
      let reason = worst.reasons.first ?? "see `verdict` in results.json"
      let often = rows.count > 1 ? " (\(rows.count) rows)" : ""
      let line = "\(worst.level.rawValue): \(subject.model), \(subject.attack)\(often): \(reason)"
      lines += line.printable.wrapped(to: width - 4).enumerated().map {
        ($0 == 0 ? "  " : "    ") + $1
      }
    }
    let hidden = ordered.count - shown.count
    if hidden > 0 {
      lines += "and \(hidden) more: see `verdict` in results.json".wrapped(to: width - 4)
        .map { "  " + $0 }
    }
    return lines
  }

  private func isBroken(_ rows: [ResultRow]) -> Bool {
    rows.contains { $0.metrics?.attack?.verdict.level == .broken }
  }
}
