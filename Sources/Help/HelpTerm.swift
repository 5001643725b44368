import Results

/// What `nsl-run help NAME` says of a term of this program.
package enum HelpTerm: String, CaseIterable {
  case spec
  case point
  case stage

  /// - Parameter word: Its name, also in the plural.
  package init?(_ word: String) {
    let name = word.lowercased()
    let found = Self.allCases.first { [$0.rawValue, $0.rawValue + "s"].contains(name) }
    guard let found else { return nil }
    self = found
  }

  package var text: String {
    let (meaning, command) =
      switch self {
      case .spec:
        (
          "a YAML file that describes an experiment: the data, the models, how they are trained,"
            + " what varies from run to run, and the attacks. `nsl-run init` writes one.",
          "nsl-run init my-spec"
        )
      case .point:
        (
          "one combination of the settings that the sweep varies. A spec without a sweep has one"
            + " point. Every point is run with every seed: 3 points and 2 seeds are 6 runs.",
          "nsl-run plan my-spec.yaml"
        )
      case .stage:
        (
          "one training of a model, or one evaluation of a trained model on clean or attacked"
            + " images. Its result is stored, and runs that need the same stage share it: see"
            + " `nsl-run help resume`.",
          "nsl-run explain my-spec.yaml"
        )
      }
    return "\(rawValue)\n\n"
      + meaning.wrapped(to: HelpPage.width - 2).map { "  \($0)\n" }.joined()
      + "\nEXAMPLE:\n  \(command)\n"
  }
}
