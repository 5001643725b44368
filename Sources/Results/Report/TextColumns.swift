internal import PlainText

/// Lines of fields, set in columns that are as wide as their widest field.
struct TextColumns {
  enum Alignment {
    case left
    case right
  }

  /// One per column; further columns are set left.
  var alignments: [Alignment] = []
  var lines: [[String]] = []
  var separator = "  "

  /// The lines, without blanks at their ends and without what could play tricks on a terminal.
  func render() -> [String] {
    let lines = lines.map { $0.map(\.printable) }
    var widths: [Int] = []
    for line in lines {
      for (index, field) in line.enumerated() {
        if index == widths.count { widths.append(0) }
        widths[index] = max(widths[index], field.count)
      }
    }
    return lines.map { line in
      let fields = line.enumerated().map { index, field in
        let isRight = index < alignments.count && alignments[index] == .right
        return isRight ? field.leftPadded(to: widths[index]) : field.padded(to: widths[index])
      }
      var text = fields.joined(separator: separator)
      while text.last == " " { text.removeLast() }
      return text
    }
  }
}

extension String {
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  func leftPadded(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }

  /// At most `width` characters; the last is an ellipsis where some are left out.
  func shortened(to width: Int) -> String {
    count <= width ? self : String(prefix(max(0, width - 1))) + "…"
  }
}
