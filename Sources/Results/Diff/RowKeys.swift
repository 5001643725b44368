/// The keys of the rows of two tables: equal cells have equal numbers, and so have equal keys.
///
/// Cells are compared by what they mean (``KeyText``), each different text once.
struct RowKeys {
  /// Which of the two tables.
  enum Side: Int {
    case baseline
    case candidate
  }

  private var columns: [NumberedTexts]
  /// Of each table: the numbers of its rows' cells, row after row.
  private var cells: [[UInt32]] = [[], []]
  /// Of each table: a number for each row's key.
  private var keys: [[UInt64]] = [[], []]

  /// - Parameter columns: Key columns that both tables have.
  init(_ columns: [String], baseline: CSVTable, candidate: CSVTable) {
    self.columns = columns.map(NumberedTexts.init)
    for (side, table) in [baseline, candidate].enumerated() {
      let places = columns.compactMap { table.index(of: $0) }
      precondition(places.count == columns.count, "a key column is missing")
      cells[side].reserveCapacity(table.rows.count * columns.count)
      for row in table.rows {
        for (column, place) in places.enumerated() {
          cells[side].append(self.columns[column].number(of: row[place]))
        }
      }
    }
    keys = numberedKeys(rows: [baseline.rows.count, candidate.rows.count])
  }

  /// The numbers of the keys of a table's rows.
  func numbers(_ side: Side) -> [UInt64] { keys[side.rawValue] }

  /// The key of a row, as it is compared: a text for each key column.
  func key(_ side: Side, row: Int) -> [String] {
    let first = row * columns.count
    return columns.indices.map { columns[$0].texts[Int(cells[side.rawValue][first + $0])] }
  }

  /// The different texts of one key column in a table, in the order of appearance.
  func texts(_ side: Side, column: Int) -> [String] {
    var isSeen = [Bool](repeating: false, count: columns[column].texts.count)
    var found: [String] = []
    let numbers = cells[side.rawValue]
    for place in stride(from: column, to: numbers.count, by: columns.count) {
      let number = Int(numbers[place])
      if isSeen[number] { continue }
      isSeen[number] = true
      found.append(columns[column].texts[number])
    }
    return found
  }

  /// Packs the numbers of a row's cells into the bits of one; where 64 are too few, what is packed
  /// so far is numbered anew, as there are no more keys than rows.
  private func numberedKeys(rows: [Int]) -> [[UInt64]] {
    var keys = rows.map { [UInt64](repeating: 0, count: $0) }
    var bits = 0
    for (column, numbered) in columns.enumerated() {
      let width = Int.bitWidth - max(0, numbered.texts.count - 1).leadingZeroBitCount
      if width == 0 { continue }
      if bits + width > 64 { bits = Self.renumber(&keys) }
      for side in keys.indices {
        for row in keys[side].indices {
          let number = UInt64(cells[side][row * columns.count + column])
          keys[side][row] = keys[side][row] << UInt64(width) | number
        }
      }
      bits += width
    }
    return keys
  }

  /// - Returns: How many bits the numbers have.
  private static func renumber(_ keys: inout [[UInt64]]) -> Int {
    var numbers: [UInt64: UInt64] = [:]
    for side in keys.indices {
      for row in keys[side].indices {
        let next = UInt64(numbers.count)
        let number = numbers[keys[side][row]] ?? next
        if number == next { numbers[keys[side][row]] = next }
        keys[side][row] = number
      }
    }
    return Int.bitWidth - max(0, numbers.count - 1).leadingZeroBitCount
  }
}

/// The different texts of a column, numbered in the order of appearance.
private struct NumberedTexts {
  private let column: String
  /// As they are compared.
  private(set) var texts: [String] = []
  private var numbers: [String: UInt32] = [:]
  /// By texts as tables have them: many may mean the same.
  private var written: [String: UInt32] = [:]
  private var last: (text: String, number: UInt32)?

  init(_ column: String) { self.column = column }

  mutating func number(of text: String) -> UInt32 {
    // Tables are in the order of a plan: most cells are those of the row before.
    if let last, last.text == text { return last.number }
    let number = written[text] ?? add(text)
    last = (text, number)
    return number
  }

  private mutating func add(_ text: String) -> UInt32 {
    let meaning = KeyText.normalized(text, column: column)
    let next = UInt32(texts.count)
    let number = numbers[meaning] ?? next
    if number == next {
      numbers[meaning] = next
      texts.append(meaning)
    }
    written[text] = number
    return number
  }
}
