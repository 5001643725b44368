/// Names that are paths of files on every system, and that MLflow takes.
///
/// Letters and digits of ASCII, `_`, `-` and `.` stay as they are, everything else becomes `_`, and a
/// part that is empty or of dots alone does, too. The first `/` divides a name into two parts, a folder
/// and a file; of each, 120 characters are kept. What is then called like a file that is there already,
/// or like a folder where a file is to be, gets `-2`, `-3` and so on.
package struct PlainNames {
  private var files: Set<String> = []
  private var folders: Set<String> = []

  package init() {}

  /// Names of files have at most 255 bytes, and those of MLflow at most 250 with their folder.
  private static let longestPart = 120

  /// A name for `text` that none was given before.
  package mutating func name(_ text: String) -> String {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      .map { Self.part($0) }
    guard parts.count == 2 else { return file(parts[0]) }
    let folder = Self.free(parts[0]) { !files.contains($0) }
    folders.insert(folder)
    return file("\(folder)/\(parts[1])")
  }

  private mutating func file(_ name: String) -> String {
    let file = Self.free(name) { !files.contains($0) && !folders.contains($0) }
    files.insert(file)
    return file
  }

  /// The name, with the first number that makes it one that is free.
  private static func free(_ name: String, _ isFree: (String) -> Bool) -> String {
    var (numbered, number) = (name, 1)
    while !isFree(numbered) {
      number += 1
      numbered = "\(name)-\(number)"
    }
    return numbered
  }

  /// The same for what is to be one part.
  static func part(_ text: some StringProtocol) -> String {
    let characters = text.unicodeScalars.prefix(longestPart).map { scalar in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".": Character(scalar)
      default: "_" as Character
      }
    }
    let name = String(characters)
    return name.allSatisfy { $0 == "." } ? "_" : name
  }
}
