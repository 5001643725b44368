import Runner
import Settings
import TestSupport
import Testing

@Suite("Worker events")
struct WorkerEventTests {
  private static let events: [WorkerEvent] = [
    .started(processIdentifier: 4711),
    .training(.init(epoch: 1, epochs: 5, step: 812, steps: 1875, loss: 0.25, accuracy: 0.5)),
    .training(
      .init(
        epoch: 2, epochs: 5, step: 8, steps: 1875, loss: 0.25, accuracy: 0.5, earlier: 1875)),
    .epoch(.init(epoch: 5, epochs: 5, step: 1875, steps: 1875, loss: .infinity, accuracy: 1)),
    .evaluating(.init(done: 512, examples: 1000, correct: 400)),
    .evaluating(.init(done: 512, examples: 1000, correct: 400, underWay: 12.5, earlier: 256)),
    .finished(seconds: 12.5, peakMemory: 123_456),
    .failed(reason: "the prepared dataset is mnist"),
    .failed(reason: "cannot write part: out of memory", cause: .outOfMemory),
    .failed(reason: "cannot write \"x\"\nNo space left on device", cause: .diskFull),
    .stopped,
  ]

  @Test func `are JSON, one a line`() throws {
    let text = Self.events.map { String(decoding: $0.line, as: UTF8.self) }.joined()
    try expectSnapshot(text, named: "events.jsonl")
  }

  @Test(arguments: events)
  func `are read back as they were`(event: WorkerEvent) {
    #expect(event.line.last == UInt8(ascii: "\n"))
    #expect(event.line.count { $0 == UInt8(ascii: "\n") } == 1)
    #expect(WorkerEvent(line: event.line) == event)
  }

  @Test(arguments: [
    "", "{", "a library speaks", "{\"training\":{}}", "{\"dancing\":{}}", "\u{0}\u{FF}",
  ])
  func `are not made of other lines`(line: String) {
    #expect(WorkerEvent(line: Array(line.utf8)) == nil)
  }
}
