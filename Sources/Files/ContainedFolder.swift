import Glibc
package import SystemPackage

/// A folder below which things are removed, by names that may come from anywhere: everything that
/// this program removes, it removes through one.
///
/// Whatever a name says and whoever changes the folder meanwhile, nothing outside of it can be
/// reached: names with `..` and those from the root are refused, and every folder on the way is
/// opened from the one that holds it, without following symbolic links.
package struct ContainedFolder: ~Copyable {
  package let path: FilePath
  private let descriptor: Int32

  /// Opens a folder; it may be a symbolic link to one itself.
  package init(_ path: FilePath) throws(FileError) {
    self.path = path
    do {
      descriptor = try openDescriptor(path, O_RDONLY | O_DIRECTORY)
    } catch {
      throw FileError(.remove, path, error)
    }
  }

  deinit { close(descriptor) }

  /// What may go.
  package enum Extent: Sendable {
    /// A file or a symbolic link.
    case file
    case emptyFolder
    /// Whatever it is, with all that it holds.
    case tree
  }

  /// Whether a name stays below the folder that it is looked up in.
  package static func isContained(_ name: FilePath) -> Bool {
    name.isRelative && !name.isEmpty && name.components.allSatisfy { $0.kind == .regular }
  }

  /// Removes what has that name below the folder. Symbolic links are removed, never followed.
  ///
  /// - Parameter name: With folders, relative.
  /// - Returns: Whether it was there, as what `extent` says, and is gone.
  /// - Throws: `FileError`; for a name that leads out of the folder without a look at the disk.
  @discardableResult
  package func remove(
    _ name: FilePath, _ extent: Extent = .tree
  ) throws(FileError) -> Bool {
    guard Self.isContained(name) else {
      throw FileError(.remove, path.appending(name.string), .outside(path))
    }
    do throws(Errno) {
      guard let last = name.lastComponent,
        let parent = try open(name.removingLastComponent())
      else { return false }
      defer { close(parent) }
      return try Self.remove(last.string, in: parent, extent, depth: 0)
    } catch {
      throw FileError(.remove, path.appending(name.components), error)
    }
  }

  /// Removes files in a folder below this one that were not finished; nothing happens where there
  /// is no such folder.
  ///
  /// To be called only where nobody else can be writing.
  package func removeUnfinishedFiles(in name: FilePath) throws(FileError) {
    do throws(Errno) {
      guard let folder = try open(name) else { return }
      defer { close(folder) }
      for file in try Self.names(in: folder) where isTemporary(file) {
        _ = try Self.remove(file, in: folder, .file, depth: 0)
      }
    } catch {
      throw FileError(.remove, path.appending(name.components), error)
    }
  }

  /// Opens a folder below this one, or this one once more for an empty name.
  ///
  /// - Returns: `nil` where there is none, or only behind a symbolic link.
  private func open(_ name: FilePath) throws(Errno) -> Int32? {
    var folder = try Self.open(".", in: descriptor)
    for component in name.components {
      let outer = folder
      defer { close(outer) }
      do throws(Errno) {
        folder = try Self.open(component.string, in: outer)
      } catch .noSuchFileOrDirectory, .notDirectory, .tooManySymbolicLinkLevels {
        return nil
      }
    }
    return folder
  }

  /// Nothing that this program makes has more folders in each other.
  private static let mostLevels = 64

  private static func remove(
    _ name: String, in parent: Int32, _ extent: Extent, depth: Int
  ) throws(Errno) -> Bool {
    var status = stat()
    guard fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      let error = lastError()
      if error == .noSuchFileOrDirectory { return false }
      throw error
    }
    let isFolder = status.st_mode & S_IFMT == S_IFDIR
    switch extent {
    case .file: if isFolder { return false }
    case .emptyFolder: if !isFolder { return false }
    case .tree:
      if isFolder {
        guard depth < mostLevels else { throw .fileNameTooLong }
        let folder = try open(name, in: parent)
        defer { close(folder) }
        for inner in try names(in: folder) {
          _ = try remove(inner, in: folder, .tree, depth: depth + 1)
        }
      }
    }
    if unlinkat(parent, name, isFolder ? AT_REMOVEDIR : 0) == 0 { return true }
    let error = lastError()
    if error == .noSuchFileOrDirectory { return false }
    if extent == .emptyFolder, error == .directoryNotEmpty || error == .fileExists { return false }
    throw error
  }

  private static func names(in folder: Int32) throws(Errno) -> [String] {
    // A descriptor of its own, which the stream takes.
    guard let stream = fdopendir(try open(".", in: folder)) else { throw lastError() }
    defer { closedir(stream) }
    return entries(of: stream)
  }

  /// Opens a folder that is one itself.
  private static func open(_ name: String, in parent: Int32) throws(Errno) -> Int32 {
    try retryingInterruptions {
      openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    }
  }
}
