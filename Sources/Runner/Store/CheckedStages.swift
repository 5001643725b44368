internal import Digest
package import Experiments
internal import Files
internal import SystemPackage

/// Stages of the store whose files were all read and found to be what was stored, and the stamps that
/// the files had then: as long as they have these, they need not be read again.
///
/// A file that was written shortly before it was read is not trusted, for a change that came right
/// after it may have left its stamp as it was: see ``FileStamp/isOlder(than:)``.
package final class CheckedStages {
  /// What an earlier run knew of a stage.
  package struct Record: Hashable {
    var key: StageKey
    /// The place of the names of its files.
    var names: Int
    /// Of the stamps of these files.
    var digest: StampDigest
  }

  private let store: ContentStore
  /// Of all entries.
  private let root: String
  private var recorded: [StageKey: Record] = [:]
  /// The names of files that stages have, the manifest's first.
  package private(set) var names: [[String]]
  private var stamps: [StageKey: (names: Int, stamps: [FileStamp])] = [:]

  /// - Parameters:
  ///   - records: Of an earlier run.
  ///   - names: Those that `records` are about.
  package init(_ store: ContentStore, records: [Record] = [], names: [[String]] = []) {
    self.store = store
    self.names = names
    root = store.folder.string + "/"
    for record in records where names.indices.contains(record.names) {
      recorded[record.key] = record
    }
  }

  /// Whether the files of a stage are as they were when an earlier run read them.
  package func isUnchanged(_ key: StageKey) -> Bool {
    guard let record = recorded[key], let found = look(key, names[record.names]) else {
      return false
    }
    return StampDigest(found) == record.digest
  }

  /// Reads the files of a stage, unless they are as they were when an earlier run read them.
  ///
  /// - Parameter time: Now, in nanoseconds since 1970.
  package func check(_ manifest: StageManifest, at time: Int = FileStamp.now) {
    let key = manifest.key
    let all = [StageManifest.fileName] + manifest.files.map(\.name)
    let place = place(of: all)
    guard let found = look(key, all) else { return }
    if recorded[key]?.names != place || recorded[key]?.digest != StampDigest(found) {
      guard found.allSatisfy({ $0.isOlder(than: time) }), isWhole(manifest) else { return }
    }
    stamps[key] = (place, found)
  }

  /// Whether a file of a stage was read, and is what it was then.
  func isChecked(_ name: String, of key: StageKey, _ stamp: FileStamp) -> Bool {
    guard let (names, stamps) = stamps[key], let place = self.names[names].firstIndex(of: name)
    else { return false }
    return stamps[place] == stamp
  }

  /// Takes note of what a link to a file has made of its stamp.
  func note(_ stamp: FileStamp, of name: String, of key: StageKey) {
    guard let (names, old) = stamps[key], let place = self.names[names].firstIndex(of: name)
    else { return }
    var expected = old[place]
    expected.changed = stamp.changed
    // Somebody has written to it in between.
    guard expected == stamp else {
      stamps[key] = nil
      return
    }
    stamps[key]?.stamps[place] = stamp
  }

  /// What a later run may go by, of so many stages.
  package func records(of keys: some Sequence<StageKey>) -> [Record] {
    keys.compactMap { key in
      stamps[key].map { Record(key: key, names: $0.names, digest: StampDigest($0.stamps)) }
        ?? recorded[key]
    }
  }

  private func place(of all: [String]) -> Int {
    if let place = names.firstIndex(of: all) { return place }
    names.append(all)
    return names.count - 1
  }

  /// - Returns: `nil` where one of them is no regular file.
  private func look(_ key: StageKey, _ names: [String]) -> [FileStamp]? {
    let hex = key.hex
    let folder = root + hex.prefix(2) + "/" + hex
    guard FileSystem.isFolder(at: folder) else { return nil }
    var stamps: [FileStamp] = []
    stamps.reserveCapacity(names.count)
    for name in names {
      guard let stamp = FileStamp(at: folder + "/" + name) else { return nil }
      stamps.append(stamp)
    }
    return stamps
  }

  private func isWhole(_ manifest: StageManifest) -> Bool {
    let path = store.path(of: manifest.key).appending(StageManifest.fileName)
    guard let bytes = try? FileSystem.read(path, limit: StageManifest.largestSize),
      StageManifest.digest(of: bytes) == manifest.digest
    else { return false }
    return manifest.files.allSatisfy { (try? store.read($0.name, of: manifest)) != nil }
  }
}

/// Names the stamps of several files, in their order.
struct StampDigest: Hashable {
  var first: UInt64
  var second: UInt64

  init(first: UInt64, second: UInt64) { (self.first, self.second) = (first, second) }

  init(_ stamps: [FileStamp]) {
    var words: [UInt64] = []
    words.reserveCapacity(FileStamp.words * stamps.count)
    for stamp in stamps { stamp.append(to: &words) }
    self.init(words)
  }

  init(_ words: [UInt64]) {
    let digest = ContentDigest.sha256Words(words.withUnsafeBytes { Array($0) })
    self.init(first: digest.0, second: digest.1)
  }
}
