internal import PlainText

/// Lines of fields, set in columns that are as wide as their widest field.
package struct TextColumns {
  package enum Alignment {
    case left
    case right
  }

  /// One per column; further columns are set left.
  package var alignments: [Alignment] = []
  package var lines: [[String]] = []
  package var separator = "  "

  package init(_ lines: [[String]] = [], alignments: [Alignment] = []) {
    self.lines = lines
    self.alignments = alignments
  }

  /// The lines, without blanks at their ends and without what could play tricks on a terminal.
  package func render() -> [String] {
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
  /// With blanks at its end, at least `width` characters.
  package func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  func leftPadded(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }

  /// At most `width` characters; the last is an ellipsis where some are left out.
  package func shortened(to width: Int) -> String {
    count <= width ? self : String(prefix(max(0, width - 1))) + "…"
  }

  /// Lines of at most `width` characters, broken at blanks; a longer word has a line of its own.
  package func wrapped(to width: Int) -> [String] {
    var lines = [""]
    for word in split(separator: " ") {
      let last = lines[lines.count - 1]
      if last.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if last.count + 1 + word.count <= width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
