import Experiments
import FoundationEssentials
import Runner
import SystemPackage
import TestSupport
import Testing

@Suite("The log of a stage")
struct StageLogTests {
  private func withStage(
    _ body: (Stage, ContentStore, _ file: FilePath) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let store = ContentStore(folder.appending("store"))
      try store.open()
      let stage = try smallPlan().stages[0]
      try FileManager.default.createDirectory(
        atPath: store.logPath(of: stage.key).removingLastComponent().string,
        withIntermediateDirectories: true)
      try body(stage, store, store.logPath(of: stage.key))
    }
  }

  private func write(_ text: String, to file: FilePath) throws {
    try Data(text.utf8).write(to: URL(filePath: file.string))
  }

  @Test func `is read line by line while it grows, and to its end out of the store`() throws {
    try withStage { stage, store, file in
      var log = StageLog(stage, in: store)
      #expect(log.read() == [])
      try write("log of \(stage.title)", to: file)
      #expect(log.read() == [])
      try write("log of \(stage.title)\nprinted by a library\nha", to: file)
      #expect(log.read() == ["log of \(stage.title)", "printed by a library"])
      #expect(log.read() == [] && !log.isOver)
      // What is stored holds what the worker said, not what others print.
      try store.commitCanned(stage)
      try FileManager.default.removeItem(atPath: file.string)
      #expect(log.read() == [] && log.isOver)
    }
  }

  @Test func `is that of the store where the stage is stored, each line once`() throws {
    try withStage { stage, store, file in
      try store.commitCanned(stage)
      var log = StageLog(stage, in: store)
      #expect(log.read() == ["log of \(stage.title)"])
      #expect(log.isOver && log.read() == [])
    }
  }

  @Test func `begins anew where the stage does`() throws {
    try withStage { stage, store, file in
      var log = StageLog(stage, in: store)
      try write("first try\nkilled\n", to: file)
      #expect(log.read() == ["first try", "killed"])
      try write("again\n", to: file)
      #expect(log.read() == ["again"])
    }
  }

  @Test func `has its last line without a line feed, and nothing that a terminal would obey`()
    throws
  {
    try withStage { stage, store, file in
      try write("a \u{1B}[2J\nFatal error", to: file)
      var log = StageLog(stage, in: store)
      #expect(log.read(isLast: true) == ["a \u{FFFD}[2J", "Fatal error"])
    }
  }
}
