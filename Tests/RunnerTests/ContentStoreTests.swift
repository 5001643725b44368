import Experiments
import Settings
import Files
import FoundationEssentials
import Runner
import SystemPackage
import TestSupport
import Testing

@Suite("The store")
struct ContentStoreTests {
  @Test func `gives back what was stored`() throws {
    try withTemporaryFolder { folder in
      let store = ContentStore(folder.appending("store"))
      try store.open()
      let stage = try smallPlan().stages[0]
      #expect(store.entry(stage.key) == .absent)
      let manifest = try store.commitCanned(stage)
      #expect(store.entry(stage.key, .contents) == .whole(manifest))
      #expect(try store.read("log.txt", of: manifest) == Array("log of \(stage.title)\n".utf8))
      #expect(manifest.files.map(\.name) == ["log.txt", "model.safetensors", "training.json"])
      #expect(store.stored(of: try smallPlan()) == [stage.key])
    }
  }

  @Test func `keeps what a program with other settings has stored`() throws {
    try withTemporaryFolder { folder in
      let store = ContentStore(folder.appending("store"))
      let stage = try smallPlan().stages[0]
      try store.commitCanned(stage)
      let path = store.path(of: stage.key).appending("stage.json")
      let json = try text(path)
      try write(json.replacing("\"batchSize\"", with: "\"sizeOfBatch\""), to: path)
      let manifest = try #require(store.entry(stage.key, .contents).manifest)
      #expect(manifest.work == nil)
      #expect(manifest.keyText == stage.work.canonicalText)
    }
  }

  @Test(
    arguments: [
      ("a missing file", "training.json is missing", false),
      ("a shorter file", "training.json has 3 bytes instead of", false),
      ("a changed byte", "the contents have changed since they were stored", true),
      ("no manifest", "stage.json is missing", false),
      ("half a manifest", "stage.json cannot be read", false),
      ("another stage's manifest", "stage.json is that of another stage", false),
      ("a changed key text", "stage.json: the text of its key has changed", false),
      ("a file in the folder's place", "not a folder", false),
    ])
  func `takes what is damaged for absent`(
    damage: String, reason: String, needsContents: Bool
  ) throws {
    try withTemporaryFolder { folder in
      let store = ContentStore(folder.appending("store"))
      let stages = try smallPlan().stages
      let stage = stages[0]
      try store.commitCanned(stage)
      let path = store.path(of: stage.key)
      let file = path.appending("training.json")
      let manifest = path.appending("stage.json")
      switch damage {
      case "a missing file": try FileSystem.removeTree(file)
      case "a shorter file": try write("{}\n", to: file)
      case "a changed byte":
        try write(try text(file).replacing("0.75", with: "0.85"), to: file)
      case "no manifest": try FileSystem.removeTree(manifest)
      case "half a manifest": try write(String(try text(manifest).prefix(100)), to: manifest)
      case "another stage's manifest":
        try store.commitCanned(stages[1])
        try write(try text(store.path(of: stages[1].key).appending("stage.json")), to: manifest)
      case "a changed key text":
        var json = try text(manifest)
        let start = try #require(json.firstRange(of: "\"keyText\""))
        let digit = try #require(json[start.upperBound...].firstIndex(of: "0"))
        json.replaceSubrange(digit...digit, with: "7")
        try write(json, to: manifest)
      default:
        try FileSystem.removeTree(path)
        try write("", to: path)
      }
      #expect((store.entry(stage.key, .sizes).manifest != nil) == needsContents)
      guard case .damaged(let found) = store.entry(stage.key, .contents) else {
        Issue.record("\(damage) goes unseen")
        return
      }
      #expect(found.contains(reason))
      try store.removeIfDamaged(stage.key, .contents)
      #expect(store.entry(stage.key) == .absent)
      let again = try store.commitCanned(stage)
      #expect(store.entry(stage.key, .contents) == .whole(again))
      try store.removeIfDamaged(stage.key, .contents)
      #expect(store.entry(stage.key, .contents) == .whole(again))
    }
  }

  @Test func `keeps the first of two equal stages`() async throws {
    try await withTemporaryFolder { folder in
      let store = ContentStore(folder.appending("store"))
      try store.open()
      let stage = try smallPlan().stages[0]
      try await withThrowingTaskGroup { group in
        for _ in 0..<16 { group.addTask { _ = try store.commitCanned(stage) } }
        try await group.waitForAll()
      }
      #expect(store.entry(stage.key, .contents).manifest != nil)
      let left = try files(below: store.folder).filter { $0.contains(".tmp") }
      #expect(left.isEmpty)
    }
  }

  @Test func `clears away old leftovers and no new ones`() throws {
    try withTemporaryFolder { folder in
      let store = ContentStore(folder.appending("store"))
      let (old, new) = (folder.appending("store/ab/.tmp-1"), folder.appending("store/ab/.tmp-2"))
      try FileSystem.createFolders(old)
      try FileSystem.createFolders(new)
      try FileManager.default.setAttributes(
        [.modificationDate: Date.now.addingTimeInterval(-7200)], ofItemAtPath: old.string)
      try store.open()
      #expect(try FileSystem.list(folder.appending("store/ab")) == [".tmp-2"])
    }
  }

  @Test func `leaves nothing behind on a full disk`() throws {
    guard SmallDisk.isPermitted else { return }
    try SmallDisk.with(size: 32 << 10) { folder in
      let store = ContentStore(folder.appending("store"))
      let stage = try smallPlan().stages[0]
      let manifest = StageManifest(
        key: stage.key, work: stage.work, ending: .finished, programVersion: "0",
        environment: machine, seconds: 1, examples: 1, peakMemory: 1)
      #expect(throws: FileError.self) {
        try store.commit(
          manifest,
          files: ["a": [UInt8](repeating: 1, count: 100), "b": .init(repeating: 2, count: 1 << 20)])
      }
      #expect(store.entry(stage.key) == .absent)
      #expect(try files(below: folder).isEmpty)
    }
  }
}
