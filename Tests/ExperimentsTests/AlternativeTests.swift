import Experiments
import Settings
import Testing
import YAML

/// `--sweep …` sweeps, anything else sets.
private func load(_ text: String, _ arguments: [String]) throws -> Spec {
  try SpecLoader.load(
    text: "dataset: {name: mnist}\n" + text, name: "t.yaml",
    overrides: arguments.map {
      $0.hasPrefix("--sweep ")
        ? SpecOverride(.sweep, String($0.dropFirst(8))) : SpecOverride(.set, $0)
    })
}

private func refusal(_ text: String, _ arguments: [String] = []) -> [String] {
  do {
    _ = try load(text, arguments)
    return []
  } catch {
    return (error as? DiagnosticsError)?.diagnostics.map(\.message) ?? ["\(error)"]
  }
}

/// RMSprop with some settings changed.
func rmsprop(_ change: (inout RMSprop) -> Void) -> Optimizer {
  var settings = RMSprop()
  change(&settings)
  return Optimizer(settings)
}

func cosine(alpha: Double) -> ScheduleShape {
  var settings = CosineDecay()
  settings.alpha = alpha
  return ScheduleShape(settings)
}

@Suite struct `A word in place of settings` {
  private func optimizers(_ text: String, _ arguments: String...) throws -> [Optimizer] {
    try load(text, arguments).points.map { $0.settings.models[0].training.optimizer }
  }

  private let sgd = "hparams: {optimizer: {name: sgd, momentum: 0.9}}\n"
  private let adam = Optimizer(Adam())

  @Test func `keeps them where it is their own kind, swept or set`() throws {
    let swept = try optimizers(sgd + "sweep: {grid: {hparams.optimizer: [sgd, adam]}}")
    #expect(swept == [Optimizer(SGD(momentum: 0.9)), adam])
    #expect(try optimizers(sgd, "--sweep optimizer=sgd,adam") == swept)
    #expect(
      try optimizers(sgd + "sweep: {list: [{hparams.optimizer: sgd}, {hparams.optimizer: adam}]}")
        == swept)
    #expect(
      try optimizers(
        sgd + "sweep: {random: {samples: 9, parameters: {hparams.optimizer: [sgd, adam]}}}"
      ).allSatisfy(swept.contains))
    #expect(try optimizers(sgd, "optimizer=sgd") == [swept[0]])
    #expect(try optimizers(sgd, "optimizer=adam") == [adam])
    let ofModel = sgd + "models: {a: {hparams: {optimizer: sgd}}}"
    #expect(try optimizers(ofModel) == [swept[0]])
    let sweptOfModel =
      sgd + "models: {a: {}}\nsweep: {grid: {models.a.hparams.optimizer: [sgd, adam]}}"
    #expect(try optimizers(sweptOfModel) == swept)
  }

  @Test func `keeps those of a schedule, too`() throws {
    let spec = try load(
      """
      hparams: {schedule: {name: cosine, alpha: 0.5, warmup_epochs: 1}}
      sweep: {grid: {hparams.schedule: [cosine, one_cycle, constant]}}
      """, [])
    let schedules = spec.points.map { $0.settings.models[0].training.schedule }
    #expect(schedules[0]?.shape == cosine(alpha: 0.5))
    #expect(schedules[0]?.warmup != nil)
    #expect(schedules[1]?.warmup == nil)
    #expect(schedules[2] == nil)
  }

  @Test func `is the kind of settings that are laid over it without one`() throws {
    let found = try optimizers(
      "hparams: {optimizer: rmsprop}\nmodels: {a: {hparams: {optimizer: {epsilon: 0.1}}}}")
    #expect(found == [rmsprop { $0.epsilon = 0.1 }])
  }

  @Test func `is an error where no point uses what was written`() {
    let lost =
      "no point uses `hparams.optimizer.momentum`: the sweep sets `hparams.optimizer` to"
      + " other kinds"
    #expect(refusal(sgd + "sweep: {grid: {hparams.optimizer: [adam, rmsprop]}}") == [lost])
    #expect(refusal(sgd, ["--sweep optimizer=adam,adagrad"]) == [lost])
    #expect(
      refusal(
        "hparams: {schedule: {name: cosine, warmup_epochs: 1}}\n"
          + "sweep: {grid: {hparams.schedule: [one_cycle]}}"
      ).count == 1)
    #expect(
      refusal(
        "hparams: {early_stopping: {patience: 3, monitor: loss}}\n"
          + "sweep: {grid: {hparams.early_stopping: [none, {patience: 5}]}}")
        == [
          "no point uses `hparams.early_stopping.monitor`: the sweep sets"
            + " `hparams.early_stopping` to other values"
        ])
    // The sweep's own value takes its place, as on any axis.
    #expect(
      refusal(
        sgd + "sweep: {grid: {hparams.optimizer: [{name: sgd, momentum: 0.5}, adam]}}") == [])
  }

  @Test func `takes what the command line sets at every point that knows it`() throws {
    let set = "hparams.optimizer.momentum=0.9"
    let expected: [Optimizer] = [
      Optimizer(SGD(momentum: 0.9)),
      rmsprop { $0.momentum = 0.9 },
    ]
    #expect(try optimizers("", "--sweep hparams.optimizer=sgd,rmsprop", set) == expected)
    #expect(
      try optimizers("sweep: {grid: {hparams.optimizer: [sgd, rmsprop]}}", set) == expected)
    #expect(
      try optimizers(
        "sweep: {grid: {hparams.optimizer: [{name: sgd, nesterov: true}, adam]}}", set)
        == [Optimizer(SGD(momentum: 0.9, nesterov: true)), adam])
    #expect(
      refusal("", ["--sweep hparams.optimizer=adam,adamw", set])
        == ["no point uses `hparams.optimizer.momentum`"])
    #expect(
      refusal("", ["--sweep hparams.optimizer=adam", set])
        == ["`momentum` is not a setting of adam"])
  }

  @Test func `leaves no setting of the command line without effect`() {
    let unused = "`hparams.epochs` changes nothing: no model of any point uses it"
    #expect(refusal("models: {a: {hparams: {epochs: 3}}}", ["hparams.epochs=2"]) == [unused])
    #expect(refusal("models: {a: {hparams: {epochs: 3}}, b: {}}", ["hparams.epochs=2"]) == [])
    #expect(
      refusal("adversarial: {method: none}", ["adversarial.adv_step_size=0.3"])
        == ["`adversarial.adv_step_size` changes nothing: the method is `none`"])
    #expect(
      refusal(
        "adversarial: {method: nsl}\nmodels: {a: {adversarial: none}}",
        ["adversarial.adv_step_size=0.3"])
        == ["`adversarial.adv_step_size` changes nothing: no model of any point uses it"])
    #expect(
      refusal(
        "adversarial: {method: none}\nsweep: {grid: {adversarial.method: [none, nsl]}}",
        ["adversarial.adv_step_size=0.3"]) == [])
  }

  @Test func `is checked at the points, not before the sweep`() throws {
    let swept = "sweep: {grid: {hparams.schedule.decay_rate: [0.5, 0.9]}}"
    let spec = try load(
      "hparams: {schedule: {name: exponential, decay_steps: 5}}\n" + swept, [])
    #expect(spec.points.count == 2)
    #expect(
      refusal("hparams: {schedule: {name: exponential}}\n" + swept)
        == ["one of `decay_steps`, `decay_epochs` is missing in `hparams.schedule`"])
  }
}
