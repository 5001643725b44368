/// The rule for names that become folders or files: experiments, models and labels.
package enum FolderName {
  /// Folders of `results` that hold something else.
  package static let reserved: Set<String> = ["baselines"]
  /// Longer names do not fit everywhere once a file's ending is added.
  package static let maximumLength = 100

  /// What is wrong with a name, as the end of a sentence; `nil` if nothing is.
  package static func problem(with name: String) -> String? {
    if name.isEmpty { return "is empty" }
    if name.hasPrefix(".") { return "begins with a dot" }
    if name.hasPrefix("-") { return "begins with `-`, as options of commands do" }
    if name.hasSuffix(".") { return "ends with a dot, which some file systems remove" }
    if name.utf8.count > maximumLength {
      return "is longer than \(maximumLength) characters"
    }
    if let bad = name.unicodeScalars.first(where: { !isAllowed($0) }) {
      let shown = bad == " " ? "a space" : "`\(bad)`"
      return "may hold only letters, digits, `.`, `_` and `-`, not \(shown)"
    }
    return nil
  }

  /// The name with `-` for what is not allowed, where that helps.
  package static func suggestion(for name: String) -> String? {
    var scalars = name.unicodeScalars.map { isAllowed($0) ? $0 : "-" }
    while scalars.first == "." || scalars.first == "-" { scalars.removeFirst() }
    scalars = Array(scalars.prefix(maximumLength))
    while scalars.last == "." { scalars.removeLast() }
    let fixed = String(String.UnicodeScalarView(scalars))
    return fixed.isEmpty || problem(with: fixed) != nil ? nil : "write `\(fixed)`"
  }

  /// ASCII letters and digits only: what a folder is called must not depend on a file system's
  /// idea of Unicode.
  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": true
    default: false
    }
  }
}
