/// What `timings.csv` says about one stage.
package struct TimingRow: Codable, Hashable, Sendable {
  /// A person's words for the stage: `train base seed=1`.
  package var title: String
  /// The stage's key in hexadecimal; the table shows its first 8 digits.
  package var key: String
  /// `train` or `evaluate`.
  package var kind: String
  package var status: RowStatus
  /// Wall-clock time of the worker; of a cached stage, as it was when it ran.
  package var seconds: Double
  /// Examples that went through the model, in all epochs.
  package var examples: Int
  /// Largest resident set of the worker, in MiB.
  package var peakMemoryMB: Double
  /// Whether the stage's output was stored already, so that nothing ran.
  package var cached: Bool
  /// How often the run has begun it.
  package var attempts: Int

  package init(
    title: String, key: String, kind: String, status: RowStatus, seconds: Double, examples: Int,
    peakMemoryMB: Double, cached: Bool, attempts: Int
  ) {
    self.title = title
    self.key = key
    self.kind = kind
    self.status = status
    self.seconds = seconds
    self.examples = examples
    self.peakMemoryMB = peakMemoryMB
    self.cached = cached
    self.attempts = attempts
  }
}

/// `timings.csv`: one row per stage.
package struct TimingTable: Hashable, Sendable {
  package var rows: [TimingRow]
  package init(rows: [TimingRow]) { self.rows = rows }

  package var csv: CSVTable {
    CSVTable(
      columns: [
        "stage", "key", "kind", "status", "seconds", "examples", "examples_per_second",
        "peak_memory_mb", "cached", "attempts",
      ],
      rows: rows.map { row in
        [
          row.title, String(row.key.prefix(8)), row.kind, row.status.rawValue,
          NumberText.fixed(row.seconds, decimals: 3), String(row.examples),
          row.seconds > 0
            ? NumberText.fixed(Double(row.examples) / row.seconds, decimals: 1) : "",
          NumberText.fixed(row.peakMemoryMB, decimals: 1), row.cached ? "yes" : "no",
          String(row.attempts),
        ]
      })
  }
}

extension TimingTable {
  /// The bytes of a `timings.csv` with every stage stored already.
  ///
  /// - Parameter csv: The same of any run.
  package static func ofStored(_ csv: [UInt8]) -> [UInt8] {
    let comma = UInt8(ascii: ",")
    let stored = Array(",yes,0\n".utf8)
    return csv.split(separator: UInt8(ascii: "\n")).enumerated().reduce(into: []) { bytes, line in
      let cells = line.element.split(separator: comma, omittingEmptySubsequences: false)
      if line.offset == 0 || cells.count < 3 {
        bytes += line.element + [UInt8(ascii: "\n")]
      } else {
        bytes += line.element.prefix(upTo: cells[cells.count - 2].startIndex - 1) + stored
      }
    }
  }
}
