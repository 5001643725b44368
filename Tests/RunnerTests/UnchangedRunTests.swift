import Experiments
import Files
import FoundationEssentials
import Glibc
import Learning
import Results
import Runner
import SystemPackage
import TestSupport
import Testing

@Suite struct `A run of what is finished` {
  /// An experiment whose stages are all stored, and which was run.
  private struct Setting {
    let folder: FilePath
    var options: RunOptions
    var experiment: FilePath { folder.appending("results/small") }
    var store: ContentStore { options.store }

    static let spec = """
      experiment: small
      dataset: { name: synthetic-digits, train_limit: 64, test_limit: 32 }
      architecture: { input_shape: [28, 28, 1], num_classes: 10, conv_filters: [2], num_fc_units: [4] }
      hparams: { epochs: 2 }
      models: { base: { adversarial: none } }
      eval: { batch_size: 16, attacks: [{ name: fgsm, epsilon: 0.2 }] }
      sweep: { grid: { hparams.learning_rate: [0.1, 0.2] } }

      """

    init(_ folder: FilePath) async throws {
      self.folder = folder
      let spec = folder.appending("small.yaml")
      try RunnerTests.write(Self.spec, to: spec)
      options = RunOptions(
        spec: spec.string, resultsFolder: folder.appending("results"), jobs: 1, verbosity: .quiet,
        programVersion: "0", environment: ["NSL_CACHE_DIR": folder.appending("cache").string])
      let stages = try ExperimentPlanner.plan(
        spec: options.spec, environment: options.environment
      ).plan.stages
      try FileSystem.createFolders(options.resultsFolder)
      try store.open()
      for stage in stages { try store.commitCanned(stage, hasImages: true) }
      _ = try await run()
    }

    func run() async throws -> RunSummary { try await ExperimentRunner.run(options) }
  }

  @Test func `writes nothing and says the same`() async throws {
    try await withTemporaryFolder { folder in
      let setting = try await Setting(folder)
      let first = try await setting.run()
      let before = try contents(setting.experiment)
      for _ in 0..<2 {
        let again = try await setting.run()
        #expect(again.isUnchanged)
        #expect(again.table.csv == first.table.csv)
        #expect(again.stagesStored == 6 && again.stagesRun == 0 && again.stagesTotal == 6)
        #expect(
          TerminalTable(again.table, claims: again.claims).text()
            == TerminalTable(first.table, claims: first.claims).text())
        #expect(try contents(setting.experiment) == before)
      }
    }
  }

  @Test func `says in its timings that all was stored`() async throws {
    try await withTemporaryFolder { folder in
      let setting = try await Setting(folder)
      let file = setting.experiment.appending("timings.csv")
      let stored = try text(file)
      #expect(stored.contains(",yes,0\n") && !stored.contains(",no,"))
      let run = Array(stored.replacing(",yes,0\n", with: ",no,1\n").utf8)
      #expect(TimingTable.ofStored(run) == Array(stored.utf8))
      #expect(TimingTable.ofStored(Array(stored.utf8)) == Array(stored.utf8))
    }
  }

  enum Damage: CaseIterable {
    case removed
    case longer
    case empty
    case changedWithTheOldTime
    case olderOfTheSameSize
    case folder
  }

  @Test(arguments: Damage.allCases)
  func `writes whatever is not what it was`(damage: Damage) async throws {
    try await withTemporaryFolder { folder in
      let setting = try await Setting(folder)
      let before = try contents(setting.experiment)
      let names = before.keys.filter { !$0.hasPrefix(".") }.sorted()
      #expect(names.contains("results.csv") && names.contains { $0.hasPrefix("runs/001") })
      for name in names where damage != .folder || name.hasPrefix("runs/") {
        let file = setting.experiment.appending(FilePath(name).components)
        let stamp = try #require(FileStamp(at: file.string))
        var content = try bytes(file)
        // What is shared with the store is written anew, not into the store.
        try FileSystem.removeTree(file)
        switch damage {
        case .removed: break
        case .longer: try AtomicFile.write(content + content, to: file)
        case .empty: try AtomicFile.write([UInt8](), to: file)
        case .changedWithTheOldTime, .olderOfTheSameSize:
          content[content.count / 2] ^= 1
          try AtomicFile.write(content, to: file)
          let time = stamp.modified / 1_000_000_000 - (damage == .olderOfTheSameSize ? 3600 : 0)
          let times = timespec(tv_sec: time, tv_nsec: stamp.modified % 1_000_000_000)
          #expect(utimensat(AT_FDCWD, file.string, [times, times], 0) == 0)
        case .folder: try FileSystem.createFolders(file)
        }
        let summary = try await setting.run()
        #expect(!summary.isUnchanged, "\(name)")
        let after = try contents(setting.experiment).filter { !$0.key.contains(".moved-") }
        #expect(
          after.filter { !Self.tellsOfARun($0.key) } == before.filter { !Self.tellsOfARun($0.key) },
          "\(name)")
      }
    }
  }

  @Test func `trusts a copy once it has read it`() async throws {
    try await withTemporaryFolder { folder in
      var setting = try await Setting(folder)
      let copy = folder.appending("copy")
      try FileManager.default.copyItem(
        atPath: setting.options.resultsFolder.string, toPath: copy.string)
      setting.options.resultsFolder = copy
      #expect(try await !setting.run().isUnchanged)
      #expect(try await setting.run().isUnchanged)
    }
  }

  @Test func `is not one where the spec says something else`() async throws {
    try await withTemporaryFolder { folder in
      let setting = try await Setting(folder)
      try RunnerTests.write(
        Setting.spec.replacing("{ name: fgsm,", with: "{ name: fgsm, label: quick,"),
        to: folder.appending("small.yaml"))
      let summary = try await setting.run()
      #expect(!summary.isUnchanged)
      #expect(summary.table.rows.map(\.key.attack) == ["clean", "quick", "clean", "quick"])
      #expect(try text(setting.experiment.appending("results.csv")).contains("quick"))
    }
  }

  @Test func `does without its record`() async throws {
    try await withTemporaryFolder { folder in
      let setting = try await Setting(folder)
      let record = setting.experiment.appending(".finished")
      let good = try bytes(record)
      for bad in [[], [0], Array(good.dropLast()), good.map { $0 ^ 1 }] {
        try AtomicFile.write(bad, to: record)
        #expect(try await !setting.run().isUnchanged)
        #expect(try await setting.run().isUnchanged)
      }
    }
  }

  /// Of all files below a folder but the note of its last run.
  /// Whether a file of the folder says when a run was, or what its files look like.
  private static func tellsOfARun(_ name: String) -> Bool {
    name.hasSuffix(".nsl-run.json") || [".finished", ".progress.json"].contains(name)
  }

  private func contents(_ folder: FilePath) throws -> [String: [UInt8]] {
    try Dictionary(
      uniqueKeysWithValues: files(below: folder).filter { $0 != ".lock" && $0 != ".tables.lock" }
        .map { ($0, try bytes(folder.appending(FilePath($0).components))) })
  }
}
