import Experiments
import PlainText
import Results

extension ShowCommand {
  /// Prints the rows of a table as the options want them.
  ///
  /// - Throws: `CommandFailure` for a column that is not there, `DiagnosticsError` for a condition.
  func list(_ table: CSVTable) throws {
    let listing = try chosen(TableListing(table))
    switch format {
    case .text: Console.output(listing.text)
    case .csv: Console.output(listing.csv)
    case .markdown: Console.output(listing.markdown)
    case .latex: Console.output(listing.latex)
    case .json: Console.output(try listing.json())
    }
  }

  /// The rows and columns that the options want.
  ///
  /// - Throws: `CommandFailure` for a column that is not there, `DiagnosticsError` for a condition.
  func chosen(_ listing: TableListing) throws -> TableListing {
    var listing = listing
    let names = (columns ?? "").split(separator: ",").map { String($0.drop { $0 == " " }) }
    for name in [sort].compactMap({ $0 }) + names where !listing.columns.contains(name) {
      throw CommandFailure(
        "there is no column `\(name)`", status: .usage,
        suggestion: closest(to: name, among: listing.columns).map { "did you mean `\($0)`?" }
          ?? "columns are \(listing.columns.joined(separator: ", "))")
    }
    let read = try select(&listing)
    if let sort { listing.sort(by: sort, reversed: reverse) }
    if columns != nil {
      listing.choose(names)
    } else if format == .text || format == .markdown || format == .latex {
      listing.chooseTelling(besides: Set(read + [sort].compactMap { $0 }))
    }
    if let top { listing.keepFirst(top) }
    return listing
  }

  /// Keeps the rows for which the condition holds; says so where there are none.
  ///
  /// - Returns: The columns that it reads.
  /// - Throws: `DiagnosticsError` where it is none, or cannot be decided for a row.
  private func select(_ listing: inout TableListing) throws -> [String] {
    guard let condition else { return [] }
    let count = listing.rows.count
    let table = try TableCondition(
      condition, columns: listing.columns, rows: listing.rows, words: listing.wordColumns,
      keys: listing.keyColumns)
    listing.keep(try table.positions())
    if listing.rows.isEmpty {
      Console.error("the condition holds for none of \(count) row\(count == 1 ? "" : "s")\n")
    }
    return table.columns
  }
}
