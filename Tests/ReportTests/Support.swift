import Measurements
import Report
import Results

/// Reports as experiments of several kinds make them.
enum Sample {
  static func row(
    _ model: String, _ attack: String = "clean", epsilon: Double = 0, source: String = "self",
    point: [String] = [], seed: Int = 1, correct: Int, of examples: Int = 200,
    verdict: AttackVerdict = AttackVerdict()
  ) -> ResultRow {
    let run = "000-0a1b2c3d"
    var measurement = Measurement(
      examples: examples, correct: correct, loss: 0.5, meanLinf: epsilon, meanL2: 2 * epsilon)
    if attack == "clean" {
      return ResultRow(
        RowKey(run: run, point: point, seed: seed, dataset: "mnist", model: model), measurement)
    }
    let key = RowKey(
      run: run, point: point, seed: seed, dataset: "mnist", model: model, attack: attack,
      source: source, norm: epsilon > 0 ? "linf" : "", epsilon: epsilon)
    var numbers = AttackMeasurement(
      cleanCorrect: 190, fooled: 190 - min(190, correct), correctAfterRounding: correct)
    numbers.verdict = verdict
    measurement.attack = numbers
    return ResultRow(key, measurement)
  }

  /// Two models, curves over epsilon, noise, an ensemble, a corruption, a number that is doubted.
  static var audit: ExperimentReport {
    var doubt = AttackVerdict()
    doubt.add(.suspicious, "one step does more harm: fgsm leaves 20.00 %")
    var rows: [ResultRow] = []
    for (model, factor) in [("base", 1), ("adv-regularized", 4)] {
      rows += [
        row(model, correct: 192), row(model, "noise-uniform", epsilon: 0.2, correct: 186),
        row(model, "rotation-3", source: "", correct: 150),
        row(model, "pgd", epsilon: 0.1, correct: 40 * factor),
        row(model, "pgd", epsilon: 0.2, correct: 20 * factor, verdict: doubt),
        row(model, "autoattack", epsilon: 0.2, correct: 5 * factor),
        row(model, "autoattack/apgd-ce", epsilon: 0.2, correct: 8 * factor),
        row(model, "autoattack/square", epsilon: 0.2, correct: 5 * factor),
      ]
    }
    var report = ExperimentReport(name: "audit", results: ResultTable(axes: [], rows: rows))
    report.question = "How robust are both?"
    report.answer = "The second one keeps 10.0 % (6.6 to 14.9)."
    report.pictures = [picture]
    report.confusions = [
      ConfusionMatrix(model: "base", attack: "clean", counts: [[90, 10], [4, 96]])
    ]
    report.trainings = [training("base", seed: 1), training("base", seed: 2)]
    report.origin.provenance = Provenance(
      nslRunVersion: "0.9.0", gitRevision: "64aef605",
      environment: .init(
        operatingSystem: "Linux", cpu: "A processor", instructionSet: "avx2"),
      datasetDigests: ["mnist": "sha256:00"], kernels: ["base": ["dense forward: dense:avx2"]],
      portable: true)
    report.origin.spec = "experiment: audit\nseeds: 1\n"
    report.origin.command = "nsl-run run audit.yaml"
    report.statuses = [StageStatus(title: "train base seed=1", key: "0a", status: .ok, reason: nil)]
    return report
  }

  static var picture: ImageGrid {
    func image(_ level: Float) -> GridImage {
      GridImage(height: 2, width: 2, channels: 1, values: [0, level, 1, 0.5])
    }
    return ImageGrid(
      title: "pgd linf 0.2, own gradients", images: [image(0.4), image(0.1)],
      clean: [image(0.2), image(0.2)], labels: [7, 1],
      predictions: [.init(model: "base", classes: [3, 1])])
  }

  static func training(_ model: String, seed: Int, point: [String] = []) -> TrainingHistory {
    let rows = (1...3).map { epoch in
      let loss = Double(seed) / Double(epoch)
      var metrics = EpochMetrics(
        epoch: epoch,
        means: [
          .init("loss", 1.5 * loss), .init("sparse_categorical_crossentropy", loss),
          .init("sparse_categorical_accuracy", 0.9 + 0.02 * Double(epoch)),
          .init("scaled_adversarial_loss", 0.5 * loss),
        ])
      metrics.validationLoss = 1.1 * loss
      metrics.validationAccuracy = 0.9
      return metrics
    }
    return TrainingHistory(
      model: model, point: point, seed: seed, epochs: HistoryTable(rows: rows))
  }

  /// Swept axes with three numbers each; the accuracy rises with all of them.
  static func sweep(axes: Int, seeds: Int = 1) -> ExperimentReport {
    let values = ["0.1", "0.2", "0.4"]
    var points: [[String]] = [[]]
    for _ in 0..<axes { points = points.flatMap { point in values.map { point + [$0] } } }
    var rows: [ResultRow] = []
    for point in points {
      let sum = point.compactMap { Double($0) }.reduce(0, +)
      for seed in 1...seeds {
        rows.append(row("a", point: point, seed: seed, correct: 180 + seed))
        rows.append(
          row(
            "a", "fgsm", epsilon: 0.2, point: point, seed: seed,
            correct: Int(20 + 50 * sum) + 3 * seed))
      }
    }
    return ExperimentReport(
      name: "sweep", results: ResultTable(axes: (0..<axes).map { "axis\($0)" }, rows: rows))
  }
}

/// What a page holds, for those who look for it in the text.
struct PageText {
  let text: String
  init(_ report: ExperimentReport) { self.init(report.html()) }
  init(_ text: String) { self.text = text }

  /// The ids of the sections that are there, in their order.
  var sections: [String] { matches(of: "<section id=\"").map { String($0.prefix { $0 != "\"" }) } }

  /// What follows each occurrence of `mark`.
  func matches(of mark: String) -> [Substring] {
    var found: [Substring] = []
    var rest = text[...]
    while let range = rest.firstRange(of: mark) {
      rest = rest[range.upperBound...]
      found.append(rest)
    }
    return found
  }

  /// The part of the page from the section `id` to the next one.
  func section(_ id: String) -> String {
    matches(of: "<section id=\"\(id)\"").first.map { rest in
      String(rest[..<(rest.firstRange(of: "</section>")?.lowerBound ?? rest.endIndex)])
    } ?? ""
  }
}
