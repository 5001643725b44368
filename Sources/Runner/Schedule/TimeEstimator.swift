package import Experiments
package import Results
internal import Settings

/// Says how long stages will take, from how long stored ones took.
///
/// The time of a stage is taken as proportional to its examples, epochs and steps (`StageCost`);
/// by which factor, the stored stages say that are most like it.
package struct TimeEstimator {
  /// How much a stored stage is like a planned one, of which it is known to be of the same kind.
  package enum Basis: String, Hashable, Sendable {
    /// The same architecture, and the same training method or attack.
    case same
    /// The same architecture.
    case architecture
  }

  package struct Estimate: Hashable, Sendable {
    package var seconds: Double
    package var basis: Basis
    /// Stored stages that it is made from.
    package var stages: Int
  }

  /// What decides the speed of a stage.
  private struct Group: Hashable {
    var isTraining: Bool
    var architecture: ArchitectureSettings
    /// The training method or the attack; `nil` for any.
    var method: String?
  }

  private struct Sample {
    var passes: Double
    var secondsPerPass: Double
  }

  private let cost: StageCost
  /// By group, the stages of least work first.
  private let samples: [Group: [Sample]]
  /// Whether the stored times are those of another machine.
  package let isForeign: Bool
  private var known: [Request: Estimate?] = [:]

  private struct Request: Hashable {
    var group: Group
    var passes: Double
  }

  /// The stored stages of most similar size that an estimate is the median of.
  private static let mostSamples = 5

  /// - Parameters:
  ///   - cost: Of the data set that is planned for.
  ///   - environment: This machine; times of others count only where it has none.
  package init(
    _ manifests: [StageManifest], cost: StageCost, environment: Provenance.Environment
  ) {
    self.cost = cost
    let own = manifests.filter { manifest in
      manifest.environment.cpu == environment.cpu
        && manifest.environment.instructionSet == environment.instructionSet
    }
    isForeign = own.isEmpty && !manifests.isEmpty
    var samples: [Group: [Sample]] = [:]
    for manifest in own.isEmpty ? manifests : own where manifest.ending == .finished {
      guard let work = manifest.work else { continue }
      let passes = Double(manifest.examples) * StageCost.passesPerExample(work)
      guard passes > 0, manifest.seconds > 0 else { continue }
      let sample = Sample(passes: passes, secondsPerPass: manifest.seconds / passes)
      var group = Self.group(work)
      samples[group, default: []].append(sample)
      group.method = nil
      samples[group, default: []].append(sample)
    }
    self.samples = samples.mapValues { $0.sorted { $0.passes < $1.passes } }
  }

  /// Whether there is any time to go by.
  package var knowsAnything: Bool { !samples.isEmpty }

  /// How long a stage will take; `nil` where nothing like it is stored.
  package mutating func estimate(_ work: StageWork) -> Estimate? {
    guard !samples.isEmpty else { return nil }
    let request = Request(group: Self.group(work), passes: cost.passes(work))
    if let known = known[request] { return known }
    var any = request.group
    any.method = nil
    let estimate =
      estimate(request.passes, samples[request.group], .same)
      ?? estimate(request.passes, samples[any], .architecture)
    known[request] = .some(estimate)
    return estimate
  }

  private func estimate(_ passes: Double, _ samples: [Sample]?, _ basis: Basis) -> Estimate? {
    guard let samples, !samples.isEmpty, passes > 0 else { return nil }
    let nearest = samples.sorted { a, b in
      let (x, y) = (a.passes / passes, b.passes / passes)
      return max(x, 1 / x) < max(y, 1 / y)
    }.prefix(Self.mostSamples)
    let factors = nearest.map(\.secondsPerPass).sorted()
    let middle = factors.count / 2
    let median =
      factors.count % 2 == 1 ? factors[middle] : (factors[middle - 1] + factors[middle]) / 2
    return Estimate(seconds: passes * median, basis: basis, stages: samples.count)
  }

  private static func group(_ work: StageWork) -> Group {
    switch work {
    case .train(let work):
      return Group(
        isTraining: true, architecture: work.architecture, method: work.adversarial.word)
    case .evaluate(let work):
      return Group(
        isTraining: false, architecture: work.subjectArchitecture,
        method: work.attack?.method.word ?? "clean")
    }
  }
}
