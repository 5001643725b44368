internal import Measurements
internal import OrderedCollections
internal import Results
internal import Statistics

extension ExperimentReport {
  /// Losses and accuracies of each epoch, a chart for each model and point.
  func training(_ table: MeasuredTable) -> Section? {
    struct Key: Hashable {
      var model: String
      var point: [String]
    }
    let groups = OrderedDictionary(grouping: trainings.filter { !$0.epochs.rows.isEmpty }) {
      Key(model: $0.model, point: $0.point)
    }
    guard !groups.isEmpty else { return nil }
    let shown = groups.elements.prefix(Self.mostTrainings)
    let curves = shown.map { key, trainings in
      let settings = zip(table.axes, key.point).filter { !$1.isEmpty }
        .map { "\($0)=\(NumberText.cell($1))" }
      return (
        key.model, settings.joined(separator: ", "), TrainingCurves(trainings.map(\.epochs.rows))
      )
    }
    let highest = curves.flatMap { $0.2.losses.flatMap { $0.points.map(\.y) } }.max() ?? 1
    let most = trainings.flatMap { $0.epochs.rows.map(\.epoch) }.max() ?? 1
    let x: Scale = .numbers((1...max(1, most)).map(Double.init))
    func panel(
      _ title: String, _ subtitle: String, _ series: [Series], _ label: String, _ y: Scale,
      _ text: @escaping (Double) -> String
    ) -> Panel? {
      guard !series.isEmpty else { return nil }
      return Panel(
        title: title, subtitle: subtitle, xLabel: "epoch", yLabel: label, x: x, y: y,
        series: series, yText: text)
    }
    let losses = curves.compactMap { title, subtitle, curves in
      panel(
        title, subtitle, curves.losses, "loss, nats", .numbers([highest], fromZero: true),
        { NumberText.significant($0, digits: 4) })
    }
    let lowest = curves.flatMap { $0.2.accuracies.flatMap { $0.points.map(\.y) } }.min() ?? 0
    let accuracies = curves.compactMap { title, subtitle, curves in
      panel(
        title, subtitle, curves.accuracies, "accuracy, %", .accuracy(lowest: lowest),
        { Words.percent($0) })
    }
    let several = groups.values.contains { $0.count > 1 }
    var caption: HTML =
      several ? "The mean over the seeds; bars reach from the lowest to the highest. " : ""
    if groups.count > shown.count {
      caption += "\(groups.count - shown.count) more trainings are in history.csv of each run."
    }
    let introduction: HTML = """
      Means over each epoch. The objective is what training minimizes: the clean loss plus the adversarial one, if there is one. \
      A validation loss that rises while the training loss falls is a sign of overfitting.
      """
    let figures = [("losses", losses), ("accuracies", accuracies)].filter { !$0.1.isEmpty }
      .map { name, panels in
        HTML.element("h3", [:], name == "losses" ? "Losses" : "Accuracies")
          + Figure(
            name: "\(name) of trainings", caption: caption, panels: panels, seriesTitle: "measure"
          ).html
      }
    return Section("training", "Training", introduction, .joined(figures))
  }

  private static let mostTrainings = 12
}

/// What the trainings of one model with several seeds report, as series over the epochs.
struct TrainingCurves {
  var losses: [Series] = []
  var accuracies: [Series] = []

  /// - Parameter seeds: The epochs of each seed.
  init(_ seeds: [[EpochMetrics]]) {
    let rows = seeds.joined()
    let names = OrderedSet(rows.flatMap { $0.means.map(\.name) })
    var columns: [(name: String, value: (EpochMetrics) -> Double?)] = names.map { name in
      (name, { $0[name] })
    }
    columns.append(("val_loss", { $0.validationLoss }))
    columns.append(("val_sparse_categorical_accuracy", { $0.validationAccuracy }))
    // An objective that is the clean loss says nothing more.
    let isClean = rows.allSatisfy { $0["loss"] == $0["sparse_categorical_crossentropy"] }
    for (name, value) in columns where !(isClean && name == "loss") {
      let points = Self.points(seeds, value)
      guard !points.isEmpty else { continue }
      if name.hasSuffix("accuracy") {
        accuracies.append(Self.series(name, accuracies.count, points))
      } else {
        losses.append(Self.series(name, names.firstIndex(of: name) ?? names.count, points))
      }
    }
  }

  /// The mean of each epoch, with the lowest and the highest seed.
  private static func points(
    _ seeds: [[EpochMetrics]], _ value: (EpochMetrics) -> Double?
  ) -> [Series.Point] {
    let byEpoch = Dictionary(grouping: seeds.joined(), by: \.epoch)
    return byEpoch.keys.sorted().compactMap { epoch in
      let values = (byEpoch[epoch] ?? []).compactMap(value).filter(\.isFinite)
      guard let mean = Sample(values).mean, let low = values.min(), let high = values.max()
      else { return nil }
      return Series.Point(Double(epoch), mean, values.count > 1 ? low...high : nil)
    }
  }

  private static func series(_ name: String, _ place: Int, _ points: [Series.Point]) -> Series {
    let words =
      switch name {
      case "loss": "objective"
      case "sparse_categorical_crossentropy": "clean loss"
      case "sparse_categorical_accuracy": "training accuracy"
      case "scaled_adversarial_loss": "adversarial loss, scaled"
      case "val_loss": "validation loss"
      case "val_sparse_categorical_accuracy": "validation accuracy"
      default: String(name.map { $0 == "_" ? " " : $0 })
      }
    var style = SeriesStyle(group: place)
    if name.hasPrefix("val_") { style = SeriesStyle(group: place, variant: 1) }
    return Series(name: words, style: style, points: points)
  }
}
