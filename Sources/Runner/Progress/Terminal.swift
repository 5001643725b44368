internal import Glibc

/// What standard error is.
package struct Terminal: Sendable {
  package var isInteractive: Bool
  package var hasColor: Bool

  package init(isInteractive: Bool, hasColor: Bool) {
    self.isInteractive = isInteractive
    self.hasColor = hasColor
  }

  /// - Parameter environment: `NO_COLOR` (not empty) takes the colours, `TERM=dumb` the live
  ///   display with them.
  package static func standardError(environment: [String: String]) -> Terminal {
    let isInteractive = isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb"
    let refusesColor = !(environment["NO_COLOR"] ?? "").isEmpty
    return Terminal(isInteractive: isInteractive, hasColor: isInteractive && !refusesColor)
  }

  /// Columns and rows of the terminal behind standard error; 80 by 24 where there is none.
  package static var size: (width: Int, height: Int) { size(of: STDERR_FILENO) }

  /// The same of the one behind standard output.
  static var outputSize: (width: Int, height: Int) { size(of: STDOUT_FILENO) }

  private static func size(of descriptor: Int32) -> (width: Int, height: Int) {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0
    else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }
}
