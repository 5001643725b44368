internal import Experiments

/// Finds for a stage the stored one of its kind that differs in the fewest settings.
///
/// Settings and values are numbered, so that a comparison is one of short arrays of integers.
struct NearestStages {
  private struct Value: Hashable {
    var text: String
    var isText: Bool
  }

  /// A stage that was stored, or is planned.
  private struct Entry {
    var key: StageKey
    /// By column the number of its value; -1 where it has none.
    var values: [Int32]
    var fields: StageFields
  }

  private var columns: [String: Int] = [:]
  /// By column, the columns whose value decides whether it exists.
  private var owners: [[Int]] = []
  /// For the settings of an attack's source, the column of the attacked model's same setting.
  private var mirrors: [Int?] = []
  private var numbers: [Value: Int32] = [:]
  /// By a value's number, what it is as a number.
  private var magnitudes: [Double?] = []
  private var trainings: [Entry] = []
  private var evaluations: [Entry] = []

  /// - Parameter stored: Those of which not all is known are left out.
  init(_ stored: [(key: StageKey, fields: StageFields)]) {
    for (key, fields) in stored where fields.isComplete {
      let entry = Entry(key: key, values: values(of: fields), fields: fields)
      if fields.isTraining { trainings.append(entry) } else { evaluations.append(entry) }
    }
  }

  func isEmpty(training: Bool) -> Bool { training ? trainings.isEmpty : evaluations.isEmpty }

  /// Comparisons of two settings that one search takes.
  func cost(training: Bool) -> Int {
    max(1, (training ? trainings.count : evaluations.count) * columns.count)
  }

  /// What was found for a stage.
  struct Match {
    var key: StageKey
    var changes: [FieldChange]
  }

  /// The nearest stored stage other than the stage itself; `nil` where there is none of its kind.
  ///
  /// Of equally near ones those not in `siblings` come first, then those whose numbers are closest.
  mutating func nearest(
    to key: StageKey, _ fields: StageFields, siblings: Set<StageKey>
  ) -> Match? {
    let wanted = values(of: fields)
    var best: (rank: (Int, Int, Int, Double), entry: Entry)?
    for entry in fields.isTraining ? trainings : evaluations where entry.key != key {
      let distance = distance(wanted, entry.values)
      if let best, distance > (best.rank.0, best.rank.1) { continue }
      let rank = (
        distance.settings, distance.lines, siblings.contains(entry.key) ? 1 : 0,
        spread(wanted, entry.values)
      )
      if let best, rank >= best.rank { continue }
      best = (rank, entry)
    }
    return best.map { Match(key: $0.entry.key, changes: fields.changes(since: $0.entry.fields)) }
  }

  private mutating func values(of fields: StageFields) -> [Int32] {
    var values = [Int32](repeating: -1, count: columns.count)
    for field in fields.fields {
      let column = column(field.path)
      if column >= values.count {
        values += [Int32](repeating: -1, count: column + 1 - values.count)
      }
      let value = Value(text: field.value, isText: field.isText)
      let number = numbers[value] ?? Int32(magnitudes.count)
      if Int(number) == magnitudes.count {
        numbers[value] = number
        magnitudes.append(field.isText ? nil : Double(field.value))
      }
      values[column] = number
    }
    return values
  }

  private mutating func column(_ path: String) -> Int {
    if let column = columns[path] { return column }
    let column = columns.count
    columns[path] = column
    owners.append([])
    mirrors.append(nil)
    let found = StageFields.owners(of: path).map { self.column($0) }
    owners[column] = found
    if let own = StageFields.pathOfSubject(path) {
      let mirror = self.column(own)
      mirrors[column] = mirror
    }
    return column
  }

  /// In how many settings two stages differ, counted as `StageFields.changes` does; then how many
  /// lines of their keys are not the same.
  private func distance(_ a: [Int32], _ b: [Int32]) -> (settings: Int, lines: Int) {
    func isReplaced(_ column: Int) -> Bool {
      let (x, y) = (value(a, column), value(b, column))
      return x != y && x >= 0 && y >= 0
    }
    var (settings, lines) = (0, 0)
    for column in 0..<max(a.count, b.count) {
      let (x, y) = (value(a, column), value(b, column))
      guard x != y else { continue }
      lines += 1
      if x < 0 || y < 0 {
        if !owners[column].contains(where: isReplaced) { settings += 1 }
      } else if let mirror = mirrors[column] {
        if value(a, mirror) != x || value(b, mirror) != y { settings += 1 }
      } else {
        settings += 1
      }
    }
    return (settings, lines)
  }

  /// How far the numbers of two stages are apart, each relative to its size.
  private func spread(_ a: [Int32], _ b: [Int32]) -> Double {
    var sum = 0.0
    for column in 0..<min(a.count, b.count) where a[column] != b[column] {
      guard a[column] >= 0, b[column] >= 0, let x = magnitudes[Int(a[column])],
        let y = magnitudes[Int(b[column])], x.isFinite, y.isFinite
      else { continue }
      sum += (x - y).magnitude / max(x.magnitude, y.magnitude, .leastNormalMagnitude)
    }
    return sum
  }

  private func value(_ values: [Int32], _ column: Int) -> Int32 {
    column < values.count ? values[column] : -1
  }
}
