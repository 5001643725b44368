import Experiments
import Settings
import TestSupport
import Testing

@Suite struct `A sweep` {
  /// The points of a sweep as `a=1 b=x`; what is empty is left out.
  private func points(_ lines: String) throws -> [String] {
    let spec = try load("adversarial: {method: nsl}\n" + lines)
    return spec.points.map { point in
      zip(spec.axes, point.values).filter { $0.1 != .absent }
        .map { "\($0.column)=\($1)" }.joined(separator: " ")
    }
  }

  @Test func `multiplies the parts of a block, the last fastest`() throws {
    let found = try points(
      """
      sweep:
        list: [{hparams.learning_rate: 0.1}, {hparams.learning_rate: 0.2}]
        zip: {adversarial.adv_grad_norm: [l2, l1], adversarial.adv_step_size: [1, 8]}
        grid: {hparams.epochs: [1, 2]}
      """)
    #expect(
      found == [
        "epochs=1 adv_grad_norm=l2 adv_step_size=1 learning_rate=0.1",
        "epochs=1 adv_grad_norm=l2 adv_step_size=1 learning_rate=0.2",
        "epochs=1 adv_grad_norm=l1 adv_step_size=8 learning_rate=0.1",
        "epochs=1 adv_grad_norm=l1 adv_step_size=8 learning_rate=0.2",
        "epochs=2 adv_grad_norm=l2 adv_step_size=1 learning_rate=0.1",
        "epochs=2 adv_grad_norm=l2 adv_step_size=1 learning_rate=0.2",
        "epochs=2 adv_grad_norm=l1 adv_step_size=8 learning_rate=0.1",
        "epochs=2 adv_grad_norm=l1 adv_step_size=8 learning_rate=0.2",
      ])
  }

  @Test func `unites blocks, and shows what the spec has where a point sets nothing`() throws {
    let found = try points(
      """
      hparams: {epochs: 7}
      sweep:
        - grid: {hparams.epochs: [1, 2]}
        - list: [{hparams.batch_size: 16}, {adversarial.pgd_epsilon: 0.5, hparams.epochs: 2}]
        - {}
      """)
    #expect(
      found == [
        "epochs=1 batch_size=32", "epochs=2 batch_size=32", "epochs=7 batch_size=16",
        "epochs=2 batch_size=32 pgd_epsilon=0.5", "epochs=7 batch_size=32",
      ])
  }

  @Test func `runs equal points once, however they are written`() throws {
    let spec = try load(
      """
      adversarial: {method: nsl}
      sweep:
        - grid: {adversarial.adv_grad_norm: [linf, l2], hparams.learning_rate: [0.001]}
        - grid: {adversarial.adv_grad_norm: [infinity, l1], hparams.learning_rate: [1e-3]}
        - list: [{hparams.optimizer: momentum}, {hparams.optimizer: {name: sgd, momentum: 0.9}}]
      """)
    #expect(spec.expansion.written == 6)
    #expect(spec.expansion.duplicates == 2)
    #expect(spec.expansion.kept == 4)
    #expect(spec.points.count == 4)
    #expect(plan(spec).runs.count == 4)
    #expect(spec.axes[0].values == [.text("linf"), .text("l2"), .text("l1")])
  }

  @Test func `has no use for a setting that means nothing at a point`() throws {
    let found = try points(
      """
      sweep:
        grid:
          hparams.optimizer.name: [sgd, adam]
          hparams.optimizer.momentum: [0, 0.9]
      """)
    #expect(
      found == [
        "optimizer.name=sgd momentum=0", "optimizer.name=sgd momentum=0.9", "optimizer.name=adam",
      ])
    let methods = try points(
      """
      sweep:
        grid:
          adversarial.method: [none, nsl]
          adversarial.adv_step_size: [0.1, 0.2]
      """)
    #expect(
      methods == ["method=none", "method=nsl adv_step_size=0.1", "method=nsl adv_step_size=0.2"])
    // What is written down for one value of an axis may stay for the others.
    let written = try points(
      """
      hparams: {optimizer: {name: sgd, momentum: 0.9}}
      sweep: {grid: {hparams.optimizer.name: [sgd, adam]}}
      """)
    #expect(written == ["optimizer.name=sgd", "optimizer.name=adam"])
  }

  @Test(arguments: [
    ("{min: 0.05, max: 0.4, count: 4}", "0.05 0.16666666666666666 0.2833333333333333 0.4"),
    ("{min: 0.1, max: 0.5, count: 5}", "0.1 0.2 0.3 0.4 0.5"),
    ("{min: 0.1, max: 0.5, step: 0.1}", "0.1 0.2 0.3 0.4 0.5"),
    ("{min: 0.1, max: 0.45, step: 0.1}", "0.1 0.2 0.3 0.4"),
    ("{min: 1, max: 10, count: 4}", "1 4 7 10"),
    ("{min: 1, max: 10, count: 3}", "1.0 5.5 10.0"),
    ("{min: 1e-4, max: 0.1, count: 4, scale: log}", "0.0001 0.001 0.01 0.1"),
    ("{min: 1, max: 100, step: 10, scale: log}", "1 10 100"),
    ("{min: 0.7, max: 0.9, count: 3}", "0.7 0.8 0.9"),
    ("{min: 0.002, max: 0.004, count: 3, scale: log}", "0.002 0.00282842712474619 0.004"),
  ])
  func `has ranges that end where they say, in clean numbers`(
    range: String, expected: String
  ) throws {
    let values = try load("sweep: {grid: {hparams.learning_rate: \(range)}}").axes[0].values
    #expect(values.map(\.description).joined(separator: " ") == expected)
  }

  @Test func `has ranges of any size with exact ends`() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix64(seed: seed)
    for _ in 0..<200 {
      let low = Double(Int.random(in: 1...999, using: &random)) / 1000
      let high = low + Double(Int.random(in: 1...9999, using: &random)) / 1000
      let count = Int.random(in: 2...40, using: &random)
      let scale = Bool.random(using: &random) ? "linear" : "log"
      let spec = try load(
        """
        sweep:
          zip: {hparams.learning_rate: {min: \(low), max: \(high), count: \(count), scale: \(scale)}}
        """)
      let values = spec.points.map { $0.settings.models[0].training.learningRate }
      #expect(values.count == count, "seed \(seed)")
      #expect(values.first == low && values.last == high, "seed \(seed)")
      #expect(zip(values, values.dropFirst()).allSatisfy { $0 < $1 }, "seed \(seed)")
    }
  }

  @Test(arguments: [
    ("epochs > 2", "3 4"), ("1 < epochs <= 3", "2 3"), ("epochs in [1, 4]", "1 4"),
    ("epochs not in [1, 4]", "2 3"), ("not epochs == 2", "1 3 4"), ("epochs % 2 == 0", "2 4"),
    ("epochs ** 2 - 2 ** 2 ** 1 < 1", "1 2"), ("-epochs < -2 or epochs == 1", "1 3 4"),
    ("epochs // 2 == 1 and epochs / 2 > 1", "3"),
    ("hparams.epochs * hparams.batch_size > 90", "3 4"),
    ("(epochs == 1 or epochs == 2) and true", "1 2"), ("abs(epochs - 3) <= max(0, 1)", "2 3 4"),
    ("len(conv_filters) + epochs > min([6, 7])", "4"),
    ("hparams.optimizer.name == 'adam'", "1 2 3 4"),
    ("hparams.optimizer != \"adam\" or epochs == 1", "1"),
    ("eval.limit == null and epochs < 2", "1"),
    ("dataset.name == 'mnist' and epochs == 4", "4"), ("-2 ** 2 == -4 and epochs == 1", "1"),
    ("epochs - 1 - 1 == 1", "3"), ("-7 // 2 == -4 and -7 % 3 == 2 and epochs == 2", "2"),
    ("models.a-b.hparams.epochs == 9 and epochs-1 == 0", "1"),
  ])
  func `drops the points that a condition refuses`(condition: String, expected: String) throws {
    let spec = try load(
      """
      hparams: {batch_size: 32}
      models: {a-b: {hparams: {epochs: 9}}, c: {}}
      sweep:
        grid: {hparams.epochs: [1, 2, 3, 4]}
        where: \(condition.contains("\"") || condition.contains("'") ? "|-\n    \(condition)" : "\"\(condition)\"")
      """)
    #expect(spec.points.map { "\($0.values[0])" }.joined(separator: " ") == expected)
    #expect(spec.expansion.droppedByWhere == 4 - spec.points.count)
  }

  @Test func `asks conditions of what a point sets, inside mappings too`() throws {
    let found = try points(
      """
      sweep:
        list:
          - {hparams.optimizer: adam}
          - {hparams.optimizer: {name: sgd, momentum: 0.5}}
          - {hparams.optimizer: {name: sgd, momentum: 0.9}}
        where: "optimizer.name == 'adam' or optimizer.momentum > 0.6"
      """)
    #expect(found == ["optimizer=adam", "optimizer=sgd momentum=0.9"])
  }

  @Test func `has 100,000 points and more`() throws {
    // Without optimization a tenth of them takes as long.
    #if DEBUG
      let (steps, samples) = (5, 300)
    #else
      let (steps, samples) = (50, 3000)
    #endif
    let spec = try load(
      """
      adversarial: {method: nsl}
      sweep:
        - grid:
            adversarial.adv_step_size: {min: 0.001, max: 0.05, count: \(steps)}
            adversarial.adv_multiplier: {min: 0.01, max: 0.5, count: 50}
            adversarial.pgd_iterations: {min: 1, max: 40, count: 40}
          where: "pgd_iterations != 7"
        - random:
            {samples: \(samples), parameters: {hparams.learning_rate: {min: 0.001, max: 0.1}}}
      """)
    let grid = steps * 50 * 40
    #expect(spec.expansion.written == grid + samples)
    #expect(spec.expansion.droppedByWhere == grid / 40)
    #expect(spec.points.count + spec.expansion.duplicates == grid / 40 * 39 + samples)
    #expect(
      spec.points[grid / 40 * 39 - 1].values.prefix(3) == [
        .number(0.05), .number(0.5), .integer(40),
      ])
  }
}
