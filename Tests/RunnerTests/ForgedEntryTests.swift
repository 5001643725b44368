import Experiments
import Settings
import Files
import Glibc
import Runner
import SystemPackage
import TestSupport
import Testing

/// Entries that are whole by their checksums and hold what no stage has ever stored.
@Suite("A forged entry of the store")
struct ForgedEntryTests {
  private static let evaluations: [(change: (old: String, new: String), reason: String)] = [
    (("\"correct\":", "\"correct\":-5,\"_\":"), "-5 of 32 examples correct"),
    (("\"correct\":", "\"correct\":1000000000,\"_\":"), "1000000000 of 32 examples correct"),
    (("\"examples\":32", "\"examples\":0"), "0 examples"),
    (("\"examples\":32", "\"examples\":-1"), "-1 examples"),
    (("[28, 28, 1]", "[0, 28, 1]"), "images of shape [0, 28, 1]"),
    (("[28, 28, 1]", "[]"), "images of shape []"),
    (("\"labels\":[7]", "\"labels\":[7,7]"), "1 predictions for 2 labels"),
    (("\"labels\":[7]", "\"labels\":[10]"), "labels or predictions that are no classes"),
    (("\"labels\":[7]", "\"labels\":[1e3"), "evaluation.json cannot be read: not JSON"),
    (("\"labels\"", "\"label\""), "evaluation.json cannot be read: labels: missing"),
    (("\"loss\":0.25", "\"loss\":\"much\""), "evaluation.json cannot be read: measurement.loss: "),
  ]

  private static let trainings: [(change: (old: String, new: String), reason: String)] = [
    (("\"epoch\":1,", "\"epoch\":-1,"), "a history that 2 epochs cannot have"),
    (("\"epoch\":2,", "\"epoch\":9000000000000000000,"), "a history that 2 epochs cannot have"),
    (("\"history\":[", "\"history\":[],\"_\":["), "0 of 2 epochs"),
    (
      ("{\"finished\":{}}", "{\"diverged\":{\"epoch\":1,\"step\":1,\"what\":\"\"}}"),
      "not that of its manifest"
    ),
    (("\"history\"", "\"stoppedEpoch\":7,\"history\""), "stopped after epoch 7 of 2"),
    (("\"history\"", "\"restoredEpoch\":0,\"history\""), "weights of epoch 0 of 2"),
    (("{", "["), "training.json cannot be read"),
  ]

  private func expectDamaged(
    _ title: String, _ reason: String, _ forge: (ContentStore, Stage) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let store = ContentStore(folder.appending("store"))
      try store.open()
      let stage = try smallPlan().stage(title)
      try store.commitCanned(stage, hasImages: true)
      #expect(store.entry(stage.key, .meaning(stage.work)).manifest != nil)
      try forge(store, stage)
      guard case .damaged(let found) = store.entry(stage.key, .meaning(stage.work)) else {
        Issue.record("it goes unseen: \(reason)")
        return
      }
      #expect(found.contains(reason), "\(found)")
      try store.removeIfDamaged(stage.key, .meaning(stage.work))
      #expect(store.entry(stage.key) == .absent)
      try store.commitCanned(stage)
      #expect(store.entry(stage.key, .meaning(stage.work)).manifest != nil)
    }
  }

  private func replacing(_ change: (old: String, new: String)) -> ([UInt8]) throws -> [UInt8]? {
    { bytes in
      try #require(bytes.contains(Array(change.old.utf8)))
      return bytes.replacing(Array(change.old.utf8), with: Array(change.new.utf8))
    }
  }

  @Test(arguments: evaluations.indices)
  func `with impossible numbers of an evaluation is damaged`(index: Int) throws {
    let (change, reason) = Self.evaluations[index]
    try expectDamaged("evaluate base clean seed=1", reason) { store, stage in
      try store.forge(stage, "evaluation.json", replacing(change))
    }
  }

  @Test(arguments: trainings.indices)
  func `with an impossible training is damaged`(index: Int) throws {
    let (change, reason) = Self.trainings[index]
    try expectDamaged("train base seed=1", reason) { store, stage in
      try store.forge(stage, "training.json", replacing(change))
    }
  }

  @Test(arguments: ["model.safetensors", "training.json"])
  func `without a file that its stage always has is damaged`(name: String) throws {
    try expectDamaged("train base seed=1", "\(name) is missing") { store, stage in
      try store.forge(stage, name) { _ in nil }
    }
  }

  @Test func `with images of another size is damaged`() throws {
    try expectDamaged("evaluate base clean seed=1", "does not hold 1 images") { store, stage in
      try store.forge(stage, "first-batch.f32") { $0.dropLast() }
    }
    let attacked = "evaluate base fgsm epsilon=0.2 source=base seed=1"
    try expectDamaged(attacked, "first-batch.f32 is missing") { store, stage in
      try store.forge(stage, "first-batch.f32") { _ in nil }
    }
  }

  @Test func `with weights that are none, or another model's, is damaged`() throws {
    try expectDamaged("train base seed=1", "too few for a safetensors file") { store, stage in
      try store.forge(stage, "model.safetensors") { _ in [] }
    }
    try expectDamaged("train base seed=1", "weights of another model") { store, stage in
      let other = try store.commitCanned(try smallPlan().stage("train base seed=2"))
      let weights = try store.read("model.safetensors", of: other)
      try store.forge(stage, "model.safetensors") { _ in weights }
    }
    try expectDamaged("train base seed=1", "no architecture") { store, stage in
      try store.forge(
        stage, "model.safetensors", replacing(("\\\"classes\\\":10", "\\\"classes\\\":-9")))
    }
  }

  @Test(arguments: ["../../../../victim", "/etc/passwd", "a/b", "", "..", ".hidden", "stage.json"])
  func `whose manifest names files that are not its own is damaged`(name: String) throws {
    try expectDamaged("train base seed=1", "is impossible") { store, stage in
      try store.forge(stage, "log.txt") {
        $0
      } manifest: {
        $0.files[0].name = name
      }
    }
  }

  @Test func `whose manifest says impossible numbers is damaged`() throws {
    let edits: [((inout StageManifest) -> Void, String)] = [
      ({ $0.files[0].size = -1 }, "log.txt"), ({ $0.seconds = -1 }, "-1.0 seconds"),
      ({ $0.seconds = 1e300 }, "1e+300 seconds"), ({ $0.examples = .min }, "examples"),
      ({ $0.peakMemory = .max }, "bytes of memory"),
      ({ $0.files.append($0.files[0]) }, "lists a file twice"),
      ({ $0.ending = .diverged(reason: "") }, "its outcome is not that of its manifest"),
    ]
    for (edit, reason) in edits {
      try expectDamaged("train base seed=1", reason) { store, stage in
        try store.forge(stage, "log.txt", { $0 }, manifest: edit)
      }
    }
  }

  @Test(arguments: ["stage.json", "training.json", "model.safetensors", "log.txt"])
  func `with a named pipe in a file's place is damaged, and is not waited for`(
    name: String
  ) throws {
    try expectDamaged("train base seed=1", "") { store, stage in
      let file = store.path(of: stage.key).appending(name)
      try FileSystem.removeTree(file)
      #expect(mkfifo(file.string, 0o600) == 0)
    }
  }

  @Test(arguments: ["nowhere", "."])
  func `that is a link is damaged`(target: String) throws {
    try expectDamaged("train base seed=1", "not a folder") { store, stage in
      let path = store.path(of: stage.key)
      try FileSystem.removeTree(path)
      #expect(symlink(target, path.string) == 0)
    }
  }

  @Test func `is taken out of the way where its files cannot be removed`() throws {
    try withTemporaryFolder { folder in
      let store = ContentStore(folder.appending("store"))
      try store.open()
      let stage = try smallPlan().stages[0]
      try store.commitCanned(stage)
      // Deeper than anything of ours, which is not removed.
      let deep = store.path(of: stage.key)
        .appending(Array(repeating: FilePath.Component("d"), count: 80))
      try FileSystem.createFolders(deep)
      try FileSystem.removeTree(store.path(of: stage.key).appending("training.json"))
      try store.removeIfDamaged(stage.key, .meaning(stage.work))
      #expect(store.entry(stage.key) == .absent)
      try store.commitCanned(stage)
      #expect(store.entry(stage.key, .meaning(stage.work)).manifest != nil)
      // Nor does what is left keep the store from being opened.
      try store.open()
    }
  }
}

@Suite("The store's folder")
struct StoreFolderTests {
  @Test func `is made where files are in its way, which are moved aside`() throws {
    try withTemporaryFolder { folder in
      let store = ContentStore(folder.appending("store"))
      let stage = try smallPlan().stages[0]
      let prefix = String(stage.key.hex.prefix(2))
      try AtomicFile.write("mine", to: store.folder)
      var moved: [FilePath] = []
      try store.open { moved.append($1) }
      for name in [prefix, "logs"] {
        try AtomicFile.write("mine", to: store.folder.appending(name))
      }
      try store.open { moved.append($1) }
      #expect(
        Set(moved.compactMap { $0.lastComponent?.string })
          == ["store.moved-1", "\(prefix).moved-1", "logs.moved-1"])
      for path in moved { #expect(try text(path) == "mine") }
      try store.commitCanned(stage)
      #expect(store.entry(stage.key).manifest != nil)
    }
  }

  @Test func `loses the logs of what is stored, and no others`() throws {
    try withTemporaryFolder { folder in
      let store = ContentStore(folder.appending("store"))
      try store.open()
      let stages = try smallPlan().stages
      try FileSystem.createFolders(store.folder.appending("logs"))
      for stage in stages.prefix(2) {
        try AtomicFile.write("words", to: store.logPath(of: stage.key))
        try AtomicFile.write("{}", to: store.requestPath(of: stage.key))
      }
      try AtomicFile.write("mine", to: store.folder.appending("logs/notes.txt"))
      try store.removeLogs { $0 == stages[0].key }
      let kept = [store.logPath(of: stages[1].key), store.requestPath(of: stages[1].key)]
      #expect(
        Set(try FileSystem.list(store.folder.appending("logs")))
          == Set(kept.compactMap { $0.lastComponent?.string } + ["notes.txt"]))
    }
  }
}
