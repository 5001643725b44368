import Experiments
import Settings
import FoundationEssentials
import TestSupport
import Testing

@Suite struct `The example specs` {
  @Test func `mnist-sweep has 4 points, 40 runs and 50 trainings`() throws {
    let spec = try example("mnist-sweep")
    #expect(spec.experiment == "mnist-sweep")
    #expect(spec.dataset.fallback == .syntheticDigits)
    #expect(spec.points.count == 4)
    #expect(spec.seeds == Array(1...10))
    #expect(spec.settings.models.map(\.name) == ["base", "adv-regularized"])
    let plan = plan(spec)
    #expect(plan.runs.count == 40)
    #expect(plan.stages.count(where: \.isTraining) == 50)
    try expectSnapshot(plan.text(), named: "plan-mnist-sweep.txt")
  }

  @Test func `and the committed tables belong together`() throws {
    func stems(_ folder: String, _ ending: String) throws -> Set<String> {
      let names = try FileManager.default.contentsOfDirectory(
        atPath: repository.appending(path: folder).path)
      return Set(names.filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) })
    }
    let tables = try stems("results/baselines", ".csv")
    #expect(tables.contains("mnist-sweep"))
    for name in try stems("experiments", ".yaml") {
      let comparison = try example(name).comparison
      guard tables.contains(name) else {
        #expect(comparison.baseline == nil, "\(name)")
        continue
      }
      let file = try #require(comparison.baseline, "\(name)")
      let isThere = file.hasSuffix("/\(name).csv") && FileManager.default.fileExists(atPath: file)
      #expect(isThere, "\(name)")
      // The numbers are the same on every machine.
      #expect(comparison.tolerances.isEmpty, "\(name)")
    }
    let specs = try stems("experiments", ".yaml")
    #expect(tables.isSubset(of: specs))
  }

  @Test func `quickstart inherits and replaces`() throws {
    let spec = try example("quickstart")
    #expect(spec.experiment == "quickstart")
    #expect(spec.dataset.name == .syntheticDigits)
    #expect(spec.dataset.fallback == nil)
    #expect(spec.settings.models[1].training.epochs == 2)
    #expect(spec.settings.models[1].training.batchSize == 32)
    #expect(spec.axes.map(\.values) == [[.number(0.1), .number(0.2)]])
    let plan = plan(spec)
    let stored = Set(plan.runs[0].models.map(\.train))
    try expectSnapshot(plan.text(stored: stored), named: "plan-quickstart.txt")
    try expectSnapshot(plan.runs[3].resolvedSpec, named: "resolved-quickstart.yaml")
  }

  @Test func `adversarial-grid unites a grid, pairs, a named point and random points`() throws {
    let spec = try example("adversarial-grid")
    #expect(spec.expansion.blocks.map(\.kind) == ["grid", "zip", "list", "random"])
    #expect(spec.expansion.blocks.map(\.written) == [16, 2, 1, 6])
    #expect(spec.expansion.droppedByWhere == 2)
    #expect(spec.expansion.kept == spec.points.count)
    try expectSnapshot(plan(spec).text(), named: "plan-adversarial-grid.txt")
  }

  @Test func `compare-methods sweeps whole sections`() throws {
    let spec = try example("compare-methods")
    #expect(spec.points.count == 8)
    #expect(spec.tags == ["methods", "synthetic"])
    try expectSnapshot(plan(spec).text(), named: "plan-compare-methods.txt")
  }

  @Test func `conditional-sweep pairs, drops a corner, and has conditional settings`() throws {
    let spec = try example("conditional-sweep")
    #expect(try text(of: "experiments/conditional-sweep.yaml").split(separator: "\n").count <= 30)
    #expect(spec.expansion.droppedByWhere == 1)
    #expect(spec.points.count == 5)
    try expectSnapshot(plan(spec).text(), named: "plan-conditional-sweep.txt")
  }
}
