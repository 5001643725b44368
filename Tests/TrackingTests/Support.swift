import Tracking

extension TrackedTraining {
  /// A training with two epochs and two evaluations.
  static func sample(
    run: String = "000-1a2b3c4d", model: String = "base", identifier: Character = "a",
    seed: Int = 1, point: [TrackedValue?] = [.number(0.1, text: "0.1"), .text("adam")],
    ending: Ending = .finished, status: String = "ok"
  ) -> TrackedTraining {
    var training = TrackedTraining(
      run: run, model: model, identifier: String(repeating: identifier, count: 32), seed: seed,
      point: point, ending: ending, status: status)
    guard ending == .finished else { return training }
    training.settings = [
      TrackedSetting("hparams.batch_size", "32"), TrackedSetting("hparams.optimizer.name", "adam"),
    ]
    training.curves = [
      TrackedCurve("loss", points: [.init(epoch: 1, value: 0.75), .init(epoch: 2, value: 0.5)]),
      // A number that only one epoch has.
      TrackedCurve("val_loss", points: [.init(epoch: 2, value: .nan)]),
    ]
    training.evaluations = [
      TrackedEvaluation("clean", accuracy: 0.9375, loss: 0.25),
      TrackedEvaluation("pgd-0.2-self", accuracy: 0.5, loss: .infinity, successRate: 0.4375),
    ]
    training.pictures = [
      TrackedArtifact("pgd-0.2-self", origin: "picture") { png(width: 640, height: 300) }
    ]
    training.tables = [TrackedArtifact("results.csv", origin: "rows") { Array("a,b\n".utf8) }]
    return training
  }
}

extension TrackedExperiment {
  static var sample: TrackedExperiment {
    TrackedExperiment(
      name: "small", description: "What is it?\nThis.", tags: ["one", "two"],
      axes: ["adv_step_size", "optimizer"],
      trainings: [
        .sample(),
        .sample(model: "robust", identifier: "b", point: [.number(0.2, text: "0.2"), nil]),
        .sample(
          run: "001-5e6f7a8b", identifier: "c", seed: 2, ending: .failed, status: "diverged"),
        .sample(
          run: "001-5e6f7a8b", model: "robust", identifier: "d", seed: 2, ending: .stopped,
          status: "cancelled"),
      ])
  }
}

/// The beginning of a PNG file, up to its size.
func png(width: UInt32, height: UInt32) -> [UInt8] {
  let size = [width, height].flatMap { value in (0..<4).map { UInt8(value >> (24 - 8 * $0) & 255) }
  }
  return [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0, 0, 0, 13] + Array("IHDR".utf8) + size
}

/// All files of a format, by path.
func files(
  _ format: TrackingFormat, of experiment: TrackedExperiment
) throws -> [(path: String, bytes: [UInt8])] {
  var files: [(String, [UInt8])] = []
  try format.files(of: experiment) { files.append(($0.path, try $0.bytes())) }
  return files
}
