import Experiments
import Files
import FoundationEssentials
import Glibc
import Runner
import SystemPackage
import TestSupport
import Testing

@Suite struct `A stored stage that was read` {
  /// A store with one stage, and what is known of it once it was read.
  private struct Setting {
    let store: ContentStore
    let manifest: StageManifest
    let checked: CheckedStages

    /// - Parameter age: Of its files when they are read, in nanoseconds.
    init(_ folder: FilePath, age: Int) throws {
      store = ContentStore(folder.appending("store"))
      try store.open()
      manifest = try store.commitCanned(try smallPlan().stages[0])
      checked = CheckedStages(store)
      checked.check(manifest, at: FileStamp.now + age)
    }

    var key: StageKey { manifest.key }
    var path: FilePath { store.path(of: key) }

    /// What a later run knows.
    var later: CheckedStages {
      CheckedStages(store, records: checked.records(of: [key]), names: checked.names)
    }
  }

  private static let second = 1_000_000_000

  @Test func `is not read again as long as nobody writes to it`() throws {
    try withTemporaryFolder { folder in
      let setting = try Setting(folder, age: 3 * Self.second)
      #expect(setting.later.isUnchanged(setting.key))
      // Also by a run after the next one.
      let later = setting.later
      later.check(setting.manifest, at: FileStamp.now)
      #expect(later.records(of: [setting.key]) == setting.checked.records(of: [setting.key]))
    }
  }

  @Test func `is read again where it had just been written`() throws {
    try withTemporaryFolder { folder in
      let setting = try Setting(folder, age: 0)
      #expect(setting.checked.records(of: [setting.key]).isEmpty)
      #expect(!setting.later.isUnchanged(setting.key))
    }
  }

  @Test func `is read again where it is of tomorrow`() throws {
    try withTemporaryFolder { folder in
      let setting = try Setting(folder, age: 0)
      for name in try FileSystem.list(setting.path) {
        try setTime(of: setting.path.appending(name), to: FileStamp.now + 86_400 * Self.second)
      }
      setting.checked.check(setting.manifest, at: FileStamp.now + 3 * Self.second)
      #expect(setting.checked.records(of: [setting.key]).isEmpty)
    }
  }

  enum Damage: CaseIterable {
    case changedByte
    case changedByteWithTheOldTime
    case shorter
    case removed
    case linkToTheSame
    case folderIsALink
    case copied
  }

  @Test(
    arguments: ["stage.json", "log.txt", "model.safetensors", "training.json"], Damage.allCases)
  func `is read again where somebody has written to it`(name: String, damage: Damage) throws {
    try withTemporaryFolder { folder in
      let setting = try Setting(folder, age: 3 * Self.second)
      let file = setting.path.appending(name)
      let before = try #require(FileStamp(at: file.string))
      var content = try bytes(file)
      switch damage {
      case .changedByte, .changedByteWithTheOldTime:
        content[content.count - 1] ^= 1
        try overwrite(file, content)
        if damage == .changedByteWithTheOldTime { try setTime(of: file, to: before.modified) }
      case .shorter: try overwrite(file, Array(content.dropLast()))
      case .removed: try FileSystem.removeTree(file)
      case .linkToTheSame:
        let other = folder.appending("other")
        #expect(rename(file.string, other.string) == 0)
        #expect(symlink(other.string, file.string) == 0)
      case .folderIsALink:
        let other = folder.appending("other")
        #expect(rename(setting.path.string, other.string) == 0)
        #expect(symlink(other.string, setting.path.string) == 0)
      case .copied:
        try FileSystem.removeTree(file)
        try AtomicFile.write(content, to: file)
        try setTime(of: file, to: before.modified)
      }
      #expect(!setting.later.isUnchanged(setting.key))
      // And is not trusted then, unless it holds what it did.
      let later = setting.later
      later.check(setting.manifest, at: FileStamp.now + 3 * Self.second)
      let known = CheckedStages(
        setting.store, records: later.records(of: [setting.key]), names: later.names)
      #expect(known.isUnchanged(setting.key) == (damage == .copied))
    }
  }

  /// Writes into a file where it is.
  private func overwrite(_ file: FilePath, _ content: [UInt8]) throws {
    #expect(chmod(file.string, 0o644) == 0)
    let descriptor = try FileDescriptor.open(file, .writeOnly, options: .truncate)
    try descriptor.closeAfter { _ = try descriptor.writeAll(content) }
  }

  /// - Parameter time: In nanoseconds since 1970.
  private func setTime(of file: FilePath, to time: Int) throws {
    let time = timespec(tv_sec: time / Self.second, tv_nsec: time % Self.second)
    #expect(utimensat(AT_FDCWD, file.string, [time, time], 0) == 0)
  }
}
