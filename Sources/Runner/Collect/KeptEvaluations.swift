internal import Experiments
internal import Files
internal import Learning
package import Results
internal import Settings
internal import SystemPackage

/// The evaluations of a run whose folder lies in `results/`, and the images that some of them keep.
package struct KeptEvaluations: Sendable {
  /// An attack of the run, as it stands in a row of the tables.
  package struct Attack: Hashable, Sendable {
    package let label: String
    /// `fgsm-0.2`, `pgd-l2-1.5`.
    package let ball: String
    /// What files of the run are called: `fgsm-0.2-self`.
    package let stem: String
    /// `fgsm linf 0.2, own gradients`.
    package let title: String

    fileprivate init(_ entry: PlanDocument.EvaluationEntry) {
      label = entry.attack
      guard !entry.norm.isEmpty else {
        // A corruption, which has no ball.
        (ball, stem, title) = (entry.attack, entry.attack, entry.attack)
        return
      }
      let parts = RunFolder.stem(
        entry.attack, norm: entry.norm, epsilon: entry.epsilon, source: entry.source)
      ball = parts.ball
      stem = "\(parts.ball)-\(parts.source)"
      let source =
        entry.source == AttackSource.own.name ? "own gradients" : "gradients of \(entry.source)"
      title = "\(entry.attack) \(entry.norm) \(entry.epsilon.radiusText), \(source)"
    }
  }

  /// Why there is no example to show.
  package enum Problem: Error, Hashable, Sendable {
    /// The evaluation did not keep its images.
    case notKept
    /// The evaluation is not stored, or damaged: why.
    case notStored(String)
    /// There are only so many examples.
    case noExample(count: Int)
  }

  package let run: WrittenRuns.Run
  /// Every attack of the run, in the order of the tables.
  package let attacks: [Attack]
  private let models: [PlanDocument.ModelEntry]
  private let store: ContentStore

  /// Reads what the experiment's `results.json` says of the run.
  ///
  /// - Throws: `FileError`, or `StoreError` where the file does not have the run.
  package init(of run: WrittenRuns.Run) throws {
    self.run = run
    func above(_ levels: Int, _ name: String) -> FilePath {
      (0..<levels).reduce(run.folder) { path, _ in path.appending("..") }
        .lexicallyNormalized().appending(name)
    }
    store = ContentStore(above(3, ".store"))
    let file = above(2, "results.json")
    do {
      let plan = try WrittenPlan(file)
      guard let found = plan.runs.first(where: { $0.name == run.name }) else {
        throw StoreError(path: file, message: "it does not have the run \(run.name)")
      }
      models = found.models
    } catch let error as DecodingError {
      throw StoreError(path: file, message: WireFormat.words(error))
    }
    var seen: Set<Attack> = []
    attacks = models.flatMap(\.evaluations).filter { $0.attack != "clean" }.map(Attack.init)
      .filter { seen.insert($0).inserted }
  }

  /// One example under an attack, of each model of the run whose evaluation is stored.
  ///
  /// - Parameters:
  ///   - index: From 0, in the order of the split.
  ///   - environment: Where datasets may lie, whose classes have names.
  /// - Throws: `Problem`; `FileError` or `StoreError` where the file of images is damaged.
  package func example(
    _ index: Int, under attack: Attack, environment: [String: String]
  ) throws -> [AttackedExample] {
    var examples: [AttackedExample] = []
    var missing: String?
    for model in models {
      for entry in model.evaluations where entry.attack != "clean" && Attack(entry) == attack {
        guard let key = StageKey(hex: entry.stage) else { continue }
        switch store.entry(key) {
        case .absent: missing = missing ?? "\(store.path(of: key)) is not there"
        case .damaged(let reason): throw Problem.notStored("\(store.path(of: key)): \(reason)")
        case .whole(let manifest):
          examples.append(try example(index, of: model.name, manifest, environment))
        }
      }
    }
    if examples.isEmpty { throw Problem.notStored(missing ?? "no model has it") }
    return examples
  }

  private func example(
    _ index: Int, of model: String, _ manifest: StageManifest, _ environment: [String: String]
  ) throws -> AttackedExample {
    guard manifest.file(OutputFile.kept) != nil else { throw Problem.notKept }
    let path = store.path(of: manifest.key).appending(OutputFile.kept)
    let bytes = try store.read(OutputFile.kept, of: manifest)
    let kept: KeptImages
    do throws(DatasetError) {
      kept = try KeptImages(decoding: bytes, origin: OutputFile.kept)
    } catch {
      throw StoreError(path: path, message: error.message)
    }
    guard (0..<kept.count).contains(index) else { throw Problem.noExample(count: kept.count) }
    let shape = kept.imageShape
    guard [1, 3].contains(shape[0]) else {
      throw StoreError(path: path, message: "images of \(shape[0]) channels cannot be drawn")
    }
    let example = kept[index]
    func image(_ values: [Float]) -> GridImage {
      let (channels, area) = (shape[0], shape[1] * shape[2])
      return GridImage(
        height: shape[1], width: shape[2], channels: channels,
        values: values.indices.map { values[$0 % channels * area + $0 / channels] })
    }
    return AttackedExample(
      model: model, clean: image(example.clean), adversarial: image(example.adversarial),
      label: example.label, cleanLogits: example.cleanLogits,
      adversarialLogits: example.adversarialLogits,
      classNames: Self.classNames(manifest, environment))
  }

  /// What the classes of an evaluation's dataset are called; `nil` where that is not known any more.
  private static func classNames(
    _ manifest: StageManifest, _ environment: [String: String]
  ) -> [String]? {
    guard case .evaluate(let work)? = manifest.work else { return nil }
    let library = DatasetLibrary(DatasetLocations(environment: environment))
    return (try? library.classNames(of: work.dataset.name, own: work.dataset.own)) ?? nil
  }
}
