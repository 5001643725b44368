import ArgumentParser
import Help
import Experiments
import Files
import Runner
import SystemPackage
import YAML

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a commented spec to start from, ready to run.",
    discussion: """
      Two models on digits that the program draws itself: nothing is downloaded, and a run takes \
      seconds. A file that exists is never overwritten.

      EXAMPLES:
        nsl-run init                  writes my-experiment.yaml
        nsl-run init robust           writes robust.yaml
        nsl-run init specs/robust     in a folder that exists
      """)

  @Argument(help: "The experiment, which names the file NAME.yaml.")
  var name = "my-experiment"

  func run() throws {
    let ending = [".yaml", ".yml"].first { name.hasSuffix($0) }
    let path = FilePath(ending == nil ? name + ".yaml" : name)
    let stem = path.stem ?? ""
    do {
      _ = try SpecLoader.load(text: Self.spec(stem), name: path.string)
    } catch let error as DiagnosticsError {
      // The text is ours: only its name can be wrong.
      throw CommandFailure(
        error.diagnostics.first?.message ?? "`\(stem)` cannot be an experiment's name",
        status: .usage, suggestion: error.diagnostics.first?.suggestion ?? "nsl-run init my-spec")
    }
    guard try FileSystem.information(path, followingLinks: false) == nil else {
      throw CommandFailure(
        "`\(path)` exists already", status: .usage,
        suggestion: "choose another name: `nsl-run init NAME`")
    }
    do {
      try AtomicFile.write(Self.spec(stem), to: path)
    } catch {
      throw CommandFailure(error.message, status: .usage)
    }
    let next = HelpPage.table([
      ("nsl-run plan \(path)", "what it would run"),
      ("nsl-run \(path)", "run it, about 10 seconds"),
      ("nsl-run help hparams", "what the keys mean"),
    ])
    Console.output("\(path): written\n\n\(next)")
  }

  /// A commented spec of an experiment of that name.
  private static func spec(_ name: String) -> String {
    """
    # Two models, one with and one without adversarial training, tested against two attacks.
    # The keys: `nsl-run help hparams`, `nsl-run help epochs`, or docs/spec.md.
    experiment: \(name)

    # Digits that the program draws itself. Others: mnist, fashion-mnist, kmnist, cifar10, or your own
    # files (`nsl-run help dataset`).
    dataset:
      name: synthetic-digits
      train_limit: 2000    # the first 2000 images; without this line, all
      test_limit: 500

    # Convolutions, then dense layers. Any other network: `nsl-run help layers`.
    architecture:
      conv_filters: [16, 32]
      num_fc_units: [32]

    hparams:
      epochs: 3
      batch_size: 32
      optimizer: adam      # or sgd, momentum, nesterov, rmsprop, adagrad, adamw
      learning_rate: 0.001

    # How the second model, `adv-regularized`, is trained; the first, `base`, is trained without it.
    adversarial:
      method: nsl
      adv_multiplier: 0.2
      adv_step_size: 0.2
      adv_grad_norm: linf

    # Both models are evaluated on clean images, and against these attacks.
    eval:
      attacks:
        - { name: fgsm, epsilon: 0.1 }
        - { name: pgd, epsilon: 0.1, steps: 10 }

    # What varies from run to run: remove the `# ` of the next three lines to compare two values.
    # sweep:
    #   grid:
    #     adversarial.adv_step_size: [0.1, 0.2]

    seeds: 1               # 3 runs everything with the seeds 0, 1 and 2

    """
  }
}
