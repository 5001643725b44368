import Glibc
package import SystemPackage

/// Folders that appear with all their files or not at all.
package enum AtomicFolder {
  /// Builds a folder under a temporary name beside `path` and renames it to `path`.
  ///
  /// Whoever renames first wins: where `path` holds files by then, they stay and the new ones are
  /// removed.
  ///
  /// - Parameter fill: Writes the files into the folder it is given, through `AtomicFile`.
  /// - Returns: Whether the new folder took the place.
  /// - Throws: `FileError`, or what `fill` throws; the temporary folder is then gone.
  @discardableResult
  package static func create(
    _ path: FilePath, fill: (_ folder: FilePath) throws -> Void
  ) throws -> Bool {
    let temporary = temporaryPath(beside: path)
    if temporary.withPlatformString({ mkdir($0, 0o777) }) != 0 {
      throw FileError(.createFolder, path, lastError())
    }
    do {
      try fill(temporary)
      return try place(temporary, at: path)
    } catch {
      try? FileSystem.removeTree(temporary)
      throw error
    }
  }

  /// Removes what processes that died while building left in `folder`.
  ///
  /// To be called only where nobody else can be building, such as under a lock, or with an age
  /// that no building reaches.
  ///
  /// - Parameter age: In seconds; what was changed more recently stays.
  package static func removeLeftovers(
    in folder: FilePath, olderThan age: Int = 0
  ) throws(FileError) {
    let limit = (time(nil) - age) * 1_000_000_000
    for name in try FileSystem.list(folder) where name.hasPrefix(temporaryPrefix) {
      let path = folder.appending(name)
      if age > 0, let found = try FileSystem.information(path), found.modified > limit { continue }
      try FileSystem.removeTree(path)
    }
  }

  private static func place(_ temporary: FilePath, at path: FilePath) throws(FileError) -> Bool {
    do throws(Errno) {
      try synchronizeFolder(temporary)
      try moveIntoPlace(temporary, path)
      try synchronizeFolder(folder(of: path))
      return true
    } catch .directoryNotEmpty, .fileExists {
      try FileSystem.removeTree(temporary)
      return false
    } catch {
      throw FileError(.createFolder, path, error)
    }
  }
}
