import ArgumentParser
import Files
import Learning
import ONNX
import PlainText
import Runner
import SystemPackage

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write the trained models of a run for other programs: ONNX.",
    discussion: """
      Each model of the run is written to <run>-<model>.onnx, with its weights. The input `images` \
      is float32 [batch, channels, height, width] with pixels in 0...1; the output `logits` is \
      float32 [batch, classes], before softmax. The file's metadata have the names of the classes \
      and say where the model comes from. An existing file is replaced. The same run gives the same \
      bytes.

      EXAMPLES:
        nsl-run export quickstart --onnx                    an experiment of one run
        nsl-run export results/quickstart/runs/000-1f0c9a3b --onnx
        nsl-run export 000-1f0c --onnx --model base --output base.onnx

      EXIT STATUS: 0 done, 1 a model was not trained or is damaged, or a file cannot be written, 2 \
      no such run or model.
      """)

  @Argument(
    help: ArgumentHelp(
      "A run: its folder, its name, or an experiment of one run.", valueName: "run"),
    completion: .file())
  var target: String

  @Flag(help: "As ONNX (operator set 13), the only format so far.")
  var onnx = false

  @Option(
    help: ArgumentHelp("This model only. (default: all models of the run)", valueName: "name"))
  var model: String?

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp(
      "Write to this file. (default: <run>-<model>.onnx)", valueName: "file"),
    completion: .file())
  var output: String?

  @OptionGroup var results: ResultsOptions

  func validate() throws {
    guard onnx else { throw ValidationError("export needs a format: --onnx") }
    if output?.isEmpty == true { throw ValidationError("--output must name a file") }
  }

  func run() throws {
    let run = try WrittenRuns.Run.named(target, in: results.path)
    let models = try WrittenModels(of: run, environment: Console.environment)
    let names = try names(in: models)
    // Nothing is written where one of them cannot be.
    let files = try names.map { name in
      let path = FilePath(output ?? "\(run.name)-\(name).onnx")
      return (path, bytes: try bytes(of: name, in: models))
    }
    for (path, bytes) in files {
      try AtomicFile.write(bytes, to: path)
      Console.output("\(path)\n")
    }
  }

  /// Of the models that are wanted.
  private func names(in models: WrittenModels) throws -> [String] {
    let all = models.names
    guard let model else {
      guard output == nil || all.count == 1 else {
        throw CommandFailure(
          "--output names one file, and the run has \(all.count) models", status: .usage,
          suggestion: "name one with --model: \(all.joined(separator: ", "))")
      }
      return all
    }
    guard all.contains(model) else {
      throw CommandFailure(
        "the run \(models.run.name) has no model `\(model)`", status: .usage,
        suggestion: closest(to: model, among: all).map { "did you mean `\($0)`?" }
          ?? "its models are \(all.joined(separator: ", "))")
    }
    return [model]
  }

  private func bytes(of name: String, in models: WrittenModels) throws -> [UInt8] {
    do {
      return try ONNXModel(
        models.checkpoint(of: name),
        origin: ONNXModel.Origin(
          experiment: models.run.experiment, run: models.run.name, model: name,
          dataset: models.dataset, classNames: models.classNames, specDigest: models.specDigest,
          programVersion: NSLRun.version)
      ).encoded()
    } catch let problem as WrittenModels.NotTrained {
      throw CommandFailure(
        "the model `\(name)` of the run \(models.run.name) has no weights: \(problem.reason)",
        status: .failedRuns, suggestion: "see \(problem.log)")
    } catch let error as CheckpointError {
      throw CommandFailure(
        error.description, status: .failedRuns,
        suggestion: "run the spec again: what is damaged is done again")
    } catch let error as ONNXError {
      throw CommandFailure("the model `\(name)` \(error.message)", status: .failedRuns)
    }
  }
}
