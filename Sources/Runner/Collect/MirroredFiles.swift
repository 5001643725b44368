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

  /// The same, ready to be looked at in many folders.
  struct Places {
    fileprivate var folders: [String] = []
    fileprivate var files: [(name: String, isShared: Bool)] = []

    /// - Parameter names: As of ``MirroredFiles/names``.
    init(_ names: [String]) {
      var known: Set<String> = []
      for marked in names {
        let isShared = marked.first == mark
        let name = isShared ? String(marked.dropFirst()) : marked
        var folder = FilePath(name).removingLastComponent()
        while !folder.isEmpty, known.insert(folder.string).inserted {
          folders.append(folder.string)
          folder.removeLastComponent()
        }
        files.append((name, isShared))
      }
    }
  }

  /// What names the state of such files in a folder; `nil` where one of them is not there, or a
  /// folder on the way to one is none.
  ///
  /// - Parameter folder: Its path.
  static func state(_ places: Places, in folder: String) -> StampDigest? {
    let start = folder + "/"
    guard FileSystem.isFolder(at: folder),
      places.folders.allSatisfy({ FileSystem.isFolder(at: start + $0) })
    else { return nil }
    var words: [UInt64] = []
    words.reserveCapacity(FileStamp.words * places.files.count)
    for (name, isShared) in places.files {
      guard var stamp = FileStamp(at: start + name) else { return nil }
      // The store's own look at the file sees a change.
      if isShared { stamp.changed = 0 }
      stamp.append(to: &words)
    }
    return StampDigest(words)
  }
}
