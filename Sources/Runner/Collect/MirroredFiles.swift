internal import Files
internal import SystemPackage

/// The files of a mirrored folder, its list among them: enough to see later whether they are as they
/// were.
struct MirroredFiles {
  /// Below the folder, in their order; those that are links to files of the store have a mark.
  let names: [String]
  private static let mark: Character = "="

  /// - Parameters:
  ///   - names: With folders, relative.
  ///   - shared: Links to files of the store, whose times change with every other link to them.
  init(_ names: [String], shared: Set<String>) {
    self.names =
      names.map { shared.contains($0) ? String(Self.mark) + $0 : $0 } + [MirrorFolder.listName]
  }

  /// What names the state of such files in a folder; `nil` where one of them is not there, or a
  /// folder on the way to one is none.
  ///
  /// - Parameters:
  ///   - names: As of ``names``.
  ///   - folder: Its path.
  static func state(_ names: [String], in folder: String) -> StampDigest? {
    guard FileSystem.isFolder(at: folder) else { return nil }
    var words: [UInt64] = []
    words.reserveCapacity(FileStamp.words * names.count)
    var known: Substring = ""
    for marked in names {
      let isShared = marked.first == mark
      let name = isShared ? marked.dropFirst() : marked[...]
      let parent = name.lastIndex(of: "/").map { name[..<$0] } ?? ""
      if parent != known {
        guard areFolders(parent, in: folder) else { return nil }
        known = parent
      }
      guard var stamp = FileStamp(at: folder + "/" + name) else { return nil }
      // The store's own look at the file sees a change.
      if isShared { stamp.changed = 0 }
      stamp.append(to: &words)
    }
    return StampDigest(words)
  }

  /// Whether all of `a/b` are folders.
  private static func areFolders(_ path: Substring, in folder: String) -> Bool {
    var end = path.startIndex
    while end < path.endIndex {
      let rest = path[path.index(end, offsetBy: end == path.startIndex ? 0 : 1)...]
      end = rest.firstIndex(of: "/") ?? path.endIndex
      guard FileSystem.isFolder(at: folder + "/" + path[..<end]) else { return false }
    }
    return true
  }
}
