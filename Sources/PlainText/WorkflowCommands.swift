/// Texts as the log of a GitHub workflow may get them.
extension StringProtocol {
  /// The text as a log may have it: in a workflow without commands to its runner.
  package func logged(in environment: [String: String]) -> String {
    environment["GITHUB_ACTIONS"] == "true" ? withoutWorkflowCommands : String(self)
  }

  /// The text without what a runner takes for commands to itself: `::error::…` at the beginning of a
  /// line, and `##[error]` anywhere. A blank parts their signs.
  ///
  /// - Source: github.com/actions/runner, `ActionCommand`.
  package var withoutWorkflowCommands: String {
    var result = String.UnicodeScalarView()
    var isBeginning = true
    /// The last two scalars.
    var last: (Unicode.Scalar, Unicode.Scalar) = (" ", " ")
    for scalar in unicodeScalars {
      // A runner looks for the first sign behind whatever white space.
      let isSecondColon = isBeginning && scalar == ":" && last.1 == ":"
      if isSecondColon || scalar == "[" && last == ("#", "#") { result.append(" ") }
      result.append(scalar)
      if scalar == "\n" || scalar == "\r" {
        isBeginning = true
      } else if isSecondColon || scalar != ":" && !scalar.properties.isWhitespace {
        isBeginning = false
      }
      last = (last.1, scalar)
    }
    return String(result)
  }
}
