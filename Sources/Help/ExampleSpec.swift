/// A small spec that an example shows: settings under their paths, printed in YAML's block style.
struct ExampleSpec {
  /// A value in YAML's flow style, or the lines of a list's items.
  private var settings: [(path: [String], value: String)] = []

  /// Adds a setting; one that is there already stays.
  mutating func set(_ path: String, _ value: String) {
    let path = path.split(separator: ".").map(String.init)
    guard !settings.contains(where: { $0.path == path }) else { return }
    settings.append((path, value))
  }

  /// The spec, line by line.
  var lines: [String] { Self.lines(settings[...], depth: 0) }

  private static func lines(
    _ settings: ArraySlice<(path: [String], value: String)>, depth: Int
  ) -> [String] {
    var names: [String] = []
    for setting in settings where !names.contains(setting.path[depth]) {
      names.append(setting.path[depth])
    }
    let indent = String(repeating: "  ", count: depth)
    return names.flatMap { name in
      let own = settings.filter { $0.path[depth] == name }
      let key = "\(indent)\(plain(name)):"
      guard own[0].path.count == depth + 1 else { return [key] + lines(own[...], depth: depth + 1) }
      let value = own[0].value
      guard value.hasPrefix("- ") else { return ["\(key) \(value)"] }
      return [key] + value.split(separator: "\n").map { "\(indent)  \($0)" }
    }
  }

  /// An example of a name that the user chooses.
  private static func plain(_ part: String) -> String {
    ["NAME": "my-model", "METRIC": "accuracy"][part] ?? part
  }
}
