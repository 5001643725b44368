package import Settings

/// The data set that a plan was made for: found or fallen back to before the plan is made.
package struct ResolvedDataset: Codable, Hashable, Sendable {
  package var name: DatasetName
  /// What names the data's content: published SHA-256s, or the generator's revision.
  package var digest: String
  /// Where own data lie; the content counts, not the place.
  package var own: OwnData?
  package var trainLimit: Int?
  package var testLimit: Int?
  /// The share of training examples, the last ones, that is not trained on.
  package var validationSplit: Double?
  /// Whether that share of each class is kept, chosen by the seed; never false.
  package var validationShuffle: Bool?

  package init(
    name: DatasetName, digest: String, own: OwnData? = nil,
    trainLimit: Int? = nil, testLimit: Int? = nil, validationSplit: Double? = nil,
    validationShuffle: Bool? = nil
  ) {
    self.name = name
    self.digest = digest
    self.own = own
    self.trainLimit = trainLimit
    self.testLimit = testLimit
    self.validationSplit = validationSplit
    self.validationShuffle = validationShuffle
  }
}

/// Trains one model for one seed.
package struct TrainWork: Codable, Hashable, Sendable {
  package var dataset: ResolvedDataset
  package var architecture: ArchitectureSettings
  package var training: TrainingSettings
  package var adversarial: TrainingMethod
  package var seed: Int
  /// Of the engine that the stage is planned for.
  package var engineRevision: Int
}

/// Asks one trained model about clean images (`attack` is `nil`) or attacked ones.
package struct EvaluateWork: Codable, Hashable, Sendable {
  package var dataset: ResolvedDataset
  /// The train stage of the model that is asked.
  package var subject: StageKey
  package var subjectArchitecture: ArchitectureSettings
  /// The train stage of the model whose gradients are used; equals `subject` for `source: self`
  /// and for clean evaluations.
  package var source: StageKey
  package var sourceArchitecture: ArchitectureSettings
  /// `label` and `source` in here do not enter the key.
  package var attack: AttackSettings?
  /// The attack at the smaller epsilons of its list, the smallest first: examples that are fooled there
  /// are not attacked again. `nil` where there are none.
  package var smaller: [AttackSettings]?
  package var split: EvaluationSplit
  /// The number of examples, already the smaller of the evaluation's and the attack's limit.
  package var limit: Int?
  package var batchSize: Int
  package var seed: Int
  /// Of the engine that the stage is planned for.
  package var engineRevision: Int
}

extension EvaluateWork {
  /// The evaluation at the next smaller epsilon of the list, whose outcomes this one reads.
  package var before: EvaluateWork? {
    guard let attack = smaller?.last else { return nil }
    var work = self
    work.attack = attack
    work.smaller = smaller.flatMap { $0.count > 1 ? Array($0.dropLast()) : nil }
    return work
  }
}

/// What a worker process is asked to do.
package enum StageWork: Codable, Hashable, Sendable {
  case train(TrainWork)
  case evaluate(EvaluateWork)
}

extension StageWork {
  /// Of the engine that the stage is planned for.
  package var engineRevision: Int {
    switch self {
    case .train(let work): work.engineRevision
    case .evaluate(let work): work.engineRevision
    }
  }
}

extension StageWork {
  /// The same work with nothing kept beside its numbers, which are the same; `nil` where nothing is.
  package var withoutKeep: StageWork? {
    guard case .evaluate(var work) = self, work.attack?.keep == true else { return nil }
    work.attack?.keep = false
    work.smaller = work.smaller.map { smaller in
      smaller.map { attack in
        var attack = attack
        attack.keep = false
        return attack
      }
    }
    return .evaluate(work)
  }
}

/// One node of a plan's graph.
package struct Stage: Codable, Hashable, Sendable {
  package var key: StageKey
  package var work: StageWork
  /// The stages whose outputs this one reads: none, or the train stages of subject and source, and
  /// the evaluation at the next smaller epsilon of a list.
  package var dependencies: [StageKey]
  /// A person's words for it, of the first run that needs it: `train base seed=1`.
  package var title: String
}
