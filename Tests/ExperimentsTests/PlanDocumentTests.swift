import Experiments
import Settings
import FoundationEssentials
import TestSupport
import Testing

@Suite struct `A plan as JSON` {
  private let spec = """
    adversarial: {method: nsl, adv_step_size: 0.2}
    hparams: {optimizer: {name: sgd, momentum: 0.5}}
    eval: {limit: 5, attacks: [{name: pgd, epsilon: 0.3, source: base}]}
    sweep:
      grid:
        hparams.batch_size: [32, 64]
        adversarial.adv_step_size: [0.1]
        adversarial.adv_grad_norm: [l2]
        adversarial.random_init: [true]
        architecture.conv_filters: [[8, 4]]
        eval.limit: [null]
    """

  private func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }

  @Test func `reads like the spec`() throws {
    var document = PlanDocument(plan(try load(spec)))
    document.runs.removeLast()
    document.stages.removeLast(document.stages.count - 2)
    // Keys change with every revision of the engine; another test is about them.
    for index in document.stages.indices {
      document.stages[index].key = "<key>"
      document.stages[index].dependencies = document.stages[index].dependencies.map { _ in "<key>" }
    }
    document.runs[0].name = "000-<digest>"
    for model in document.runs[0].models.indices {
      document.runs[0].models[model].train = "<key>"
      for row in document.runs[0].models[model].evaluations.indices {
        document.runs[0].models[model].evaluations[row].stage = "<key>"
      }
    }
    let text = try json(document).replacing(/t-000-[0-9a-f]{8}/, with: "t-000-<digest>")
    try expectSnapshot(text, named: "plan.json")
  }

  @Test func `survives being written and read`() throws {
    let text = try json(PlanDocument(plan(try load(spec))))
    let document = try JSONDecoder().decode(PlanDocument.self, from: Data(text.utf8))
    #expect(try json(document) == text)
  }

  @Test func `has plain values on its axes`() throws {
    let document = PlanDocument(plan(try load(spec)))
    #expect(
      document.runs[0].point == [
        "hparams.batch_size": .integer(32), "adversarial.adv_step_size": .number(0.1),
        "adversarial.adv_grad_norm": .text("l2"), "adversarial.random_init": .boolean(true),
        "architecture.conv_filters": .list([.integer(8), .integer(4)]), "eval.limit": .null,
      ])
    #expect(document.axes[0].values == [.integer(32), .integer(64)])
  }

  @Test(arguments: ["mnist-sweep", "quickstart"])
  func `holds for every run a spec that leads to the same stages`(name: String) throws {
    let plan = plan(try example(name))
    let document = PlanDocument(plan)
    #expect(document.stages.map(\.key) == plan.stages.map(\.key.hex))
    for (entry, run) in zip(document.runs, plan.runs) {
      let again = PlanBuilder.plan(
        try SpecLoader.load(text: try json(entry.spec), name: "spec.json"), dataset: plan.dataset,
        engineRevision: 4)
      let used = { (run: PlannedRun) in
        Set(run.models.flatMap { [$0.train] + $0.evaluations.map(\.stage) })
      }
      #expect(used(again.runs[0]) == used(run))
      #expect(again.runs[0].seed == run.seed)
    }
  }
}
