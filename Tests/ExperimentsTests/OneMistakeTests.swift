import Experiments
import Settings
import FoundationEssentials
import Testing
import YAML

@Suite struct `One mistake` {
  /// Entries of the list of wrong specs that have two, each of which would be wrong alone.
  private static let withTwo: Set<String> = [
    "sweep: {grid: {hparams.epochs: [1, 0, x]}}",
    "sweep: {grid: {architecture.pool_size: [[2, 2], [4, 4]], architecture.kernel_size: [[3, 3], [6, 6]]}}",
  ]

  private func whole(_ lines: String) -> String {
    lines.hasPrefix("dataset") || lines.hasPrefix("-")
      ? lines : "dataset: {name: mnist}\n" + lines
  }

  private func errors(_ text: String) -> [Diagnostic] {
    do {
      _ = try SpecLoader.load(text: text, name: "t.yaml")
      return []
    } catch {
      return (error as? DiagnosticsError)?.diagnostics ?? []
    }
  }

  @Test func `of the list of wrong specs gives one error`() {
    for lines in specsWithMistakes {
      let found = errors(whole(lines))
      let expected = Self.withTwo.contains(lines) ? 2 : 1
      #expect(found.count == expected, "\(lines)\n\(found.map(\.message))")
    }
  }

  /// What follows from a mistake is none of its own.
  @Test(arguments: [
    "hparams: {optimizer: {name: adm, momentum: 0.9}}",
    "hparams: {optimizer: {nme: sgd, momentum: 0.9}}",
    "hparams: {schedule: {name: cosin, decay_steps: 5}}",
    "hparams: {schedule: {name: step, step_size_epochs: x}}",
    "hparams: {schedule: {name: exponential, decay_step: 5, decay_rate: 0.5}}",
    "hparams: {epochs: x, schedule: {warmup_epochs: 10}}",
    "hparams: {schedule: {warmup_epochs: x, warmup_start_factor: 0.1}}",
    "dataset: {nme: mnist}",
    "dataste: {name: mnist}\nsweep: {grid: {hparams.epochs: [1, 2]}}",
    "data: {name: mnist}",
    "dataset: {name: mnist, validation_split: x}\nhparams: {early_stopping: {monitor: val_loss}}",
    "dataset: {name: idx, pth: own}\narchitecture: {input_shape: [28, 28, 1], num_classes: 4}",
    "architecture: {conv_filters: 32, pool_size: [8, 8]}",
    "architecture: {conv_filter: [8, 8]}\nhparams: {epochs: 3}",
    "architecture: {layers: [conv2d: {}, flatten, dense: 10]}",
    "architecture: {layers: [flatten: {name: [a]}, dense: {units: 10, inputs: a}]}",
    "modls: {strong: {}}\neval: {attacks: [{name: fgsm, epsilon: 0.1, source: strong}]}",
    "models: [strong]\neval: {attacks: [{name: fgsm, epsilon: 0.1, source: strong}]}",
    "eval: {attacks: [{name: fgsm, eps: 0.1}]}",
    "eval: {attacks: [{nam: fgsm, epsilon: 0.1}]}",
    "eval: {attacks: [{name: fgsm, epsilon: 0.1}, {name: fgsm, norm: l3, epsilon: 0.1}]}",
    "adversarial: {mehod: nsl, adv_step_size: 0.1}",
    "sweep: {grid: {foo: {bar: [1]}}}",
    "sweep: {grid: {hparams: {epoch: [1, 2]}}}",
    "sweep: {grid: {hparams: {}}}",
    "sweep: {grid: {hparams.epochs: {}}}",
    "sweep: {grid: {hparams.epochs: {min: 1, max: 2, distribution: uniform}}}",
    "sweep: {grid: {hparams.epochs: {values: 3}}}",
    "sweep: {random: {}}",
    "sweep: {random: {samples: 3, parameters: {hparams.epochs: {distribution: uniform}}}}",
    "sweep: {grid: {eval.attacks.fgsm.epsilon: [0.1]}}",
    "eval: {attacks: [{name: fgsm, epsilon: 0.1}]}\nsweep: {grid: {eval.attacks.fgsm.steps: [1, 2]}}",
    "eval: {attacks: [{name: fgsm, epsilon: 0.1}]}\nsweep: {grid: {'eval.attacks[0].epsilon': [1, 2]}}",
    "compare: {tolerance: {accuracy: {atol: 0.1}}}",
  ])
  func `gives one error, not those that follow from it`(lines: String) {
    let found = errors(lines.hasPrefix("data") ? lines : whole(lines))
    #expect(found.count == 1, "\(found.map(\.message))")
  }

  /// Both mistakes of a spec are said at once, not one after the other is mended.
  @Test(arguments: [
    "hparms: {epochs: 0}", "sweep: {random: {samples: 0, parameters: {hparams.epoch: [1, 2]}}}",
    "eval: {attacks: [{name: fgsm, epsilom: x}]}", "swep: {grid: {hparams.epoch: [1, 2]}}",
    "models: {a: {hparam: {epochs: 0}}}",
  ])
  func `hides no other`(lines: String) {
    #expect(errors(whole(lines)).count == 2, "\(errors(whole(lines)).map(\.message))")
  }

  // MARK: Mistakes made by the test

  private func flow(_ node: Node) -> String {
    switch node.content {
    case .scalar(let scalar):
      scalar.style == .plain ? scalar.text : "'" + scalar.text.replacing("'", with: "''") + "'"
    case .sequence(let items): "[" + items.map(flow).joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{" + entries.map { "\(flow($0.key)): \(flow($0.value))" }.joined(separator: ", ") + "}"
    }
  }

  private func scalar(_ text: String, like node: Node) -> Node {
    Node(.scalar(Scalar(text)), at: node.range)
  }

  /// The node with one thing in it made wrong, in every way.
  private func damaged(_ node: Node, _ path: [String]) -> [(what: String, node: Node)] {
    var all: [(what: String, node: Node)] = []
    switch node.content {
    case .scalar: break
    case .sequence(let items):
      for (index, item) in items.enumerated() {
        for (what, changed) in damaged(item, path + ["\(index)"]) {
          var items = items
          items[index] = changed
          all.append((what, Node(.sequence(items), at: node.range)))
        }
      }
    case .mapping(let entries):
      for (index, entry) in entries.enumerated() {
        let name = entry.key.scalar?.text ?? ""
        let whole = path + [name]
        func add(_ what: String, _ entry: Node.Entry) {
          var entries = entries
          entries[index] = entry
          all.append((what, Node(.mapping(entries), at: node.range)))
        }
        // Names of the user's own are right, whatever they are; who names them is wrong then.
        if path != ["models"], path.last != "layers", name != "name" || path.first != "architecture"
        {
          add(
            "\(whole.joined(separator: "/")): key `\(name)x`",
            Node.Entry(key: scalar(name + "x", like: entry.key), value: entry.value))
        }
        let wrong: [String] =
          switch entry.value.content {
          case .scalar: ["[[]]", "{a: {b: c}}"]
          case .sequence: ["17"]
          case .mapping: ["17", "[17]"]
          }
        for text in wrong where name != "models" || path != [] {
          let value = YAMLDocument(SourceText(name: "w", text: text)).root ?? entry.value
          add(
            "\(whole.joined(separator: "/")): value \(text)",
            Node.Entry(key: entry.key, value: value))
        }
        for (what, changed) in damaged(entry.value, whole) {
          add(what, Node.Entry(key: entry.key, value: changed))
        }
      }
    }
    return all
  }

  private func rightSpecs() throws -> [String] {
    let blocks = try text(of: "docs/spec.md").split(separator: "```yaml\n").dropFirst().map {
      String($0.split(separator: "```").first ?? "")
    }
    return blocks.map { $0.contains("dataset:") ? $0 : "dataset: {name: mnist}\n" + $0 }
      + [try text(of: "experiments/mnist-sweep.yaml")]
  }

  @Test func `made anywhere in the examples of docs/spec.md gives one error`() throws {
    var (count, wrong) = (0, 0)
    for spec in try rightSpecs() {
      let root = try #require(YAMLDocument(SourceText(name: "r", text: spec)).root)
      #expect(errors(flow(root)).isEmpty, "\(flow(root))")
      for (what, node) in damaged(root, []) {
        let found = errors(flow(node))
        count += 1
        if !found.isEmpty { wrong += 1 }
        #expect(
          found.count <= 1, "\(what) in \(flow(node)): \(found.map(\.message))")
      }
    }
    print("\(wrong) of \(count) damaged specs are wrong, each with one error")
    #expect(wrong > 400)
  }
}
