import Measurements
import Results

/// Experiments as their folders make them, for comparisons.
extension ComparedExperiment {
  /// Two models under clean images and pgd at two epsilons.
  ///
  /// - Parameters:
  ///   - raise: Added to each accuracy, in examples of 1,000.
  ///   - axis: Values of `adv_step_size`, which is swept where there are several.
  static func named(
    _ name: String, seeds: [Int] = [1, 2, 3], raise: Int = 0, axis: [String] = [],
    dataset: String = "mnist", examples: Int = 1000, failing: Bool = false, steps: String = "40",
    models: [String] = ["base", "adv-regularized"]
  ) -> ComparedExperiment {
    var rows: [ResultRow] = []
    for (place, value) in (axis.isEmpty ? [""] : axis).enumerated() {
      for seed in seeds {
        for model in models {
          for (attack, epsilon) in [("clean", 0.0), ("pgd", 0.1), ("pgd", 0.2)] {
            let isClean = attack == "clean"
            let key = RowKey(
              run: "00\(place)-0a1b2c3d", point: axis.isEmpty ? [] : [value], seed: seed,
              dataset: dataset, model: model, attack: attack, source: isClean ? "" : "self",
              norm: isClean ? "" : "linf", epsilon: epsilon)
            if failing, seed == seeds.last, model == "base" {
              rows.append(ResultRow(key, failed: .diverged))
              continue
            }
            // Seeds differ a little, and not in the same way in each experiment.
            let noise = (seed * (raise + 7) + place) % 5
            let correct = (isClean ? 900 : 500 - Int(1000 * epsilon)) + raise + 10 * seed + noise
            var measurement = Measurement(
              examples: examples, correct: min(examples, correct), loss: 0.5,
              meanLinf: epsilon, meanL2: 10 * epsilon)
            if !isClean {
              measurement.attack = AttackMeasurement(
                cleanCorrect: 900, fooled: 900 - min(900, correct), correctAfterRounding: correct)
            }
            rows.append(ResultRow(key, measurement))
          }
        }
      }
    }
    var experiment = ComparedExperiment(
      name: name, table: ResultTable(axes: axis.isEmpty ? [] : ["adv_step_size"], rows: rows))
    experiment.paths = ["adv_step_size": "adversarial.adv_step_size"]
    experiment.settings = [
      SettingValues(
        path: "models.adv-regularized.adversarial.adv_step_size",
        values: axis.isEmpty ? ["0.2"] : axis),
      SettingValues(path: "hparams.epochs", values: ["\(5 + raise)"]),
      SettingValues(path: "hparams.batch_size", values: ["32"]),
      SettingValues(path: "eval.attacks.pgd.steps", values: [steps]),
    ]
    for epsilon in [0.1, 0.2] {
      experiment.attacks[
        AttackIdentity(name: "pgd", source: "self", norm: "linf", epsilon: epsilon)] = [
          "steps": [steps]
        ]
    }
    experiment.origin = TableOrigin(
      nslRunVersion: "0.1.0",
      environment: .init(
        operatingSystem: "Linux", cpu: "A processor", instructionSet: "avx2"),
      datasetDigests: [dataset: "sha256:00"], portable: true)
    return experiment
  }
}
