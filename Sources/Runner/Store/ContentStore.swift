internal import Digest
package import Experiments
package import Files
internal import FoundationEssentials
internal import Glibc
package import SystemPackage

/// The outputs of stages, each under the key that says everything that decided it:
/// `<store>/<2 hex>/<key>/`, with a manifest and the stage's files.
///
/// An entry appears with all its files or not at all and never changes, so that any number of
/// processes may share a store. An entry that is not what its manifest says counts as absent.
package struct ContentStore: Sendable {
  package let folder: FilePath

  package init(_ folder: FilePath) { self.folder = folder }

  /// What stands under a key.
  package enum Entry: Hashable, Sendable {
    case absent
    case whole(StageManifest)
    /// Something is there that cannot be used.
    case damaged(reason: String)

    package var manifest: StageManifest? {
      if case .whole(let manifest) = self { manifest } else { nil }
    }
  }

  /// How closely an entry is looked at.
  package enum Scrutiny: Sendable {
    /// The manifest, and that every file is there with its size.
    case sizes
    /// The contents of every file, too.
    case contents
    /// That the contents can be what comes of this work, too: checksums say only that nothing has
    /// changed since somebody wrote them. The manifest is without the settings, which the work has.
    case meaning(StageWork)
  }

  /// Makes the store's folder where there is none, moves aside what stands in its way, and clears
  /// away what processes that died while they wrote have left.
  ///
  /// - Parameter onMove: Told what stood in the way, and where it is now.
  package func open(
    onMove: (_ path: FilePath, _ moved: FilePath) -> Void = { _, _ in }
  ) throws(FileError) {
    if let moved = try FileSystem.claimFolder(folder, mayBeLink: true) { onMove(folder, moved) }
    for name in try FileSystem.list(folder)
    where name.count == 2 || name == Self.logs || name == Self.unfinished {
      let inner = folder.appending(name)
      if let moved = try FileSystem.claimFolder(inner) { onMove(inner, moved) }
      try AtomicFolder.removeLeftovers(in: inner, olderThan: 3600)
    }
    try? removeUnfinished(olderThan: 30 * 24 * 3600, at: time(nil))
    for name in [Self.lock, Self.locks, Self.use] {
      let file = folder.appending(name)
      guard try FileSystem.information(file, followingLinks: false)?.isFolder == true else {
        continue
      }
      onMove(file, try FileSystem.moveAside(file))
    }
  }

  /// Where the entry of a key is or would be.
  package func path(of key: StageKey) -> FilePath {
    folder.appending(String(key.hex.prefix(2))).appending(key.hex)
  }

  /// The keys of all entries, whole or not, in their order.
  ///
  /// - Throws: `FileError` where the store's folder cannot be listed.
  func keys() throws(FileError) -> [StageKey] {
    var keys: [StageKey] = []
    for part in try FileSystem.list(folder) where part.utf8.count == 2 {
      for name in (try? FileSystem.list(folder.appending(part))) ?? [] where name.hasPrefix(part) {
        if let key = StageKey(hex: name) { keys.append(key) }
      }
    }
    return keys
  }

  /// Whether anything stands under a key.
  func isThere(_ key: StageKey) -> Bool {
    (try? FileSystem.information(path(of: key), followingLinks: false)) ?? nil != nil
  }

  /// What stands under a key.
  package func entry(_ key: StageKey, _ scrutiny: Scrutiny = .sizes) -> Entry {
    let path = path(of: key)
    guard let found = try? FileSystem.information(path, followingLinks: false) else {
      return .absent
    }
    guard found.isFolder else { return .damaged(reason: "not a folder") }
    do throws(Impossible) {
      let hasSettings = if case .meaning = scrutiny { false } else { true }
      let manifest = try manifest(of: key, in: path, hasSettings: hasSettings)
      for file in manifest.files { try checkSize(of: file, in: path) }
      switch scrutiny {
      case .sizes: break
      case .contents:
        for file in manifest.files { _ = try checked(file.name, of: manifest) }
      case .meaning(let work):
        var output = StoredOutput(manifest, of: work)
        for file in manifest.files {
          try output.take(file.name, try checked(file.name, of: manifest))
        }
        try output.finish()
      }
      return .whole(manifest)
    } catch {
      return .damaged(reason: error.message)
    }
  }

  /// The manifest under a key, without its settings; `nil` where there is none that can be read.
  func manifest(of key: StageKey) -> StageManifest? {
    try? manifest(of: key, in: path(of: key), hasSettings: false)
  }

  private typealias Impossible = StoredOutput.Impossible

  private func manifest(
    of key: StageKey, in path: FilePath, hasSettings: Bool
  ) throws(Impossible) -> StageManifest {
    let name = StageManifest.fileName
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try FileSystem.read(path.appending(name), limit: StageManifest.largestSize)
    } catch {
      throw Impossible(
        error.errno == .noSuchFileOrDirectory
          ? "\(name) is missing" : "\(name): \(error.problem)")
    }
    guard let manifest = try? StageManifest(decoding: bytes, hasSettings: hasSettings) else {
      throw Impossible("\(name) cannot be read")
    }
    guard manifest.schema == StageManifest.currentSchema, manifest.key == key else {
      throw Impossible("\(name) is that of another stage")
    }
    if let problem = manifest.problem { throw Impossible("\(name): \(problem)") }
    return manifest
  }

  private func checkSize(of file: StageManifest.File, in path: FilePath) throws(Impossible) {
    guard let found = try? FileSystem.information(path.appending(file.name)) else {
      throw Impossible("\(file.name) is missing")
    }
    guard found.size == file.size else {
      throw Impossible("\(file.name) has \(found.size) bytes instead of \(file.size)")
    }
  }

  private func checked(
    _ name: String, of manifest: StageManifest
  ) throws(Impossible) -> [UInt8] {
    do {
      return try read(name, of: manifest)
    } catch {
      throw Impossible("\(error)")
    }
  }

  /// The bytes of one file, checked against the manifest.
  ///
  /// - Throws: `FileError`, or `StoreError` where they are not what was stored.
  package func read(_ name: String, of manifest: StageManifest) throws -> [UInt8] {
    let path = path(of: manifest.key).appending(name)
    guard let file = manifest.file(name) else {
      throw StoreError(path: path, message: "the stage has no such file")
    }
    let bytes = try FileSystem.read(path, limit: min(file.size, FileSystem.largestFile))
    guard Self.digest(bytes) == file.sha256 else {
      throw StoreError(path: path, message: "the contents have changed since they were stored")
    }
    return bytes
  }

  /// What one file says, checked against the manifest.
  func record<Record: Decodable>(_ name: String, of manifest: StageManifest) throws -> Record {
    let bytes = try read(name, of: manifest)
    do {
      return try WireFormat.decode(Record.self, from: bytes)
    } catch {
      throw StoreError(
        path: path(of: manifest.key).appending(name), message: WireFormat.words(error))
    }
  }

  /// What took fewer seconds is not forced to the disk, which takes longer: should the power fail
  /// before the system has written it, it may be damaged, is seen to be, and is made again.
  private static let cheapStage = 1.0

  /// Has everything that was stored survive a power cut.
  package func synchronize() { try? FileSystem.synchronize(folder) }

  /// Stores a stage, whole or not at all; a stage that is there already stays.
  ///
  /// - Parameters:
  ///   - manifest: Its list of files is made from `files`.
  ///   - files: Names and contents.
  /// - Returns: The manifest with its files.
  /// - Throws: `FileError`, or `StoreError` where something damaged keeps its place; nothing is left
  ///   behind then.
  @discardableResult
  package func commit(
    _ manifest: StageManifest, files: [String: [UInt8]]
  ) throws -> StageManifest {
    var manifest = manifest
    manifest.files = files.sorted { $0.key < $1.key }.map { name, bytes in
      StageManifest.File(name: name, size: bytes.count, sha256: Self.digest(bytes))
    }
    let text = try WireFormat.encode(manifest, pretty: true)
    manifest.digest = StageManifest.digest(of: text)
    let path = path(of: manifest.key)
    try FileSystem.createFolders(path.removingLastComponent())
    let isForced = manifest.seconds >= Self.cheapStage
    // Read-only: other folders may share the files.
    let isNew = try AtomicFolder.create(path, isForced: isForced) { folder in
      for (name, bytes) in files {
        try AtomicFile.writeNew(bytes, to: folder.appending(name), isForced: isForced)
      }
      try AtomicFile.writeNew(
        text, to: folder.appending(StageManifest.fileName), isForced: isForced)
    }
    if !isNew, case .damaged(let reason) = entry(manifest.key, .contents) {
      throw StoreError(
        path: path, message: "a damaged entry there could not be replaced: \(reason)")
    }
    return manifest
  }

  /// Removes an entry if it is damaged still.
  ///
  /// Under a lock: what another process has put there in the meantime stays. It is out of the way
  /// at once, by another name, also where its files cannot be removed.
  package func removeIfDamaged(_ key: StageKey, _ scrutiny: Scrutiny) throws(FileError) {
    let lock = try FileLock(folder.appending(Self.lock))
    if case .damaged = entry(key, scrutiny) { try AtomicFolder.discard(path(of: key)) }
    lock.release()
  }

  /// Locks of stages that are being done, by the numbers of their keys.
  var locks: NumberedLocks {
    get throws(FileError) { try NumberedLocks(folder.appending(Self.locks)) }
  }

  /// The keys of a plan whose stages are stored.
  package func stored(of plan: Plan) -> Set<StageKey> {
    StoredStages(self).stored(of: plan)
  }

  private static let (lock, locks, use) = ("lock", "stages.lock", "use.lock")

  /// Keeps what is stored from being cleared away as long as the lock lives; any number of runs hold
  /// it.
  ///
  /// - Parameter onWait: Called once where it is being cleared away now.
  package func lockForUse(onWait: () -> Void) throws(FileError) -> FileLock {
    try FileLock(folder.appending(Self.use), .shared, onWait: onWait)
  }

  /// Keeps runs from beginning; `nil` where one uses the store now.
  func lockForRemoval() throws(FileError) -> FileLock? {
    try FileLock.takenIfFree(folder.appending(Self.use))
  }

  /// SHA-256 in lowercase hexadecimal.
  package static func digest(_ bytes: [UInt8]) -> String { ContentDigest.sha256(bytes).hex }
}

/// A stored file that cannot be used.
package struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
  package var path: FilePath
  package var message: String
  package var description: String { "\(path): \(message)" }
}
