internal import Results

/// A table of the page, in a box of its own that scrolls sideways where it is wide.
struct DataTable {
  struct Column {
    var title: String
    var isNumeric = false
  }

  struct Cell: ExpressibleByStringInterpolation {
    var content: HTML
    /// What a column is sorted by; `nil` for the cell's text.
    var order: Double?
    /// Drawn as a bar behind the content, in `0...1`; `nil` for none.
    var share: Double?

    init(_ content: HTML, order: Double? = nil, share: Double? = nil) {
      self.content = content
      self.order = order
      self.share = share
    }

    init(stringLiteral text: String) { self.init(.text(text)) }
    static func text(_ text: String) -> Cell { Cell(.text(text)) }
  }

  /// What the table shows, for those who do not see it.
  var caption: String
  var columns: [Column]
  /// Each of as many cells as there are columns.
  var rows: [[Cell]]
  /// How many columns name the row.
  var headers = 1
  /// Whether a click on a column's title sorts by it, where the page's program runs.
  var isSortable = false

  var html: HTML {
    let head = HTML.element(
      "tr", [:],
      columns.map { column in
        column.isNumeric
          ? .element("th", ["scope": "col", "class": "number"], .text(column.title))
          : .element("th", ["scope": "col"], .text(column.title))
      })
    let body = rows.map { cells in
      HTML.element("tr", [:], zip(cells, columns).enumerated().map { cell($1.0, $1.1, at: $0) })
    }
    let table: HTML = .element(
      "table", ["class": isSortable ? "sortable" : "plain"],
      .element("caption", [:], .text(caption)), .element("thead", [:], head),
      .element("tbody", [:], body))
    return .element(
      "div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": caption], table)
  }

  private func cell(_ cell: Cell, _ column: Column, at place: Int) -> HTML {
    if place < headers { return .element("th", ["scope": "row"], cell.content) }
    let order = cell.order.map { NumberText.shortest($0) }
    let kind = column.isNumeric ? "number" : "words"
    if let share = cell.share {
      let width = NumberText.fixed(100 * min(1, max(0, share)), decimals: 1)
      return .element(
        "td", ["class": "\(kind) bar", "style": "--bar:\(width)%", "data-order": order ?? ""],
        cell.content)
    }
    if let order { return .element("td", ["class": kind, "data-order": order], cell.content) }
    return .element("td", ["class": kind], cell.content)
  }
}
