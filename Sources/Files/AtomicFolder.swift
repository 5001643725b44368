import Glibc
package import SystemPackage

/// Folders that appear with all their files or not at all.
package enum AtomicFolder {
  /// Builds a folder under a temporary name beside `path` and renames it to `path`.
  ///
  /// Whoever renames first wins: where `path` holds files by then, they stay and the new ones are
  /// removed.
  ///
  /// - Parameters:
  ///   - isForced: Whether it survives a power cut from here on. Otherwise it does so some seconds
  ///     later; until then a power cut may leave it without files or with empty ones.
  ///   - fill: Writes the files into the folder it is given, through `AtomicFile.writeNew`.
  /// - Returns: Whether the new folder took the place.
  /// - Throws: `FileError`, or what `fill` throws; the temporary folder is then gone.
  @discardableResult
  package static func create(
    _ path: FilePath, isForced: Bool = true, fill: (_ folder: FilePath) throws -> Void
  ) throws -> Bool {
    let temporary = temporaryPath(beside: path)
    if temporary.withPlatformString({ mkdir($0, 0o777) }) != 0 {
      throw FileError(.createFolder, path, lastError())
    }
    do {
      try fill(temporary)
      return try place(temporary, at: path, isForced)
    } catch {
      try? FileSystem.removeTree(temporary)
      throw error
    }
  }

  /// Takes a file or folder away at once, and then removes it. What cannot be removed keeps the name
  /// of a leftover.
  package static func discard(_ path: FilePath) throws(FileError) {
    let temporary = temporaryPath(beside: path)
    do throws(Errno) {
      try moveIntoPlace(path, temporary)
    } catch .noSuchFileOrDirectory {
      return
    } catch {
      throw FileError(.remove, path, error)
    }
    try? FileSystem.removeTree(temporary)
  }

  /// Removes what processes that died while building left in `folder`; what cannot be removed
  /// stays.
  ///
  /// To be called only where nobody else can be building, such as under a lock, or with an age
  /// that no building reaches.
  ///
  /// - Parameter age: In seconds; what was changed more recently stays.
  package static func removeLeftovers(
    in folder: FilePath, olderThan age: Int = 0
  ) throws(FileError) {
    let names = try FileSystem.list(folder).filter(isTemporary)
    if names.isEmpty { return }
    let limit = (time(nil) - age) * 1_000_000_000
    let contained = try ContainedFolder(folder)
    for name in names {
      let found = try FileSystem.information(folder.appending(name), followingLinks: false)
      if age > 0, let found, found.modified > limit { continue }
      _ = try? contained.remove(FilePath(name))
    }
  }

  private static func place(
    _ temporary: FilePath, at path: FilePath, _ isForced: Bool
  ) throws(FileError) -> Bool {
    do throws(Errno) {
      if isForced { try synchronizeFolder(temporary) }
      try moveIntoPlace(temporary, path)
      if isForced { try synchronizeFolder(folder(of: path)) }
      return true
    } catch .directoryNotEmpty, .fileExists {
      try FileSystem.removeTree(temporary)
      return false
    } catch {
      throw FileError(.createFolder, path, error)
    }
  }
}
