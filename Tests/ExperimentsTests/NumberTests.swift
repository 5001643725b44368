import Experiments
import Settings
import FoundationEssentials
import Testing
import YAML

/// Numbers of a spec may be any: none of them ends the program.
///
/// A trap would end the tests, too, so that they run in processes of their own.
@Suite struct `Numbers of a spec` {
  @Test func `at the edge of what there is are refused or planned, never a trap`() async {
    await #expect(processExitsWith: .success) {
      for text in specsWithExtremeNumbers {
        FuzzedFront.exercise(Array(("dataset: {name: mnist}\n" + text).utf8))
        FuzzedFront.exercise(Array(text.utf8))
      }
    }
  }

  @Test func `drawn at random from the extremes are refused or planned, never a trap`() async throws
  {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("random specs with extreme numbers: seed \(seed)")
    try await withFolder([:]) { folder in
      // What was read last, for there is nobody left to say it.
      let last = folder.appending(path: "last.yaml").path
      await #expect(processExitsWith: .success) { [seed = seed as UInt64, last = last as String] in
        var specs = ExtremeSpecs(seed: seed)
        for _ in 0..<1_000 {
          let text = specs.next()
          try Data(text.utf8).write(to: URL(filePath: last))
          FuzzedFront.exercise(Array(text.utf8))
        }
        try FileManager.default.removeItem(atPath: last)
      }
      if let text = try? Data(contentsOf: URL(filePath: last)) {
        Issue.record("seed \(seed), at the spec\n\(String(decoding: text, as: UTF8.self))")
      }
    }
  }

  @Test func `that are drawn at random are accepted now and then`() {
    var specs = ExtremeSpecs(seed: 1)
    let accepted = (0..<500).count { _ in mistakes(specs.next()).isEmpty }
    #expect(accepted > 10)
  }

  @Test(arguments: [
    (1e300, Int.max), (-1e300, Int.min), (.nan, 0), (.infinity, .max), (2.4, 2), (3.5, 4),
    (9_223_372_036_854_775_808, .max), (-9_223_372_036_854_775_808, .min), (0, 0),
  ])
  func `become whole numbers without a trap`(value: Double, expected: Int) {
    #expect(Int(nearest: value) == expected)
  }

  @Test(arguments: ["bim", "pgd"])
  func `that follow from others stay within single precision`(attack: String) async {
    let text =
      "dataset: {name: mnist}\neval: {attacks: [{name: \(attack), epsilon: 3.4028235e38, steps: 1}]}"
    #expect(mistakes(text).isEmpty)
    await #expect(processExitsWith: .success) { [text = text as String] in
      FuzzedFront.exercise(Array(text.utf8))
    }
  }

  @Test func `are said rightly where single precision does not hold them`() {
    #expect(
      mistakes(
        "dataset: {name: mnist}\nhparams: {schedule: {name: exponential, decay_epochs: 1e300}}"
      )
      .contains(
        "`decay_epochs` must be a number > 0 in single precision, where the number 1e300 is"
          + " infinite"))
    #expect(
      mistakes(
        "dataset: {name: mnist}\nsweep: {grid: {hparams.learning_rate: {min: 1, max: 2, step: 1e-300}}}"
      ).contains("`step` must be a number > 0 in single precision, where the number 1e-300 is 0"))
    #expect(
      mistakes("dataset: {name: mnist, validation_split: 0.99999999999}").contains("is 1"))
  }

  @Test func `that are missing, or in the form of others, are met with advice`() throws {
    let empty = try load("hparams:\n  epochs:\n  batch_size: null\n").warnings
    #expect(empty.map(\.message) == ["`epochs` has no value and counts as not given"])
    for (line, advice) in [
      ("seeds: 1,2,3", "write `[1, 2, 3]`"), ("architecture: {conv_filters: 32}", "write `[32]`"),
    ] {
      #expect(mistakes("dataset: {name: mnist}\n" + line).contains(advice))
    }
    #expect(mistakes("dataset: {name: mnist, validation_split: 10%}").contains("write `0.1`"))
  }

  @Test func `of a range are whole only as far as they are exact`() {
    let found = mistakes(
      "dataset: {name: mnist}\n"
        + "sweep: {grid: {dataset.train_limit: {min: 1, max: 9223372036854775807, count: 2}}}")
    #expect(found.contains("`max` of a range of integers must be below 1e15"))
  }

  @Test func `of layers are refused where no computer has room for them`() {
    #expect(
      mistakes(
        """
        dataset: {name: idx, path: data}
        architecture: {input_shape: [65536, 65536, 65536], num_classes: 4}
        """
      ).contains("more than 4294967296 values per image"))
    let doubled = (0..<70).map { "concatenate: {inputs: [a\($0), a\($0)], name: a\($0 + 1)}" }
    let layers =
      ["conv2d: {filters: 65536, kernel_size: 1, name: a0}"] + doubled
      + ["global_average_pooling2d", "dense: 10"]
    let found = mistakes(
      "dataset: {name: mnist}\narchitecture: {layers: [\(layers.joined(separator: ", "))]}")
    #expect(found.contains("more than 4294967296 values per image"))
  }

  @Test func `of points and seeds are refused where a plan would take for ever`() {
    let start = "dataset: {name: mnist}\n"
    #expect(
      mistakes(
        start
          + "sweep: {random: {samples: 1000000, parameters: {hparams.learning_rate: {min: 0.1, max: 1}}}}"
      ).contains("`samples` must be at most 200000"))
    #expect(
      mistakes(
        start
          + """
          sweep:
            grid:
              hparams.learning_rate: {min: 0.1, max: 1, count: 1000}
              hparams.weight_decay: {min: 0.1, max: 1, count: 1000}
          """
      ).contains("this spec has 1000000 points; a plan has at most 200000 runs"))
    let many = (0..<64).map {
      "architecture.layers.l\($0).rate: {min: 0.1, max: 0.2, count: 1000000}"
    }
    #expect(
      mistakes(start + "sweep: {grid: {\(many.joined(separator: ", "))}}").contains(
        "1000000000000 points; the limit is 1000000"))
    #expect(
      mistakes(
        start + "seeds: 10000\nsweep: {grid: {hparams.epochs: {min: 1, max: 100, count: 100}}}"
      )
      .contains("100 points and 10000 seeds, 1000000 runs; a plan has at most 200000 runs"))
  }
}

/// Each ended the program, or might have.
let specsWithExtremeNumbers = [
  "dataset: {name: synthetic-digits, train_limit: 9223372036854775807, validation_split: 1.0e-20}",
  "dataset: {name: synthetic-digits, train_limit: 1, validation_split: 1.0e-20}",
  "dataset: {name: synthetic-digits, validation_split: 1.0e-20}",
  "sweep: {grid: {hparams.epochs: [1]}, where: \"1e300 1\"}",
  "sweep: {grid: {hparams.epochs: [1]}, where: \"epochs < 1e19 2\"}",
  "sweep: {random: {samples: 3, parameters: {hparams.epochs: {distribution: q_uniform, min: 1, max: 100000000000000000000}}}}",
  "sweep: {random: {samples: 3, parameters: {hparams.epochs: {distribution: q_uniform, min: 0, max: 9223372036854775807, q: 3}}}}",
  "sweep: {random: {samples: 3, parameters: {hparams.epochs: {min: 0, max: 9223372036854775807}}}}",
  "sweep: {random: {samples: 3, parameters: {hparams.learning_rate: {mu: 1e38, sigma: 1e38}}}}",
  "sweep: {grid: {hparams.epochs: {min: -9223372036854775808, max: 9223372036854775807, count: 2}}}",
  "sweep: {grid: {hparams.learning_rate: {min: 1e-45, max: 3e38, count: 5, scale: log}}}",
  "eval: {attacks: [{name: pgd, epsilon: 1e-45}, {name: bim, epsilon: 1e-45}, {name: pgd, epsilon: 3e38, steps: 1000000}]}",
  "eval: {attacks: [{name: pgd, epsilon: 0.1, targeted: 65535}]}",
  """
  dataset: {name: idx, path: data}
  architecture: {input_shape: [65536, 65536, 65536], num_classes: 4, conv_filters: [65536], kernel_size: [1, 1]}
  """,
  """
  dataset: {name: idx, path: data}
  architecture:
    {input_shape: [1000, 1000, 65536], num_classes: 65536, conv_filters: [65536], kernel_size: [1000, 1000]}
  """,
  """
  architecture:
    layers:
      - conv2d: {filters: 65536, kernel_size: 1, name: a}
      - concatenate: {inputs: [a, a], name: b}
      - concatenate: {inputs: [b, b], name: c}
      - concatenate: {inputs: [c, c], name: d}
      - flatten
      - dense: 65536
      - dense: 10
  """,
  "hparams: {epochs: 1000000, batch_size: 1000000, checkpoint_every: 1000000}",
  "hparams: {schedule: {name: step, step_size: 1000000000}, early_stopping: {patience: 9223372036854775807, start_from_epoch: 9223372036854775807}}",
  "seeds: [9223372036854775807]",
]
