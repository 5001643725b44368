import Results

/// A page of `nsl-run help` that is neither a command nor a key of specs.
package enum HelpTopic: String, CaseIterable {
  case overrides
  case sweep
  case resume
  case results
  case exitStatus = "exit-status"
  case environment

  /// - Parameter word: Its name.
  package init?(_ word: String) {
    guard let topic = HelpTopic(rawValue: Self.plain(word)) else { return nil }
    self = topic
  }

  /// - Parameter word: Another word for it, which may mean something else, too.
  package init?(alias word: String) {
    let topics: [String: HelpTopic] = [
      "override": .overrides, "key=value": .overrides, "sweeps": .sweep, "grid-search": .sweep,
      "store": .resume, "cache": .resume, "resuming": .resume, "files": .results,
      "exit": .exitStatus, "exit-code": .exitStatus, "exit-codes": .exitStatus,
      "status": .exitStatus, "variables": .environment, "env": .environment,
    ]
    guard let topic = topics[Self.plain(word)] else { return nil }
    self = topic
  }

  private static func plain(_ word: String) -> String {
    word.lowercased().replacing("_", with: "-")
  }

  /// All of them, a line each.
  package static let list = allCases.map { "  \($0.rawValue.padded(to: 13))\($0.summary)" }
    .joined(separator: "\n")

  /// One line.
  private var summary: String {
    switch self {
    case .overrides: "change a spec on the command line"
    case .sweep: "vary settings: grids, lists, random search"
    case .resume: "what is stored, and what runs again"
    case .results: "the files that a run writes"
    case .exitStatus: "what the exit status means"
    case .environment: "variables that the program reads"
    }
  }

  package var text: String {
    switch self {
    case .overrides:
      """
      OVERRIDES: change a spec on the command line

        nsl-run my-spec.yaml epochs=3 optimizer=sgd momentum=0.9
        nsl-run my-spec.yaml 'conv_filters=[8, 16]' experiment=small
        nsl-run my-spec.yaml eval.attacks.pgd.steps=100
        nsl-run my-spec.yaml 'seeds=[1, 2, 3]' fallback=null
        nsl-run my-spec.yaml --sweep learning_rate=0.001,0.01

      The value is YAML: a mapping is merged into the one of the spec, a list or a
      single value replaces it, null deletes it. The last part of a path is enough
      where no other path ends with it: `epochs` is `hparams.epochs`.

      --sweep adds an axis to the grid of the sweep. A value that is set does not
      vary any more.

      run, plan, validate and explain take overrides. `nsl-run plan` shows what they
      do, `nsl-run help KEY` explains a key.

      """
    case .sweep:
      """
      SWEEP: vary settings from run to run

        sweep:
          grid:                                      every combination
            hparams.learning_rate: [0.001, 0.01]
            adversarial.adv_step_size: { min: 0.1, max: 0.3, count: 3 }
          zip:                                       side by side
            hparams.epochs: [1, 5]
            hparams.batch_size: [128, 32]
          list:                                      written out
            - { hparams.epochs: 1, hparams.batch_size: 32 }
          random:                                    drawn
            samples: 20
            parameters:
              hparams.learning_rate:
                { distribution: log_uniform_values, min: 1e-4, max: 0.1 }
          where: "hparams.epochs < 5"                keeps these points

      A list of such mappings is several sweeps in one. Every point is run with every
      seed. On the command line:

        nsl-run my-spec.yaml --sweep learning_rate=0.001,0.01 --sweep epochs=1,5
        nsl-run my-spec.yaml --sweep 'epochs={min: 1, max: 4, step: 1}'
        nsl-run plan my-spec.yaml                    the runs that come out

      """
    case .resume:
      """
      RESUME: what is stored, and what runs again

        nsl-run my-spec.yaml             Ctrl-C; the same command resumes
        nsl-run plan my-spec.yaml        what is stored, what would run, and why
        nsl-run explain my-spec.yaml     the same, stage by stage
        nsl-run list                     all experiments and their state

      A stage is one training or one evaluation. Its result is kept in results/.store
      under a key that is made of everything that decides it: data, network, training,
      attack, seed. A stage whose key is stored does not run again, whichever
      experiment it ran for. Names, comments and the order of keys do not matter.

      A training or evaluation that was interrupted goes on inside: Ctrl-C saves it,
      and it saves itself every 30 seconds. The result is the same.

      """
    case .results:
      """
      RESULTS: the files that a run writes

        results/EXPERIMENT/
          results.csv      one row for each point, seed, model and attack
          summary.csv      mean, deviation and interval over the seeds
          results.json     both, the plan, the machine, and why something failed
          timings.csv      how long each training and evaluation took
          report.html      all of it as a page: answer, curves, images, verdicts
          tensorboard/, mlruns/   with `--tensorboard` and `--mlflow`
          runs/RUN/
            spec.yaml                   the spec of this run, every default filled in
            models/MODEL/history.csv    one row for each epoch
            models/MODEL/model.safetensors
            models/MODEL/train.log, evaluate-ATTACK-EPSILON-*.log
            models/MODEL/adversarial-ATTACK-EPSILON-*.npz   images, with `keep: true`
            images/ATTACK-EPSILON-*.png clean and attacked images
        results/.store/                 what is stored; all experiments share it

        nsl-run list                              all experiments
        nsl-run show quickstart                   the table
        nsl-run show quickstart --sort accuracy --top 5
        nsl-run show quickstart tour              two experiments side by side
        nsl-run show quickstart --attack pgd --example 17   a picture
        nsl-run diff before.csv after.csv         compare two tables

      """
    case .exitStatus:
      """
      EXIT STATUS

        0     done
        1     finished, but some runs failed (they are rows of the tables), or
              something could not be written
        2     the spec, the data or the command line is wrong: nothing was run
        3     diff: a difference beyond tolerance
        4     diff: the tables cannot be read or compared, or rows are missing
        130   interrupted (Ctrl-C); the same command resumes

      EXAMPLE:
        nsl-run my-spec.yaml && nsl-run diff my-spec.yaml

      """
    case .environment:
      """
      ENVIRONMENT: variables that the program reads

        NSL_DATA_DIR         your own copies of datasets, a folder each
        KERAS_HOME           Keras's folder, instead of ~/.keras
        NSL_CACHE_DIR        where downloaded datasets are kept
        XDG_CACHE_HOME       the same, as its folder nsl-run (default: ~/.cache)
        NSL_INSTRUCTION_SET  avx512, avx2 or generic: what to compute with, instead
                             of the best there is; the numbers are the same
        NO_COLOR             no colors
        TERM=dumb            no colors and no live display
        GITHUB_STEP_SUMMARY  set by GitHub: diff adds its Markdown to this file

      EXAMPLE:
        NSL_DATA_DIR=~/data nsl-run experiments/mnist-sweep.yaml

      """
    }
  }
}
