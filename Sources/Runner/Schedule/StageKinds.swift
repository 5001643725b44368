internal import Experiments
internal import Settings

/// Stages of a plan put into kinds of one speed: trainings of one architecture with one method, and
/// evaluations under one attack of one architecture that was trained with one method, as an attack
/// that ends where it has won is quicker against a weak model.
///
/// Kinds whose training methods have other settings are of one family, those of the same architecture
/// with the same method or under the same attack, whatever the rest, of one group.
struct StageKinds: Sendable {
  struct Kind: Sendable {
    var isTraining: Bool
    var family: Int
    var group: Int
    /// The first of its stages.
    var first: Int
    var count = 0
  }

  private(set) var kinds: [Kind] = []
  private(set) var familyCount = 0
  private(set) var groupCount = 0
  /// Of each stage.
  private(set) var numbers: [Int32] = []

  private struct Key: Hashable {
    var architecture: Int
    /// Of the training, or of the one whose model is evaluated; `nil` where that is not known.
    var method: Method?
    var attack: Attack?
  }

  private struct Method: Hashable {
    var word: String
    /// `nil` for any.
    var settings: TrainingMethod?
  }

  private struct Attack: Hashable {
    var word: String
    /// `nil` for any.
    var settings: AttackSettings?
  }

  /// - Parameters:
  ///   - stages: The stages that are put into kinds.
  ///   - all: Those of the whole plan, for how models were trained.
  init(_ stages: [Stage], of all: [Stage]) {
    guard !stages.isEmpty else { return }
    var methods: [StageKey: Method] = [:]
    for stage in all {
      if case .train(let work) = stage.work { methods[stage.key] = Self.method(of: work) }
    }
    var architectures: [ArchitectureSettings: Int] = [:]
    func architecture(_ settings: ArchitectureSettings) -> Int {
      if let known = architectures[settings] { return known }
      architectures[settings] = architectures.count
      return architectures.count - 1
    }
    var known: [Key: Int32] = [:]
    var families: [Key: Int] = [:]
    var groups: [Key: Int] = [:]
    func number(_ key: Key, in numbers: inout [Key: Int]) -> Int {
      if let known = numbers[key] { return known }
      numbers[key] = numbers.count
      return numbers.count - 1
    }
    numbers.reserveCapacity(stages.count)
    for (index, stage) in stages.enumerated() {
      var key: Key
      switch stage.work {
      case .train(let work):
        key = Key(architecture: architecture(work.architecture), method: Self.method(of: work))
      case .evaluate(let work):
        key = Key(
          architecture: architecture(work.subjectArchitecture), method: methods[work.subject],
          attack: Attack(word: work.attack?.method.word ?? "clean", settings: work.attack))
      }
      let place = known[key] ?? Int32(kinds.count)
      if Int(place) == kinds.count {
        known[key] = place
        let isTraining = key.attack == nil
        key.method?.settings = nil
        let family = number(key, in: &families)
        if !isTraining { key.method = nil }
        key.attack?.settings = nil
        kinds.append(
          Kind(
            isTraining: isTraining, family: family, group: number(key, in: &groups), first: index))
      }
      kinds[Int(place)].count += 1
      numbers.append(place)
    }
    (familyCount, groupCount) = (families.count, groups.count)
  }

  private static func method(of work: TrainWork) -> Method {
    Method(word: work.adversarial.word, settings: work.adversarial)
  }
}
