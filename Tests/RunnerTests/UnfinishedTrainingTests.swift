import Experiments
import Files
import FoundationEssentials
import Learning
import Runner
import Settings
import SystemPackage
import TestSupport
import Testing

/// In this process; a worker that is killed is in `CommandLineTests`.
@Suite struct `A training whose worker stops` {
  /// The data, and a training of 5 epochs of 4 steps that keeps the weights of every second one.
  private struct Case {
    let folder: FilePath
    let data: PreparedDataset
    let train: Stage

    init(in folder: FilePath) throws {
      self.folder = folder
      data = try DatasetLibrary(
        DatasetLocations(
          dataFolder: nil, cacheFolder: folder.appending("cache"), temporaryFolder: folder)
      ).prepare(.syntheticDigits, trainLimit: 80, testLimit: 40).dataset
      var stage = try smallPlan(seeds: "[3]", steps: "[0.2]").stage("train robust seed=3")
      if case .train(var work) = stage.work {
        work.dataset.digest = data.digest
        work.training.epochs = 5
        work.training.checkpointEvery = 2
        stage.change(to: .train(work))
      }
      train = stage
    }

    func store(_ name: String) throws -> ContentStore {
      let store = ContentStore(folder.appending(name))
      try store.open()
      return store
    }

    /// Does the training, or a part of it.
    ///
    /// - Parameters:
    ///   - steps: After so many the worker is asked to stop; `nil` for never.
    ///   - pause: Between two snapshots.
    /// - Returns: What the worker said, and its events; whether it was stopped.
    @discardableResult
    func run(
      in store: ContentStore, steps: Int? = nil, pause: Duration = .seconds(1000),
      programVersion: String = "0"
    ) throws -> (log: String, events: [WorkerEvent], isStopped: Bool) {
      let log = WorkerLog(isEchoing: false)
      let (events, questions) = (Box<WorkerEvent>(), Box<Void>())
      let request = WorkerRequest(
        stage: train, dataset: data, store: store.folder.string, programVersion: programVersion)
      var control = WorkerControl()
      control.trainingPause = pause
      control.isStopping = {
        questions.add(())
        return questions.all.count == steps
      }
      do {
        try StageWorker(request, control: control, log: log) { events.add($0) }.run()
        return (log.text, events.all, false)
      } catch is WorkerStopped {
        return (log.text, events.all, true)
      }
    }

    func contents(_ store: ContentStore) throws -> [String: [UInt8]] {
      let manifest = try #require(store.entry(train.key, .meaning(train.work)).manifest)
      var contents: [String: [UInt8]] = [:]
      for file in manifest.files where file.name != "log.txt" {
        contents[file.name] = try store.read(file.name, of: manifest)
      }
      #expect(manifest.examples == 320)
      return contents
    }

    func unfinished(_ store: ContentStore) throws -> [String] {
      try FileSystem.list(store.unfinishedPath(of: train.key)).sorted()
    }
  }

  @Test func `goes on at the step after it, to the same bytes`() throws {
    try withTemporaryFolder { folder in
      let setting = try Case(in: folder)
      let reference = try setting.store("reference")
      let (log, _, _) = try setting.run(in: reference)
      #expect(!log.contains("goes on"))
      let expected = try setting.contents(reference)
      #expect(
        expected.keys.sorted() == [
          "epoch-0002.safetensors", "epoch-0004.safetensors", "model.safetensors", "training.json",
        ])
      let seed = UInt64.random(in: 0..<1 << 32)
      var random = SplitMix64(seed: seed)
      for round in 0..<4 {
        let store = try setting.store("store \(round)")
        var done = 0
        while true {
          let more = Int.random(in: 1...12, using: &random)
          let (log, events, isStopped) = try setting.run(in: store, steps: more)
          if done > 0 {
            #expect(
              log.contains("goes on in epoch \(done / 4 + 1) after step \(done % 4), "), "\(log)")
            for case .training(let at) in events {
              #expect(at.earlier == done && (at.epoch - 1) * at.steps + at.step > done)
            }
          }
          guard isStopped else { break }
          done += more
          #expect(store.entry(setting.train.key) == .absent)
          let kept = (1...2).filter { 8 * $0 <= done }.map { "epoch-000\(2 * $0).safetensors" }
          #expect(try setting.unfinished(store) == kept + ["training"])
        }
        #expect(try setting.contents(store) == expected, "seed \(seed)")
        #expect(try FileSystem.list(store.folder.appending("unfinished")).isEmpty)
      }
    }
  }

  @Test func `counts the time of all its workers`() throws {
    try withTemporaryFolder { folder in
      let setting = try Case(in: folder)
      let store = try setting.store("store")
      try setting.run(in: store, steps: 9)
      // As if it had been long ago.
      let path = store.unfinishedPath(of: setting.train.key).appending("training")
      let (maker, snapshot) = try opened(try bytes(path))
      var later = snapshot
      later.seconds += 1000
      try AtomicFile.write(later.encoded(by: maker), to: path)
      try setting.run(in: store)
      let manifest = try #require(store.entry(setting.train.key).manifest)
      #expect((1000..<1500).contains(manifest.seconds))
    }
  }

  /// A snapshot's maker, which is its first section, and the snapshot.
  private func opened(_ bytes: [UInt8]) throws -> (maker: String, TrainingSnapshot) {
    let length = bytes[32..<40].reversed().reduce(0) { $0 << 8 + Int($1) }
    let maker = String(decoding: bytes[40..<40 + length], as: UTF8.self)
    return (maker, try TrainingSnapshot(decoding: bytes, by: maker))
  }

  @Test func `has saved snapshots before, as often as it may`() throws {
    try withTemporaryFolder { folder in
      let setting = try Case(in: folder)
      let store = try setting.store("store")
      let path = store.unfinishedPath(of: setting.train.key).appending("training")
      // A short training saves none.
      let seen = Box<Bool>()
      let request = WorkerRequest(
        stage: setting.train, dataset: setting.data, store: store.folder.string,
        programVersion: "0")
      for pause in [Duration.seconds(1000), .zero] {
        var control = WorkerControl()
        control.trainingPause = pause
        control.isStopping = {
          seen.add((try? FileSystem.information(path)) ?? nil != nil)
          return false
        }
        let log = WorkerLog(isEchoing: false)
        try StageWorker(request, control: control, log: log) { _ in }.run()
        try FileSystem.removeTree(store.path(of: setting.train.key))
      }
      // The first step of each is before the first snapshot.
      #expect(
        seen.all
          == Array(repeating: false, count: 19) + [false] + Array(repeating: true, count: 18))
    }
  }

  @Test(
    arguments: [
      "damaged", "of another version", "a folder", "of another training", "without kept weights",
      "with damaged weights",
    ])
  func `begins anew where what is there cannot be used`(problem: String) throws {
    try withTemporaryFolder { folder in
      let setting = try Case(in: folder)
      let reference = try setting.store("reference")
      try setting.run(in: reference)
      let store = try setting.store("store")
      try setting.run(
        in: store, steps: 9, programVersion: problem == "of another version" ? "1" : "0")
      let path = store.unfinishedPath(of: setting.train.key)
      let (snapshot, weights) = (
        path.appending("training"), path.appending("epoch-0002.safetensors")
      )
      switch problem {
      case "damaged":
        var content = try bytes(snapshot)
        content[content.count / 2] ^= 1
        try AtomicFile.write(content, to: snapshot)
      case "a folder":
        try FileSystem.removeTree(snapshot)
        try FileSystem.createFolders(snapshot)
      case "of another training":
        let (maker, found) = try opened(try bytes(snapshot))
        var file = SealedFile(by: maker)
        for section in try SealedFile.sections(of: found.encoded(by: maker), by: maker).dropLast() {
          file.add(Array(section))
        }
        file.add([0, 0, 0, 0])
        try AtomicFile.write(file.finish(), to: snapshot)
      case "without kept weights": try FileSystem.removeTree(weights)
      case "with damaged weights":
        try AtomicFile.write(Array(try bytes(weights).dropLast()), to: weights)
      default: break
      }
      let (log, _, _) = try setting.run(in: store)
      #expect(!log.contains("goes on"), "\(log)")
      #expect(log.contains("not used: "), "\(log)")
      #expect(try setting.contents(store) == setting.contents(reference))
      #expect(try FileSystem.list(store.folder.appending("unfinished")).isEmpty)
    }
  }
}
