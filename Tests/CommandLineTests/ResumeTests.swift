import FoundationEssentials
import Glibc
import Synchronization
import Testing

@Suite struct `A training that is interrupted` {
  /// Of some seconds, with moments, moving averages, the best epoch's weights and kept weights.
  private static let spec = """
    experiment: long
    dataset: { name: synthetic-digits, train_limit: 300, test_limit: 60, validation_split: 0.1 }
    architecture: { input_shape: [28, 28, 1], num_classes: 10, conv_filters: [4], num_fc_units: [8] }
    hparams:
      epochs: 60
      batch_size: 16
      schedule: { name: cosine }
      checkpoint_every: 7
      early_stopping: { patience: 60, restore_best: true }
    adversarial: { method: nsl, adv_step_size: 0.2, adv_grad_norm: infinity }
    models: { robust: {} }
    eval: { attacks: [{ name: fgsm, epsilon: 0.1 }] }

    """

  /// All that is promised to be the same bytes.
  private static func products(_ sandbox: Sandbox) throws -> [String: Data] {
    let names = sandbox.files(below: "results/long").filter {
      $0.hasSuffix(".csv") && $0 != "timings.csv" || $0.hasSuffix(".safetensors")
    }
    return try Dictionary(
      uniqueKeysWithValues: names.map {
        ($0, try Data(contentsOf: URL(filePath: sandbox.path("results/long/" + $0))))
      })
  }

  private static let undisturbed = Task {
    let sandbox = try Sandbox()
    try sandbox.write(spec, to: "long.yaml")
    let ending = try await sandbox.run("long.yaml", "--quiet")
    try #require(ending.status == 0, "\(ending)")
    return try products(sandbox)
  }

  enum Way: CaseIterable {
    case controlC
    case termination
    case deathOfWorker
    case deathOfAll

    func end(_ parent: pid_t, _ workers: [pid_t]) {
      switch self {
      case .controlC: kill(parent, SIGINT)
      case .termination: for process in workers + [parent] { kill(process, SIGTERM) }
      case .deathOfWorker: kill(workers[0], SIGKILL)
      case .deathOfAll: for process in [parent] + workers { kill(process, SIGKILL) }
      }
    }
  }

  /// The instructions of another kind of machine, where this one has them, too.
  private static let others: [String: String] = {
    let processor = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    return processor.contains(" avx512f ") && processor.contains(" avx2 ")
      ? ["NSL_INSTRUCTION_SET": "avx2"] : [:]
  }()

  @Test(arguments: Way.allCases)
  func `goes on inside, also with other instructions, to the same bytes`(way: Way) async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Self.spec, to: "long.yaml")
    let seed = UInt64.random(in: 0..<1 << 32)
    let random = Mutex(seed)
    // Each time at another moment after the first snapshot.
    for round in 0..<3 {
      let ending = try await sandbox.run(
        "long.yaml", "--jobs", "1", "--retries", "0",
        environment: ["NSL_SAVE_SECONDS": "0.01"].merging(round == 1 ? Self.others : [:]) { $1 },
        watching: { parent in
          let workers = Processes.workers(of: parent)
          let isSaved = sandbox.files(below: "results/.store/unfinished").contains {
            $0.hasSuffix("/training")
          }
          let isTime = random.withLock { state in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 60 == 0
          }
          guard isSaved, isTime, !workers.isEmpty else { return false }
          way.end(parent, workers)
          return true
        })
      #expect(
        ending.status == (way == .deathOfAll ? 128 + SIGKILL : way == .deathOfWorker ? 1 : 130),
        "round \(round), seed \(seed): \(ending)")
    }
    let again = try await sandbox.run("long.yaml", "--quiet")
    #expect(again.status == 0, "\(again)")
    let logs = try sandbox.files(below: "results/.store").filter { $0.hasSuffix("/log.txt") }
      .map { try sandbox.read("results/.store/" + $0) }
    #expect(logs.count { $0.contains("goes on in epoch ") } == 1, "seed \(seed): \(logs)")
    let (found, expected) = (try Self.products(sandbox), try await Self.undisturbed.value)
    #expect(found.keys.sorted() == expected.keys.sorted())
    for (name, content) in expected { #expect(found[name] == content, "\(name), seed \(seed)") }
    #expect(expected.keys.contains { $0.hasSuffix("epoch-0056.safetensors") })
    #expect(sandbox.files(below: "results/.store/unfinished").isEmpty)
  }

  /// The fourth digit from the right has the bit of SIGTERM.
  @Test func `has a worker that ends at once where it has nothing to do`() async throws {
    let sandbox = try Sandbox()
    let ending = try await sandbox.shell(
      """
      mkfifo requests
      nsl-run worker < requests & worker=$!
      exec 3> requests
      until grep -q 'SigCgt:.*[4567cdef]...$' /proc/$worker/status; do sleep 0.05; done
      kill -TERM $worker
      wait $worker || echo status $?
      """)
    #expect(ending.output == "status 3\n", "\(ending)")
  }
}
