internal import Files
package import SystemPackage

/// Removes from a store what no experiment needs.
package enum StoreCleaner {
  /// Why nothing is removed.
  package enum Problem: Error, Hashable, Sendable {
    /// A run uses the store now.
    case inUse
    /// Folders of experiments that do not say what they need.
    case silent([String])
  }

  /// Removes what is not needed. A run that begins meanwhile waits.
  ///
  /// Each entry leaves its place whole and at once, so that a process that is killed leaves a store
  /// without damaged entries.
  ///
  /// - Parameter results: The folder of all results.
  /// - Returns: What was there before.
  /// - Throws: `Problem` before anything is removed; `FileError` where something cannot be removed.
  package static func clean(
    _ store: ContentStore, results: FilePath
  ) throws -> StoreContents {
    guard let lock = try store.lockForRemoval() else { throw Problem.inUse }
    let contents = try StoreContents(store, results: results)
    guard contents.silentExperiments.isEmpty else {
      throw Problem.silent(contents.silentExperiments)
    }
    for entry in contents.unneededEntries { try AtomicFolder.discard(store.path(of: entry.key)) }
    let contained = try ContainedFolder(store.folder)
    for extra in contents.unneededExtras { try contained.remove(extra.path) }
    lock.release()
    return contents
  }
}
