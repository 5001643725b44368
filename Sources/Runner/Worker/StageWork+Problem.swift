internal import Experiments
internal import Settings

extension StageWork {
  /// What about a stage no spec can say, in words; `nil` for work that can be tried.
  ///
  /// Requests and manifests are files, which may hold anything: this is asked before numbers of
  /// theirs are calculated with.
  var problem: String? {
    switch self {
    case .train(let work):
      work.dataset.problem ?? work.architecture.problem ?? work.training.problem
        ?? work.adversarial.settings.problem
    case .evaluate(let work):
      work.dataset.problem ?? work.subjectArchitecture.problem ?? work.sourceArchitecture.problem
        ?? outOfRange("limit", work.limit ?? 1, 1...Int.max)
        ?? outOfRange("batch_size", work.batchSize, 1...largestBatch)
        ?? work.attack?.problem(classes: work.subjectArchitecture.numClasses)
        ?? (work.subjectArchitecture.inputShape == work.sourceArchitecture.inputShape
          ? nil : "source and subject see images of different shape")
        ?? work.problemOfSmaller
    }
  }
}

extension EvaluateWork {
  /// What about the smaller epsilons no list can say.
  fileprivate var problemOfSmaller: String? {
    guard let smaller else { return nil }
    guard let attack, !smaller.isEmpty else { return "smaller epsilons of no attack" }
    let all = smaller + [attack]
    guard all.allSatisfy({ $0.method.attack.stopsWhenFooled && $0.keep == attack.keep }) else {
      return "smaller epsilons of an attack that attacks every example"
    }
    guard zip(all, all.dropFirst()).allSatisfy({ $0.epsilon < $1.epsilon }) else {
      return "smaller epsilons that are not smaller"
    }
    return smaller.lazy.compactMap { $0.problem(classes: subjectArchitecture.numClasses) }.first
  }
}

/// So few that products of them fit an integer.
private let largestBatch = 1 << 31

private func outOfRange<Number: Comparable>(
  _ name: String, _ value: Number, _ range: ClosedRange<Number>
) -> String? {
  range.contains(value) ? nil : "\(name) is \(value)"
}

extension ResolvedDataset {
  fileprivate var problem: String? {
    outOfRange("train_limit", trainLimit ?? 1, 1...Int.max)
      ?? outOfRange("test_limit", testLimit ?? 1, 1...Int.max)
      ?? outOfRange("validation_split", validationSplit ?? 0, 0...(1 as Double).nextDown)
  }
}
