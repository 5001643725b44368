import Experiments
import Runner
import Testing

@Suite struct `The jobs of a plan` {
  /// Four trainings and what is asked of them, with a list of epsilons that go on with each other.
  private func stages() throws -> [Stage] { Array(try smallPlan().stages) }

  @Test func `are one for each stage where nothing is known of times`() throws {
    let stages = try stages()
    let plan = ElementPlan(stages) { _ in nil }
    #expect(plan.levels.count == 2)
    #expect(plan.levels[0].allSatisfy { $0.count == 1 && $0[0].title.hasPrefix("train") })
    #expect(plan.levels.joined().joined().count == stages.count)
  }

  @Test func `hold every stage once, after what it needs`() throws {
    let stages = try stages()
    for (seconds, processors) in [(nil, 1), (0.05, 1), (25.0, 1), (25.0, 4), (100.0, 2)] {
      let plan = ElementPlan(stages, processors: processors) { _ in seconds }
      var done: Set<StageKey> = []
      for level in plan.levels {
        let before = done
        for element in level {
          var own: Set<StageKey> = []
          for stage in element {
            #expect(stage.dependencies.allSatisfy { before.contains($0) || own.contains($0) })
            own.insert(stage.key)
          }
          #expect(done.isDisjoint(with: own))
          done.formUnion(own)
        }
      }
      #expect(done == Set(stages.map(\.key)))
    }
  }

  @Test func `have a minute of work at least for each processor, but the last of a level`() throws {
    let stages = try stages()
    for processors in [1, 2] {
      let plan = ElementPlan(stages, processors: processors) { _ in 25 }
      for level in plan.levels {
        for element in level.dropLast() {
          let work = 25 * Double(element.count)
          #expect(work >= 60 * Double(processors))
          #expect(work < 60 * Double(processors) + 25)
        }
      }
    }
    let short = ElementPlan(stages) { _ in 0.05 }
    #expect(short.levels.map(\.count) == [1, 1])
  }

  @Test func `begin with evaluations where trainings are stored`() throws {
    let evaluations = try stages().filter { !$0.isTraining }
    let plan = ElementPlan(evaluations) { _ in nil }
    #expect(plan.levels.count == 1)
  }

  @Test func `are none where nothing is to run`() {
    #expect(ElementPlan([]) { _ in nil }.levels.isEmpty)
  }
}
