internal import Crypto
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
  }

  /// Makes the store's folder where there is none and clears away what processes that died while
  /// they wrote have left.
  package func open() throws(FileError) {
    try FileSystem.createFolders(folder)
    for name in try FileSystem.list(folder) where name.count == 2 {
      try AtomicFolder.removeLeftovers(in: folder.appending(name), olderThan: 3600)
    }
  }

  /// Where the entry of a key is or would be.
  package func path(of key: StageKey) -> FilePath {
    folder.appending(String(key.hex.prefix(2))).appending(key.hex)
  }

  /// What stands under a key.
  package func entry(_ key: StageKey, _ scrutiny: Scrutiny = .sizes) -> Entry {
    let path = path(of: key)
    guard let information = try? FileSystem.information(path) else { return .absent }
    guard information.isFolder else { return .damaged(reason: "not a folder") }
    guard let bytes = try? FileSystem.read(path.appending(StageManifest.fileName)) else {
      return .damaged(reason: "\(StageManifest.fileName) is missing")
    }
    guard let manifest = try? WireFormat.decode(StageManifest.self, from: bytes) else {
      return .damaged(reason: "\(StageManifest.fileName) cannot be read")
    }
    guard manifest.schema == StageManifest.currentSchema, manifest.key == key else {
      return .damaged(reason: "\(StageManifest.fileName) is that of another stage")
    }
    for file in manifest.files {
      guard let found = try? FileSystem.information(path.appending(file.name)) else {
        return .damaged(reason: "\(file.name) is missing")
      }
      guard found.size == file.size else {
        return .damaged(reason: "\(file.name) has \(found.size) bytes instead of \(file.size)")
      }
    }
    if scrutiny == .contents {
      for file in manifest.files {
        do {
          _ = try read(file.name, of: manifest)
        } catch {
          return .damaged(reason: "\(error)")
        }
      }
    }
    return .whole(manifest)
  }

  /// The bytes of one file, checked against the manifest.
  ///
  /// - Throws: `FileError`, or `StoreError` where they are not what was stored.
  package func read(_ name: String, of manifest: StageManifest) throws -> [UInt8] {
    let path = path(of: manifest.key).appending(name)
    guard let file = manifest.file(name) else {
      throw StoreError(path: path, message: "the stage has no such file")
    }
    let bytes = try FileSystem.read(path)
    guard Self.digest(bytes) == file.sha256 else {
      throw StoreError(path: path, message: "the contents are not those that were stored")
    }
    return bytes
  }

  /// Stores a stage, whole or not at all; a stage that is there already stays.
  ///
  /// - Parameters:
  ///   - manifest: Its list of files is made from `files`.
  ///   - files: Names and contents.
  /// - Returns: The manifest with its files.
  /// - Throws: `FileError`; nothing is left behind then.
  @discardableResult
  package func commit(
    _ manifest: StageManifest, files: [String: [UInt8]]
  ) throws -> StageManifest {
    var manifest = manifest
    manifest.files = files.sorted { $0.key < $1.key }.map { name, bytes in
      StageManifest.File(name: name, size: bytes.count, sha256: Self.digest(bytes))
    }
    let text = try WireFormat.encode(manifest, pretty: true)
    let path = path(of: manifest.key)
    try FileSystem.createFolders(path.removingLastComponent())
    try AtomicFolder.create(path) { folder in
      for (name, bytes) in files { try AtomicFile.write(bytes, to: folder.appending(name)) }
      try AtomicFile.write(text, to: folder.appending(StageManifest.fileName))
    }
    return manifest
  }

  /// Removes an entry if it is damaged still.
  ///
  /// Under a lock: what another process has put there in the meantime stays.
  package func removeIfDamaged(_ key: StageKey) throws(FileError) {
    let lock = try FileLock(folder.appending("lock"))
    if case .damaged = entry(key, .contents) { try FileSystem.removeTree(path(of: key)) }
    lock.release()
  }

  /// The keys of a plan whose stages are stored.
  package func stored(of plan: Plan) -> Set<StageKey> {
    StoredStages(self).stored(of: plan)
  }

  /// Where a worker's standard error goes while its stage runs; what is stored holds its own log.
  package func logPath(of key: StageKey) -> FilePath {
    folder.appending("logs").appending(key.hex + ".log")
  }

  /// Where a worker's request is while its stage runs and after it failed.
  package func requestPath(of key: StageKey) -> FilePath {
    folder.appending("logs").appending(key.hex + ".request.json")
  }

  /// SHA-256 in lowercase hexadecimal.
  package static func digest(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: SHA256.hash(data: bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
      as: UTF8.self)
  }
}

/// A stored file that cannot be used.
package struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
  package var path: FilePath
  package var message: String
  package var description: String { "\(path): \(message)" }
}
