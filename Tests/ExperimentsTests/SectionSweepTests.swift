import Experiments
import Settings
import TestSupport
import Testing
import YAML

/// The points of a spec as `a=1 b=x`; what is empty is left out.
private func points(_ spec: Spec) -> [String] {
  spec.points.map { point in
    zip(spec.axes, point.values).filter { $0.1 != .absent }
      .map { "\($0.column)=\($1)" }.joined(separator: " ")
  }
}

private func points(_ text: String) throws -> [String] { points(try load(text)) }

private func refusal(_ text: String) -> [String] {
  do {
    _ = try load(text)
    return []
  } catch {
    return (error as? DiagnosticsError)?.diagnostics.map(\.message) ?? ["\(error)"]
  }
}

private let none = "none"
private let weak = "{method: nsl, adv_step_size: 0.1}"
private let strong = "{method: nsl, adv_step_size: 0.3, adv_grad_norm: linf}"

@Suite struct `A whole section in a sweep` {
  private let expected = [
    "adversarial=none", "adversarial=nsl adv_step_size=0.1 adv_grad_norm=l2",
    "adversarial=nsl adv_step_size=0.3 adv_grad_norm=linf",
  ]

  @Test func `is a value like any other, with columns for the settings that differ`() throws {
    let values = "[\(none), \(weak), \(strong)]"
    #expect(try points("sweep: {grid: {adversarial: \(values)}}") == expected)
    #expect(try points("sweep: {grid: {adversarial: {values: \(values)}}}") == expected)
    #expect(try points("sweep: {zip: {adversarial: \(values)}}") == expected)
    let list = [none, weak, strong].map { "{adversarial: \($0)}" }.joined(separator: ", ")
    #expect(try points("sweep: {list: [\(list)]}") == expected)
    let drawn = try points(
      "sweep: {random: {samples: 20, parameters: {adversarial: \(values)}}}")
    #expect(Set(drawn) == Set(expected))
    let argument = SpecOverride(.sweep, "adversarial=\(none),\(weak),\(strong)")
    let spec = try SpecLoader.load(
      text: "dataset: {name: mnist}", name: "t.yaml", overrides: [argument])
    #expect(points(spec) == expected)
  }

  @Test func `leads to the same models as the section itself`() throws {
    let swept = try load("sweep: {grid: {adversarial: [\(none), \(weak)]}}")
    let own = try load("adversarial: \(weak)")
    #expect(swept.points[0].settings.models.map(\.name) == ["base"])
    #expect(swept.points[1].settings == own.points[0].settings)
    let whole = plan(swept)
    #expect(whole.runs[1].models.map(\.train) == plan(own).runs[0].models.map(\.train))
    // The base model is trained once.
    #expect(whole.stages.filter(\.isTraining).count == 2)
    #expect(
      whole.stages.filter(\.isTraining).map(\.title)
        == ["train base seed=0", "train adv-regularized adversarial=nsl seed=0"])
  }

  @Test func `has the same columns when a value with the same settings is added`() throws {
    let two = try load("sweep: {grid: {adversarial: [\(none), \(weak), \(strong)]}}")
    let three = try load(
      "sweep: {grid: {adversarial: [\(none), \(weak), \(strong),"
        + " {method: nsl, adv_step_size: 0.5}]}}")
    #expect(two.axes.map(\.column) == three.axes.map(\.column))
    #expect(points(three).starts(with: points(two)))
  }

  @Test func `is complete, or inherits what the spec says`() throws {
    let section = "adversarial: {method: nsl, adv_multiplier: 0.5, adv_grad_norm: linf}\n"
    let inherited = try load(
      section
        + "sweep: {grid: {adversarial: [{inherit: true, adv_step_size: 0.1}, \(weak)]}}")
    #expect(
      points(inherited) == [
        "adv_multiplier=0.5 adv_grad_norm=linf", "adv_multiplier=0.2 adv_grad_norm=l2",
      ])
    // Nothing that the spec says is lost without a word.
    #expect(
      refusal(section + "sweep: {grid: {adversarial: [\(weak), \(none)]}}")
        == [
          "no point uses `adversarial.adv_multiplier`, `adversarial.adv_grad_norm`:"
            + " the sweep sets `adversarial` to other values"
        ])
  }

  @Test func `has no column for what is the same in all values that have it`() throws {
    #expect(
      try points(
        "sweep: {grid: {adversarial: [none, {method: nsl, adv_step_size: 0.1},"
          + " {method: nsl, adv_step_size: 0.3, adv_grad_norm: l2}]}}")
        == [
          "adversarial=none", "adversarial=nsl adv_step_size=0.1",
          "adversarial=nsl adv_step_size=0.3",
        ])
    #expect(
      try points(
        "sweep: {grid: {hparams.optimizer: [{name: sgd, momentum: 0.9}, {name: rmsprop}, adam]}}")
        == ["optimizer=sgd momentum=0.9", "optimizer=rmsprop momentum=0.0", "optimizer=adam"])
  }

  @Test func `is named by its own column where it may be none`() throws {
    #expect(
      try points("sweep: {grid: {hparams.early_stopping: [none, {patience: 3}]}}")
        == ["early_stopping=none", "early_stopping=on patience=3"])
  }

  @Test func `shows the spec's own or the default at a point that does not set it`() throws {
    let sweep = """
      sweep:
        - list: [{hparams.learning_rate: 0.01}]
        - grid: {hparams.optimizer: [{name: sgd, momentum: 0.9}, rmsprop]}
        - grid: {architecture: [{conv_filters: [8]}, {layers: [flatten, dense: 10]}]}
      """
    #expect(
      try points(sweep) == [
        "learning_rate=0.01 optimizer=adam conv_filters=[32, 64, 64]",
        "learning_rate=0.001 optimizer=sgd momentum=0.9 conv_filters=[32, 64, 64]",
        "learning_rate=0.001 optimizer=rmsprop momentum=0.0 conv_filters=[32, 64, 64]",
        "learning_rate=0.001 optimizer=adam conv_filters=[8]",
        "learning_rate=0.001 optimizer=adam layers=[flatten, {dense: 10}]",
      ])
    let labels = """
      adversarial: {method: nsl, adv_step_size: 0.5}
      sweep:
        - {}
        - grid: {adversarial: [{label: weak, method: nsl, adv_step_size: 0.1}]}
        - grid: {architecture: [{label: small, conv_filters: [8]}]}
      """
    #expect(
      try points(labels) == [
        "adversarial=nsl architecture=spec", "adversarial=weak architecture=spec",
        "adversarial=nsl architecture=small",
      ])
  }

  @Test func `is called by its label where it has one`() throws {
    let spec = try load(
      """
      sweep:
        grid:
          architecture:
            - {label: small, conv_filters: [8]}
            - {label: mlp, layers: [flatten, {dense: 32}, {dense: 10}]}
      """)
    #expect(points(spec) == ["architecture=small", "architecture=mlp"])
    #expect(spec.points[1].settings.models[0].architecture.network == nil)
    #expect(
      refusal("sweep: {grid: {adversarial: [\(none), {label: a, method: nsl}, \(weak)]}}")
        == ["this value of `adversarial` has no `label`, and others have one"])
    #expect(
      refusal(
        "sweep: {grid: {adversarial: [{label: a, method: nsl},"
          + " {label: a, method: nsl, adv_step_size: 1}]}}")
        == ["two values of `adversarial` are called `a`"])
    #expect(
      refusal("sweep: {grid: {adversarial: [\(none), {label: none, method: nsl}]}}")
        == ["two values of `adversarial` are called `none`"])
    // The spec's own section has no label that another could have.
    #expect(
      try points(
        "adversarial: {method: nsl, adv_step_size: 0.5}\n"
          + "sweep: [{grid: {adversarial: [{label: nsl, method: nsl}]}}, {}]")
        == ["adversarial=nsl", ""])
  }

  @Test func `may be the training or the network, with sections in it`() throws {
    #expect(
      try points(
        """
        sweep:
          grid:
            hparams:
              - {epochs: 2, optimizer: {name: sgd, momentum: 0.9}}
              - {epochs: 2, optimizer: adam, schedule: {name: cosine, alpha: 0.1}}
              - {epochs: 2, early_stopping: {patience: 3}}
        """)
        == [
          "optimizer=sgd momentum=0.9 schedule=constant early_stopping=none",
          "optimizer=adam schedule=cosine alpha=0.1 early_stopping=none",
          "optimizer=adam schedule=constant early_stopping=on patience=3",
        ])
    #expect(
      try points(
        "sweep: {grid: {architecture: [{conv_filters: [8], num_fc_units: [10]},"
          + " {conv_filters: [8]}, {layers: [flatten, dense: 10]}]}}")
        == [
          "conv_filters=[8] num_fc_units=[10]", "conv_filters=[8] num_fc_units=[64]",
          "layers=[flatten, {dense: 10}]",
        ])
    #expect(
      try points(
        "hparams: {optimizer: {name: sgd, momentum: 0.5}}\n"
          + "sweep: {grid: {hparams.optimizer: [sgd, {name: sgd, momentum: 0.9}, adam]}}")
        == ["optimizer=sgd momentum=0.5", "optimizer=sgd momentum=0.9", "optimizer=adam"])
  }

  @Test func `of a model takes the place of the document's`() throws {
    let spec = try load(
      """
      adversarial: {method: nsl, adv_multiplier: 0.5}
      models: {a: {}, b: {adversarial: none}}
      sweep:
        grid:
          models.a.adversarial: [none, \(weak), {inherit: true, adv_step_size: 0.2}]
      """)
    #expect(
      points(spec) == [
        "adversarial=none", "adversarial=nsl adv_step_size=0.1 adv_multiplier=0.2",
        "adversarial=nsl adv_step_size=0.2 adv_multiplier=0.5",
      ])
    let multipliers = spec.points.map {
      ($0.settings.models[0].adversarial.method as? NSL)?.advMultiplier
    }
    #expect(multipliers == [nil, 0.2, 0.5])
  }

  @Test func `meets other axes and conditions`() throws {
    let grid = "adversarial: [\(none), \(weak), \(strong)], hparams.epochs: [1, 2]"
    #expect(
      try points(
        "sweep: {grid: {\(grid)}, where: \"adversarial == 'none' or adv_step_size > 0.2\"}"
      )
      .count == 4)
    #expect(
      try points(
        "adversarial: {method: nsl}\n"
          + "sweep: [{grid: {adversarial: [\(none), \(weak)]}},"
          + " {grid: {adversarial.adv_step_size: [0.1, 0.5]}}]")
        == [
          "adversarial=none", "adversarial=nsl adv_step_size=0.1",
          "adversarial=nsl adv_step_size=0.5",
        ])
  }

  @Test func `is fixed by an override of the whole, and changed by one of a setting`() throws {
    let text = "dataset: mnist\nsweep: {grid: {adversarial: [\(none), \(weak)]}}"
    func changed(_ argument: String) throws -> [String] {
      let spec = try SpecLoader.load(
        text: text, name: "t.yaml", overrides: [SpecOverride(.set, argument)])
      return points(spec)
    }
    #expect(try changed("adversarial={method: nsl, adv_step_size: 0.5}") == [""])
    #expect(
      try changed("adversarial.adv_step_size=0.5")
        == ["adversarial=none", "adversarial=nsl adv_step_size=0.5"])
  }

  @Test func `is checked beside mistakes of other sections`() {
    let found = refusal(
      "hparams: {epochs: '2'}\n"
        + "sweep: {grid: {architecture.pool_size: [[2, 2], [9, 9]], adversarial: [none, \(weak)]}}")
    #expect(found.count == 2)
    #expect(found.contains { $0.hasPrefix("`epochs` must be") })
    #expect(found.contains { $0.hasPrefix("conv2d #2: kernel 3x3 is larger") })
  }

  @Test func `shows its mistakes where they stand`() throws {
    var snapshot = ""
    for values in [
      "[none, {method: nsl, adv_step_siz: 0.1}]", "[none, {adv_step_size: 0.1}]",
      "[none, {method: nls}]", "[none, {method: nsl, adv_multiplier: -1}]", "[nsl, none]",
      "[none, {method: nsl, inherit: 3}]", "[none, {method: nsl, inherits: true}]",
      "[none, {method: nsl, label: a b}]", "none", "{method: nsl}",
    ] {
      let found = mistakes("dataset: {name: mnist}\nsweep:\n  grid:\n    adversarial: \(values)\n")
      #expect(found != "", "\(values)")
      snapshot += "\(found)\n"
    }
    try expectSnapshot(snapshot, named: "section-sweep.txt")
  }
}
