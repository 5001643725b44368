import Files
import SystemPackage

/// The cache's folders of datasets: each made once, by whichever process comes first, and whole.
struct DatasetCache {
  /// A file of a dataset's folder.
  struct File {
    var name: String
    var bytes: [UInt8]
  }

  let locations: DatasetLocations
  let progress: (DatasetEvent) -> Void

  /// The cached folder of that name, if all its files have the right sizes.
  ///
  /// Names carry the content's digest or revision and folders appear whole, so that sizes are
  /// enough to notice a damaged cache.
  func find(_ name: String, sizes: [String: Int]) -> FilePath? {
    guard let folder = locations.datasets?.appending(name) else { return nil }
    let isComplete = sizes.allSatisfy { file, size in
      (try? FileSystem.information(folder.appending(file)))??.size == size
    }
    return isComplete ? folder : nil
  }

  /// Why a folder was not found.
  func absence(_ name: String) -> String {
    locations.datasets.map { "\($0.appending(name)): not in the cache" }
      ?? "no cache: neither NSL_CACHE_DIR nor HOME is set"
  }

  /// The cached folder of that name, made by `produce` where it is missing.
  ///
  /// Where the cache cannot be written, the files go to a temporary folder, with a warning.
  ///
  /// - Returns: The folder, and whether it is a temporary one.
  func folder(
    _ name: String, sizes: [String: Int], produce: () throws(DatasetError) -> [File]
  ) throws(DatasetError) -> (path: FilePath, isTemporary: Bool) {
    if let folder = find(name, sizes: sizes) { return (folder, false) }
    var produced: [File]?
    let obstacle: String
    do {
      if let datasets = locations.datasets {
        let folder = datasets.appending(name)
        try FileSystem.createFolders(datasets)
        let lock = try FileLock(datasets.appending(".lock")) { progress(.waiting(for: name)) }
        if find(name, sizes: sizes) == nil {
          let files = try produce()
          produced = files
          try AtomicFolder.removeLeftovers(in: datasets)
          // What is there by now is damaged: a whole one would have been found.
          try FileSystem.removeTree(folder)
          try AtomicFolder.create(folder) { try Self.write(files, to: $0) }
        }
        lock.release()
        return (folder, false)
      }
      obstacle = "neither NSL_CACHE_DIR nor HOME is set"
    } catch let error as DatasetError {
      throw error
    } catch {
      obstacle = "\(error)"
    }
    let files = if let produced { produced } else { try produce() }
    return (try writeTemporary(files, because: obstacle), true)
  }

  private func writeTemporary(
    _ files: [File], because obstacle: String
  ) throws(DatasetError) -> FilePath {
    do throws(FileError) {
      let folder = try FileSystem.createTemporaryFolder(
        in: locations.temporaryFolder, prefix: "nsl-run")
      progress(.warning("the cache cannot be used: \(obstacle); using \(folder) for this run"))
      do throws(FileError) {
        try Self.write(files, to: folder)
      } catch {
        try? FileSystem.removeTree(folder)
        throw error
      }
      return folder
    } catch {
      throw DatasetError(error)
    }
  }

  private static func write(_ files: [File], to folder: FilePath) throws(FileError) {
    for file in files { try AtomicFile.write(file.bytes, to: folder.appending(file.name)) }
  }
}
