import Engine
import Glibc
import Learning
import Settings

/// Work that several threads share, beside what as many processes of one thread reach together: more is
/// not to be had on this machine at this moment.
struct SharedWork {
  let name: String
  let make: (ThreadPool) throws -> () -> Void

  /// The work that is measured.
  static var all: [SharedWork] {
    func work(_ name: String, _ make: @escaping (Work) throws -> () -> Void) -> SharedWork {
      SharedWork(name: name) { threads in
        try make(Work(Network.tutorial(), batchSize: 32, threads: threads))
      }
    }
    func attacked(
      _ word: MeasuredAttack, _ model: String, _ count: Int
    ) -> SharedWork {
      SharedWork(name: "\(word.rawValue) on \(model)") { threads in
        let digits = try Digits(count: count)
        let evaluator = try Evaluator(
          subject: try Network.trained(model), attack: word.computation,
          batchSize: EvaluationSettings().batchSize, seed: 1,
          compiled: CompiledModels(limit: 0, threads: threads))
        // About what a worker knows from the attack's settings.
        evaluator.expectedCost = 120
        return {
          do {
            _ = try evaluator.evaluate(digits.split)
          } catch {
            fatalError("an evaluation failed: \(error)")
          }
        }
      }
    }
    return [
      work("plain training step") { try $0.trainingStep(.none) },
      work("NSL training step") { try $0.trainingStep(Work.nsl) },
      work("forward of 10,000 images") { try $0.evaluation(of: 10_000, attack: nil) },
      attacked(.pgd, "adv-regularized", 512), attacked(.apgdCE, "base", 1000),
      attacked(.apgdCE, "adv-regularized", 512),
    ]
  }
}

/// Another process with one thread, which does the same work while it is told to.
private final class Companion {
  private let process: pid_t
  private let commands: Int32
  private let answers: Int32

  init(_ name: String) {
    var (input, output): ([Int32], [Int32]) = ([0, 0], [0, 0])
    guard pipe(&input) == 0, pipe(&output) == 0 else { fatalError("no pipe") }
    for end in input + output { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, input[0], 0)
    posix_spawn_file_actions_adddup2(&actions, output[1], 1)
    let words: [UnsafeMutablePointer<CChar>?] =
      ["nsl-bench", "--companion", name].map { (word: String) in strdup(word) } + [nil]
    var process = pid_t()
    guard posix_spawn(&process, "/proc/self/exe", &actions, nil, words, environ) == 0 else {
      fatalError("no process")
    }
    for word in words { free(word) }
    posix_spawn_file_actions_destroy(&actions)
    close(input[0])
    close(output[1])
    (self.process, commands, answers) = (process, input[1], output[0])
  }

  /// Has it begin, or end.
  func tell() {
    var byte: UInt8 = 0
    write(commands, &byte, 1)
  }

  /// Waits until it is ready; after an end, its seconds per call.
  func answer() -> Double {
    var seconds = 0.0
    guard read(answers, &seconds, 8) == 8 else { fatalError("the companion has died") }
    return seconds
  }

  deinit {
    close(commands)
    close(answers)
    waitpid(process, nil, 0)
  }
}

/// What a companion does.
func runCompanion(_ name: String) throws {
  guard let work = try SharedWork.all.first(where: { $0.name == name })?.make(ThreadPool()) else {
    fatalError("no work \(name)")
  }
  work()
  func say(_ seconds: Double) {
    var seconds = seconds
    write(1, &seconds, 8)
  }
  say(0)
  var byte: UInt8 = 0
  while read(0, &byte, 1) == 1 {
    var calls = 0
    let start = ContinuousClock.now
    var command = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
    while poll(&command, 1, 0) == 0 {
      work()
      calls += 1
    }
    say((ContinuousClock.now - start) / .seconds(1) / Double(max(1, calls)))
    guard read(0, &byte, 1) == 1 else { return }
  }
}

/// Seconds per call alone, in several processes at once and on several threads, in turn: the fastest of
/// 21 rounds each, as other programs may take a processor for some of them.
func printSharing(threads: Int, only: String?) throws {
  print(
    padded("tutorial's network, batch 32", 34) + padded("1 thread", 10, right: true)
      + padded("\(threads) processes", 14, right: true)
      + padded("\(threads) threads", 12, right: true)
      + "   share of what the processes reach")
  for work in SharedWork.all where only == nil || work.name.contains(only ?? "") {
    let companions = (1..<threads).map { _ in Companion(work.name) }
    let (alone, shared) = (try work.make(ThreadPool()), try work.make(ThreadPool(threads)))
    alone()
    shared()
    for companion in companions { _ = companion.answer() }
    let single = timed(alone).wall
    let calls = max(1, Int(0.15 / single))
    var (times, together, divided): ([Double], [Double], [Double]) = ([], [], [])
    for _ in 0..<21 {
      times.append(timed(calls: calls, alone).wall)
      divided.append(timed(calls: calls, shared).wall)
      for companion in companions { companion.tell() }
      var own = 0.0
      // The companion begins a little later.
      timed(alone)
      own = timed(calls: calls, alone).wall
      for companion in companions { companion.tell() }
      let others = companions.map { $0.answer() }
      // Calls per second of all of them.
      together.append(1 / ([own] + others).reduce(0) { $0 + 1 / $1 })
    }
    let (one, ceiling, several) = (times.min() ?? 0, together.min() ?? 0, divided.min() ?? 0)
    print(
      padded(work.name, 34) + padded(milliseconds(one), 10, right: true)
        + padded(milliseconds(ceiling), 14, right: true)
        + padded(milliseconds(several), 12, right: true)
        + padded("\(Int((ceiling / several * 100).rounded())) %", 12, right: true)
        + "   (\(hundredths(one / ceiling))x, \(hundredths(one / several))x)")
  }
}
