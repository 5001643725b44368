import TestSupport
import Testing

@Suite struct `Help on a word` {
  @Test(
    arguments: [
      ("key", "hparams.learning_rate"), ("key-of-attacks", "eval.attacks.steps"),
      ("key-of-layers", "architecture.layers.dense.units"), ("section", "hparams.early_stopping"),
      ("document", "seeds"), ("attack", "pgd"), ("method", "nsl"), ("optimizer", "adam"),
      ("layer", "conv2d"), ("dataset", "mnist"), ("ambiguous", "epsilon"),
      ("ambiguous-word", "momentum"), ("topic-and-section", "sweep"),
    ])
  func `says type, default, meaning and an example`(name: String, word: String) async throws {
    let ending = try await Sandbox().run("help", word)
    #expect(ending.status == 0, "\(ending)")
    #expect(ending.error.isEmpty)
    for line in ending.output.split(separator: "\n") where !line.contains("hparams.learning_rate:")
    {
      #expect(line.count <= 80, "\(line)")
    }
    try expectSnapshot(ending.output, named: "help-word-\(name).txt")
  }

  @Test func `takes the last part of a path, words with blanks, positions and labels`() async throws
  {
    let sandbox = try Sandbox()
    for (word, path) in [
      ("learning_rate", "hparams.learning_rate"),
      ("hparams learning_rate", "hparams.learning_rate"),
      ("eval.attacks.0.steps", "eval.attacks.steps"),
      ("eval.attacks.pgd.steps", "eval.attacks.steps"),
      ("models.strong.hparams.epochs", "hparams.epochs"),
    ] {
      let ending = try await sandbox.shell("nsl-run help \(word)")
      #expect(ending.output.hasPrefix("\(path)\n"), "\(word): \(ending)")
    }
  }

  @Test(arguments: ["overrides", "resume", "results", "exit-status", "environment"])
  func `may be a topic`(topic: String) async throws {
    let ending = try await Sandbox().run("help", topic)
    #expect(ending.status == 0, "\(ending)")
    try expectSnapshot(ending.output, named: "help-topic-\(topic).txt")
    let other = try await Sandbox().run("help", topic.uppercased().replacing("-", with: "_"))
    #expect(other.output == ending.output)
  }

  @Test func `may be a command`() async throws {
    let sandbox = try Sandbox()
    for command in ["run", "data fetch", "list"] {
      let help = try await sandbox.shell("nsl-run help \(command)")
      let option = try await sandbox.shell("nsl-run \(command) --help")
      #expect(help.output.split(separator: "\n") == option.output.split(separator: "\n"))
    }
    for (words, same) in [("help --help", "help help"), ("help plan --help", "help plan")] {
      let (one, other) = (
        try await sandbox.shell("nsl-run \(words)"), try await sandbox.shell("nsl-run \(same)")
      )
      #expect(one.output == other.output && one.status == 0)
    }
    let all = try await sandbox.run("help")
    #expect(all.output.contains("SUBCOMMANDS:"))
    try expectSnapshot(try await sandbox.run("help", "help").output, named: "help-help.txt")
  }

  @Test func `that is unknown suggests one`() async throws {
    let sandbox = try Sandbox()
    for (word, suggestion) in [
      ("learningrate", "did you mean `nsl-run help learning_rate`?"),
      ("hlep", "did you mean `nsl-run help help`?"), ("pdg", "did you mean `nsl-run help pgd`?"),
      ("lr", "did you mean `nsl-run help learning_rate`?"),
      ("zzzzzzz", "`nsl-run help` lists the commands"),
    ] {
      let ending = try await sandbox.run("help", word)
      #expect(ending.status == 2)
      #expect(ending.error.contains(suggestion), "\(ending)")
    }
  }

  @Test func `tells a word of a topic, and terms, columns and options`() async throws {
    let sandbox = try Sandbox()
    for (word, start) in [
      ("files", "files: a value of dataset.name\n"), ("point", "point\n"), ("specs", "spec\n"),
      ("stage", "stage\n"), ("accuracy", "accuracy: a column of results.csv\n"),
      ("accuracy_sd", "accuracy_sd: a column of summary.csv\n"),
      ("jobs", "-j, --jobs <n>: an option of run, plan\n"),
      ("--jobs", "-j, --jobs <n>: an option of run, plan\n"),
      ("status", "OVERVIEW: Show where an experiment is"), ("exit", "EXIT STATUS\n"),
    ] {
      let ending = try await sandbox.run("help", word)
      #expect(ending.status == 0)
      #expect(ending.output.hasPrefix(start), "\(ending)")
      for line in ending.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }
  }
}
