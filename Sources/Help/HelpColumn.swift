import Measurements
import Results

/// What `nsl-run help NAME` says of a column of the tables.
package struct HelpColumn {
  private let column: Column

  /// - Returns: `nil` where the tables have no column of that name.
  package init?(_ name: String) {
    guard let column = Self.columns.first(where: { $0.name == name }) else { return nil }
    self.column = column
  }

  /// Those of the CSV files.
  private static let columns =
    [.run] + Column.results + Column.summary.filter { !Column.results.contains($0) }

  /// The names of all columns.
  package static let names = columns.map(\.name)

  package var text: String {
    let files = [
      (Column.results + [.run]).contains(column) ? "results.csv" : nil,
      Column.summary.contains(column) ? "summary.csv" : nil,
    ].compactMap { $0 }
    return "\(column.name): a column of \(files.joined(separator: " and "))\n\n"
      + meaning.wrapped(to: HelpPage.width - 2).map { "  \($0)\n" }.joined()
      + "\nEXAMPLE:\n  nsl-run show my-experiment"
      + (files.contains("results.csv") ? "" : " --summary") + "\n"
  }

  private var meaning: String {
    switch column {
    case .run: "the run's folder below runs/"
    case .point: "the settings that the sweep sets"
    case .seed: "the seed of the run"
    case .dataset: "the dataset that was used, which may be the fallback"
    case .model: "the evaluated model"
    case .attack:
      "the attack's label, of a corruption with its severity (`rotation-3`); `clean` for images that are not attacked"
    case .source:
      "the model whose gradients made the perturbation; `self` for the evaluated one; empty for corruptions"
    case .norm: "the norm that limits the perturbation: `linf`, `l2` or `l1`; empty for corruptions"
    case .epsilon: "the largest perturbation in that norm; images lie in 0...1; 0 for corruptions"
    case .examples: "how many images were evaluated"
    case .correct: "how many of them were classified correctly"
    case .accuracy: "`correct` / `examples`, 0...1; under an attack, the robust accuracy"
    case .loss: "cross-entropy, the mean over the images"
    case .accuracyLow: "lower end of the 95 % interval of the accuracy (Wilson)"
    case .accuracyHigh: "upper end of the 95 % interval of the accuracy (Wilson)"
    case .meanLinf: "largest change of a pixel, the mean over the images"
    case .meanL2: "Euclidean length of the perturbation, the mean over the images"
    case .cleanCorrect: "how many of the images are classified correctly when they are not attacked"
    case .successRate: "the share of `clean_correct` that the attack made wrong, 0...1"
    case .accuracy8Bit: "the accuracy once the attacked images are rounded to 8 bits per pixel"
    case .distanceMean:
      "how far the closest wrong image is, the mean over `clean_correct`; attacks of minimal norm only"
    case .distanceMedian: "the median of these distances"
    case .distanceLow: "the quantile 0.1 of these distances"
    case .distanceHigh: "the quantile 0.9 of these distances"
    case .gradients: "gradients at the image that the attack calculated, the mean over the images"
    case .forwardPasses: "forward passes of the attack, the mean over the images"
    case .zeroGradients: "the share of gradients of which every element is exactly 0"
    case .verdict:
      "`ok`, or `suspicious` or `broken` with the reason: whether the numbers can be believed"
    case .status:
      "`ok`, or why there are no numbers: "
        + RowStatus.allCases.filter { $0 != .ok }.map { "`\($0.rawValue)`" }.joined(separator: ", ")
    case .n: "the number of seeds that are `ok`"
    case .failed: "the number of seeds that are not `ok`"
    case .accuracyMean: "the mean accuracy over the seeds"
    case .accuracySD: "the standard deviation of the accuracy over the seeds"
    case .accuracyCILow: "lower end of the 95 % interval of the mean accuracy (Student's t)"
    case .accuracyCIHigh: "upper end of the 95 % interval of the mean accuracy (Student's t)"
    case .accuracyMin: "the accuracy of the worst seed"
    case .accuracyMax: "the accuracy of the best seed"
    case .lossMean: "the mean loss over the seeds"
    case .lossSD: "the standard deviation of the loss over the seeds"
    }
  }
}
