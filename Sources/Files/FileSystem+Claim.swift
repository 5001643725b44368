import Glibc
package import SystemPackage

extension FileSystem {
  /// Gives what stands at `path` another name in the same folder: for what is in the way and may be
  /// somebody's.
  ///
  /// - Returns: Where it is now: `path.moved-1`, or the first number that is free.
  package static func moveAside(_ path: FilePath) throws(FileError) -> FilePath {
    guard let name = path.lastComponent?.string else {
      throw FileError(.move, path, .invalidArgument)
    }
    var number = 1
    while true {
      let other = folder(of: path).appending("\(name).moved-\(number)")
      if try information(other, followingLinks: false) == nil {
        do {
          try moveIntoPlace(path, other)
        } catch {
          throw FileError(.move, path, error)
        }
        return other
      }
      number += 1
    }
  }

  /// Makes sure that a folder is at `path`, moving aside what else is.
  ///
  /// - Parameters:
  ///   - mayBeLink: Whether a symbolic link to a folder is taken for one.
  ///   - create: Whether it is made where nothing is there; those that hold it are, too.
  /// - Returns: Where something was moved to.
  @discardableResult
  package static func claimFolder(
    _ path: FilePath, mayBeLink: Bool = false, create: Bool = true
  ) throws(FileError) -> FilePath? {
    var moved: FilePath?
    if let found = try information(path, followingLinks: false), !found.isFolder {
      if mayBeLink, try information(path)?.isFolder == true { return nil }
      moved = try moveAside(path)
    }
    if create { try createFolders(path) }
    return moved
  }
}
