import Experiments
import FoundationEssentials
import Learning
import Measurements
import Results
import Runner
import Settings
import SystemPackage
import TestSupport
import Testing

@Suite("The rows of an ensemble")
struct EnsembleRowTests {
  /// Ten examples: one is wrong as it is; `members` say which attack made the others wrong, 0 none.
  private func outcomes(_ members: [UInt8]) -> [ExampleOutcome] {
    members.enumerated().map { n, member in
      let isRight = n > 0 && member == 0
      let isClean = n == 0
      return ExampleOutcome(
        label: 3, prediction: isRight ? 3 : 4, roundedPrediction: isRight ? 3 : 4,
        loss: isRight ? 0.5 : 2, distance: isClean ? 0 : 0.1, linf: isClean ? 0 : 0.1,
        l2: isClean ? 0 : 0.5, isFooled: !isRight, member: member)
    }
  }

  private func commit(
    _ stage: Stage, _ outcomes: [ExampleOutcome], in store: ContentStore
  ) throws -> StageResult {
    let manifest = StageManifest(
      key: stage.key, work: stage.work, ending: .finished, programVersion: "0",
      environment: machine, seconds: 1, examples: outcomes.count, peakMemory: 1 << 20)
    let correct = outcomes.count { $0.isCorrect }
    let record = """
      {"measurement":{"examples":\(outcomes.count),"correct":\(correct),"loss":0.5,"meanLinf":0.1,
      "meanL2":0.5},"shape":[28,28,1],"labels":[],"predictions":[],
      "passes":{"forward":100,"gradients":50,"zeroGradients":0},"implementations":[]}
      """
    let stored = try store.commit(
      manifest,
      files: [
        OutputFile.evaluation: Array(record.utf8), OutputFile.images: [],
        OutputFile.outcomes: ExampleOutcome.encode(outcomes), OutputFile.log: [],
      ])
    return StageResult(stored, isCached: false)
  }

  /// - Parameter members: As ``outcomes(_:)``; `nil` where the evaluation crashed.
  private func rows(_ attack: String, _ members: [UInt8]?) throws -> [ResultRow] {
    let spec = try SpecLoader.load(
      text: """
        dataset: { name: synthetic-digits, train_limit: 64, test_limit: 10 }
        models: { base: { adversarial: none } }
        eval: { attacks: [\(attack)] }
        seeds: [1]
        """, name: "t.yaml")
    let plan = PlanBuilder.plan(
      spec, dataset: ResolvedDataset(name: .syntheticDigits, digest: "digits"),
      engineRevision: 1)
    return try withTemporaryFolder { folder in
      let store = ContentStore(folder.appending("store"))
      try store.open()
      var results: [StageKey: StageResult] = [:]
      for stage in plan.stages {
        guard case .evaluate(let work) = stage.work else { continue }
        if work.attack == nil {
          results[stage.key] = try commit(
            stage, outcomes([UInt8](repeating: 0, count: 10)), in: store)
        } else if let members {
          results[stage.key] = try commit(stage, outcomes(members), in: store)
        } else {
          results[stage.key] = StageResult(failed: .crashed, reason: "exit status 3")
        }
      }
      return try Runner.Collection(plan: plan, results: results, store: store, classNames: nil)
        .table.rows
    }
  }

  @Test func `say what is right after each of its attacks`() throws {
    let rows = try rows(
      "{ name: autoattack, epsilon: 0.1 }", [0, 1, 1, 1, 2, 4, 4, 0, 0, 0])
    #expect(
      rows.map(\.key.attack) == [
        "clean", "autoattack", "autoattack/apgd-ce", "autoattack/apgd-t", "autoattack/fab-t",
        "autoattack/square",
      ])
    #expect(rows.map { $0.metrics?.correct } == [9, 3, 6, 5, 5, 3])
    #expect(rows.dropFirst().map { $0.metrics?.attack?.fooled } == [6, 3, 4, 4, 6])
    #expect(rows.dropFirst().allSatisfy { $0.metrics?.attack?.cleanCorrect == 9 })
    #expect(rows.allSatisfy { $0.status == .ok && $0.metrics?.examples == 10 })
    // Those of the whole are counted, those of its parts are not.
    #expect(rows[1].metrics?.attack?.gradients == 5)
    #expect(rows[2].metrics?.attack?.gradients == nil)
  }

  @Test func `have its name and its verdict, and no worst case of their own`() throws {
    let rows = try rows(
      "{ name: autoattack, epsilon: 0.1, norm: l1, steps: 2, label: aa }",
      [0, 1, 2, 3, 3, 0, 0, 0, 0, 0])
    #expect(
      rows.map(\.key.attack) == ["clean", "aa", "aa/apgd-ce", "aa/apgd-t", "aa/fab-t"])
    let verdicts = rows.dropFirst().compactMap { $0.metrics?.attack?.verdict }
    #expect(verdicts.count == 4 && Set(verdicts.map(\.level)) == [.suspicious])
  }

  @Test func `have no numbers where it failed`() throws {
    let rows = try rows("{ name: autoattack, epsilon: 0.1, version: rand }", nil)
    #expect(
      rows.map(\.key.attack)
        == ["clean", "autoattack", "autoattack/apgd-ce", "autoattack/apgd-dlr"])
    #expect(rows.map(\.status) == [.ok, .crashed, .crashed, .crashed])
  }
}
