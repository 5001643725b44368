import Engine
import Experiments
import Settings
import FoundationEssentials
import Learning
import Runner
import Testing

@Suite("A worker's request")
struct WorkerRequestTests {
  private func request(_ title: String) throws -> WorkerRequest {
    let dataset = try JSONDecoder().decode(
      PreparedDataset.self,
      from: Data(
        """
        {"name":"\(DatasetName.syntheticDigits.rawValue)","digest":"synthetic-digits-1",
        "folder":"/data","format":{"height":28,"width":28,"channels":1,"classes":10},
        "isTemporary":false}
        """.utf8))
    return WorkerRequest(
      stage: try smallPlan().stage(title), dataset: dataset, store: "/store", programVersion: "0")
  }

  @Test func `of whatever a spec can say is taken`() throws {
    let text = """
      experiment: all
      dataset: { name: synthetic-digits, train_limit: 1000000000000, test_limit: 1000000000000 }
      architecture: { conv_filters: [65536], num_fc_units: [16384] }
      hparams: { batch_size: 1000000, epochs: 1000000, checkpoint_every: 1000000 }
      adversarial: { method: nsl, adv_multiplier: 0, pgd_iterations: 3, pgd_epsilon: 0.1 }
      models: { base: { adversarial: none }, robust: {} }
      eval:
        limit: 1000000000000
        attacks:
          - { name: fgsm, epsilon: [0, 0.1], source: base }
          - { name: bim, epsilon: 0.1, norm: l2, targeted: 9 }
          - { name: pgd, epsilon: 0.1, restarts: 3, targeted: random }
          - { name: noise-uniform, epsilon: 0.1 }
          - { name: noise-gaussian, epsilon: 0.1, norm: l2 }
      """
    let plan = PlanBuilder.plan(
      try SpecLoader.load(text: text, name: "all.yaml"),
      dataset: ResolvedDataset(name: .syntheticDigits, digest: "synthetic-digits-1"),
      engineRevision: EngineInformation.revision)
    #expect(plan.stages.count == 2 + 2 * 7)
    var request = try request("train base seed=1")
    for stage in plan.stages {
      request.stage = stage
      let bytes = [UInt8](try JSONEncoder().encode(request))
      #expect(try WorkerRequest(decoding: bytes) == request)
    }
  }

  private func refusal(_ request: WorkerRequest) throws -> String {
    let bytes = [UInt8](try JSONEncoder().encode(request))
    let error = #expect(throws: WorkerError.self) { try WorkerRequest(decoding: bytes) }
    return error?.message ?? ""
  }

  @Test(arguments: ["train robust adv_step_size=0.1 seed=1", "evaluate base clean seed=2"])
  func `is read back`(title: String) throws {
    let request = try request(title)
    #expect(
      try WorkerRequest(decoding: [UInt8](try JSONEncoder().encode(request))) == request)
  }

  @Test(arguments: [0, -1, 1025])
  func `of no threads or too many is refused`(threads: Int) throws {
    var request = try request("train base seed=1")
    request.threads = threads
    #expect(try refusal(request).contains("\(threads) threads"))
  }

  @Test(
    arguments: [
      ("", "no request on standard input"), (" \n", "no request on standard input"),
      ("{", "cannot be read: not JSON"), ("{}", "cannot be read: stage: missing"),
      ("{\"stage\":7}", "cannot be read: stage: of another type"), ("\u{0}", "not JSON"),
    ])
  func `that is none says what is wrong with it`(text: String, words: String) {
    let error = #expect(throws: WorkerError.self) {
      try WorkerRequest(decoding: Array(text.utf8))
    }
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
  }

  /// What can be wrong with a training, each with the key that fits.
  private static let trainings: [(String, @Sendable (inout TrainWork) -> Void)] = [
    ("batch_size is 0", { $0.training.batchSize = 0 }),
    ("epochs is -1", { $0.training.epochs = -1 }),
    ("epochs is", { $0.training.epochs = .max }),
    ("checkpoint_every is 0", { $0.training.checkpointEvery = 0 }),
    ("label_smoothing is 1.0", { $0.training.labelSmoothing = 1 }),
    ("train_limit is -64", { $0.dataset.trainLimit = -64 }),
    ("validation_split is -0.5", { $0.dataset.validationSplit = -0.5 }),
    ("architecture", { $0.architecture.inputShape = [] }),
    ("architecture", { $0.architecture.inputShape = [28, 28, -1] }),
    ("architecture", { $0.architecture.numClasses = 0 }),
    (
      "architecture",
      {
        $0.architecture.form = .layers([
          LayerSettings(name: nil, layer: Layer(Flatten()), inputs: [3])
        ])
      }
    ),
    (
      "kernel_size",
      {
        guard case .hparams(var network) = $0.architecture.form else { return }
        network.kernelSize.height = -3
        $0.architecture.form = .hparams(network)
      }
    ),
    (
      "pgd_iterations is -9",
      {
        guard var nsl = $0.adversarial.method as? NSL else { return }
        nsl.pgdIterations = -9
        $0.adversarial = TrainingMethod(nsl)
      }
    ),
  ]

  @Test(arguments: trainings.indices)
  func `of an impossible training is refused`(index: Int) throws {
    let (words, change) = Self.trainings[index]
    var request = try request("train robust adv_step_size=0.1 seed=1")
    guard case .train(var work) = request.stage.work else { return }
    change(&work)
    request.stage.work = .train(work)
    #expect(try refusal(request).contains("impossible: "))
    #expect(try refusal(request).contains(words))
  }

  private static let evaluations: [(String, @Sendable (inout EvaluateWork) -> Void)] = [
    ("batch_size is -16", { $0.batchSize = -16 }), ("limit is 0", { $0.limit = 0 }),
    ("steps is -1", { $0.attack?.method = AttackMethod(PGD(steps: -1)) }),
    ("restarts is 0", { $0.attack?.method = AttackMethod(PGD(restarts: 0)) }),
    ("epsilon is -0.2", { $0.attack?.epsilon = -0.2 }),
    ("clip is [1.0, 0.0]", { $0.attack?.clip = [1, 0] }),
    ("targeted is 10", { $0.attack?.target = .label(10) }),
    ("architecture", { $0.subjectArchitecture.inputShape = [28] }),
    ("different shape", { $0.sourceArchitecture.inputShape = [14, 14, 1] }),
  ]

  @Test(arguments: evaluations.indices)
  func `of an impossible evaluation is refused`(index: Int) throws {
    let (words, change) = Self.evaluations[index]
    let title = try #require(
      try smallPlan().stages.map(\.title).first { $0.hasPrefix("evaluate") && $0.contains("fgsm") })
    var request = try request(title)
    guard case .evaluate(var work) = request.stage.work else { return }
    change(&work)
    request.stage.work = .evaluate(work)
    #expect(try refusal(request).contains(words))
  }

  @Test func `whose key is not that of its settings is refused`() throws {
    var request = try request("train base seed=1")
    guard case .train(var work) = request.stage.work else { return }
    work.seed += 1
    request.stage.work = .train(work)
    #expect(try refusal(request).contains("its key is not that of its settings"))
  }
}
