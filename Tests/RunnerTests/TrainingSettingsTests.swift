import Engine
import Experiments
import Settings
import FoundationEssentials
import Learning
import Runner
import SystemPackage
import TestSupport
import Testing

@Suite("Settings of training")
struct TrainingSettingsTests {
  /// Ten models, each with a setting of its own, on 64 examples of which 16 are for validation.
  private static let text = """
    dataset: { name: synthetic-digits, train_limit: 64, validation_split: 0.25 }
    architecture: { conv_filters: [2], num_fc_units: [] }
    hparams: { batch_size: 16, epochs: 3, learning_rate: 0.01 }
    models:
      sgd: { hparams: { optimizer: sgd } }
      nesterov: { hparams: { optimizer: nesterov } }
      rmsprop: { hparams: { optimizer: { name: rmsprop, centered: true, momentum: 0.5 } } }
      adagrad: { hparams: { optimizer: adagrad } }
      adamw: { hparams: { optimizer: { name: adamw, amsgrad: true } } }
      step: { hparams: { schedule: { name: step, step_size_epochs: 1 } } }
      exponential: { hparams: { schedule: { name: exponential, decay_steps: 5, decay_rate: 0.5 } } }
      cosine: { hparams: { schedule: { name: cosine, warmup_epochs: 1 }, label_smoothing: 0.1 } }
      one-cycle: { hparams: { schedule: one_cycle } }
      stopped: { hparams: { early_stopping: { min_delta: 100, restore_best: true } } }
      ended:
        hparams: { early_stopping: { patience: 9, min_delta: 100, restore_best: true } }
    """

  @Test func `train, each in its own way and the same way every time`() throws {
    try withTemporaryFolder { folder in
      let data = try DatasetLibrary(
        DatasetLocations(
          dataFolder: nil, cacheFolder: folder.appending("cache"), temporaryFolder: folder)
      ).prepare(.syntheticDigits, trainLimit: 64, testLimit: 8).dataset
      let plan = PlanBuilder.plan(
        try SpecLoader.load(text: Self.text, name: "settings.yaml"),
        dataset: ResolvedDataset(name: .syntheticDigits, digest: data.digest),
        engineRevision: EngineInformation.revision)
      var weights: Set<[UInt8]> = []
      for stage in plan.stages where stage.isTraining {
        var own: Set<[UInt8]> = []
        for name in ["a", "b"] {
          let store = ContentStore(folder.appending(name))
          try store.open()
          let request = WorkerRequest(
            stage: stage, dataset: data, store: store.folder.string, programVersion: "0")
          try StageWorker(request, log: WorkerLog(isEchoing: false)) { _ in }.run()
          let manifest = try #require(store.entry(stage.key).manifest)
          own.insert(try store.read("model.safetensors", of: manifest))
          let isStopped = stage.title.contains("stopped")
          #expect(manifest.examples == (isStopped ? 2 : 3) * 48, "\(stage.title)")
          let log = String(decoding: try store.read("log.txt", of: manifest), as: UTF8.self)
          #expect(log.contains("epoch 2/3: loss") && log.contains(", val_loss "))
          #expect(
            log.contains("stopped early after epoch 2 with the weights of epoch 1") == isStopped)
          #expect(
            log.contains("\nended with the weights of epoch 1\n")
              == stage.title.contains("ended"), "\(log)")
        }
        #expect(own.count == 1, "\(stage.title)")
        weights.formUnion(own)
      }
      // The two that are stopped early and that are not have the same epoch's.
      #expect(weights.count == 10)
    }
  }
}
