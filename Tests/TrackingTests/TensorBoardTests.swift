import TestSupport
import Testing
import Tracking

@Suite struct `Files for TensorBoard` {
  @Test func `hold settings, curves, accuracies and pictures`() throws {
    let text = try files(.tensorBoard, of: .sample).map { file in
      "\(file.path)\n" + (try EventText.text(file.bytes))
    }.joined(separator: "\n")
    try expectSnapshot(text, named: "events.txt")
  }

  @Test func `are the same bytes each time`() throws {
    let first = try files(.tensorBoard, of: .sample)
    for _ in 0..<5 {
      let again = try files(.tensorBoard, of: .sample)
      #expect(again.map(\.path) == first.map(\.path) && again.map(\.bytes) == first.map(\.bytes))
    }
  }

  @Test func `say of an experiment without a sweep what its models are`() throws {
    let experiment = TrackedExperiment(
      name: "plain", axes: [], trainings: [.sample(point: [])])
    try expectSnapshot(
      try EventText.text(files(.tensorBoard, of: experiment)[0].bytes), named: "events-plain.txt")
  }

  @Test func `have one type for all values of a setting`() throws {
    let values: [[TrackedValue]] = [
      [.boolean(true), .boolean(false)], [.number(1, text: "1"), .text("none")],
      [.number(0.5, text: "0.5"), .boolean(true)],
    ]
    let axes = values.indices.map { "axis \($0)" }
    let trainings = (0..<2).map { index in
      TrackedTraining(
        run: "\(index)", model: "m", identifier: "\(index)", seed: 0,
        point: values.map { $0[index] }, ending: .stopped, status: "cancelled")
    }
    let experiment = TrackedExperiment(name: "types", axes: axes, trainings: trainings)
    try expectSnapshot(
      try EventText.text(files(.tensorBoard, of: experiment)[1].bytes), named: "events-types.txt")
  }
}
