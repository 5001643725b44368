internal import Files
internal import SystemPackage

/// A folder of files made from something else, written only where they are not what they should be.
///
/// A hidden list says what each file was made from and what it was then, so that a picture need not
/// be drawn to know that it is there already, and so that files which nobody makes any more go.
/// Files that are not on the list are somebody else's and stay.
struct MirrorFolder {
  static let listName = ".nsl-run.json"

  private struct Entry: Codable, Equatable {
    /// Names what the file was made from.
    var origin: String
    var size: Int
    /// In nanoseconds since 1970.
    var modified: Int
  }

  let path: FilePath
  private let old: [String: Entry]
  private var new: [String: Entry] = [:]
  private var folders: Set<FilePath> = []

  /// Whether a folder is one of ours.
  static func isOurs(_ path: FilePath) -> Bool {
    (try? FileSystem.information(path.appending(listName))).flatMap { $0 } != nil
  }

  init(_ path: FilePath) throws(FileError) {
    self.path = path
    try FileSystem.createFolders(path)
    folders = [path]
    let list = try? FileSystem.read(path.appending(Self.listName))
    old = list.flatMap { try? WireFormat.decode([String: Entry].self, from: $0) } ?? [:]
  }

  /// Makes sure that a file is there.
  ///
  /// - Parameters:
  ///   - name: With folders, relative.
  ///   - origin: Names what the file is made from; equal origins make equal files.
  mutating func put(
    _ name: String, origin: String, make: () throws -> [UInt8]
  ) throws {
    if let entry = old[name], entry.origin == origin, isUntouched(name, entry) {
      new[name] = entry
      return
    }
    let file = path.appending(FilePath(name).components)
    let folder = file.removingLastComponent()
    if folders.insert(folder).inserted { try FileSystem.createFolders(folder) }
    try AtomicFile.write(try make(), to: file)
    guard let found = try FileSystem.information(file) else { return }
    new[name] = Entry(origin: origin, size: found.size, modified: found.modified)
  }

  /// Makes sure that a file holds a text.
  mutating func put(_ name: String, text: String) throws {
    let bytes = Array(text.utf8)
    try put(name, origin: ContentStore.digest(bytes)) { bytes }
  }

  private func isUntouched(_ name: String, _ entry: Entry) -> Bool {
    let file = path.appending(FilePath(name).components)
    guard let found = (try? FileSystem.information(file)).flatMap({ $0 }) else { return false }
    return found.size == entry.size && found.modified == entry.modified
  }

  /// Removes what was not put this time, and writes the list. Folders left empty go, too.
  consuming func finish() throws {
    for name in old.keys.sorted() where new[name] == nil {
      let file = path.appending(FilePath(name).components)
      try FileSystem.removeTree(file)
      var folder = file.removingLastComponent()
      while folder != path, (try? FileSystem.list(folder))?.isEmpty == true {
        try FileSystem.removeTree(folder)
        folder = folder.removingLastComponent()
      }
    }
    if new != old || !Self.isOurs(path) {
      try AtomicFile.write(
        WireFormat.encode(new, pretty: true), to: path.appending(Self.listName))
    }
  }
}
