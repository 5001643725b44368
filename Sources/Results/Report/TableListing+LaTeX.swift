internal import PlainText

extension TableListing {
  /// A `tabular` of LaTeX with the rules of the package booktabs, numbers to the right.
  package var latex: String {
    let alignments = isNumeric.map { $0 ? "r" : "l" }.joined()
    let lines = ([columns] + rows).map(Self.line)
    return "% needs \\usepackage{booktabs}\n\\begin{tabular}{\(alignments)}\n\\toprule\n"
      + lines[0] + "\\midrule\n" + lines.dropFirst().joined() + "\\bottomrule\n\\end{tabular}\n"
  }

  private static func line(_ cells: [String]) -> String {
    var text = cells.map(escaped).joined(separator: " & ")
    // After the end of a line `[` would begin a length, and `*` belong to it.
    if text.hasPrefix("[") || text.hasPrefix("*") { text = "{}" + text }
    return text + " \\\\\n"
  }

  /// A text in which nothing is a command, and nothing looks different in the default font.
  ///
  /// By scalars: with a combining accent behind it, `_` is still a command.
  private static func escaped(_ text: String) -> String {
    var (escaped, previous) = ("", Unicode.Scalar(0))
    for scalar in text.printable.unicodeScalars {
      switch scalar {
      case "&", "%", "$", "#", "_", "{", "}": escaped += "\\\(scalar)"
      case "~": escaped += "\\textasciitilde{}"
      case "^": escaped += "\\textasciicircum{}"
      case "\\": escaped += "\\textbackslash{}"
      case "<": escaped += "\\textless{}"
      case ">": escaped += "\\textgreater{}"
      case "|": escaped += "\\textbar{}"
      // Two of them are a dash, or a quotation mark.
      case "-", "'", "`", ",": escaped += scalar == previous ? "{}\(scalar)" : String(scalar)
      default: escaped.unicodeScalars.append(scalar)
      }
      previous = scalar
    }
    return escaped
  }
}
