// nsl-bench: what a step costs, beside the processor's peak measured in the same process. One thread, but
// for --threads.
//
//   (nothing)   training steps, an attack's iteration and a forward pass, of several networks, then
//               --attacks
//   --attacks   attacks on trained networks, with what they leave; MNIST's digits where NSL_DATA_DIR is
//               set; takes --examples N (1000), --model NAME and --attack WORD for one of them
//   --profile   every primitive of a clean pass, of two networks at batch 32
//   --setup     what it takes to make a pass and a training step ready to run
//   --errors    the error of each pass of a convolution, against double precision
//   --threads N work that N threads share, beside what N processes of one thread reach together;
//               --work WORDS for one piece of it
//   --soak      memory over 10,000 steps
//   --json      what the peers are asked, at batch 32, an object a line; also with --attacks
//   --digits FOLDER   writes the images that --attacks attacks, for the peers
import CPeak
import Engine
import Learning
import Settings
import SystemPackage

let arguments = Set(CommandLine.arguments.dropFirst())
let information = EngineInformation.current
if let problem = EngineInformation.problem { fatalError(problem) }
let header = "\(information.instructionSet.rawValue), 1 thread"

if let folder = value(of: "--digits") {
  try Digits(count: examples()).write(to: FilePath(folder))
} else if arguments.contains("--attacks") {
  if !arguments.contains("--json") { print(header) }
  try printChosenAttacks(asJSON: arguments.contains("--json"))
} else if arguments.contains("--json") {
  try printComparable()
} else if arguments.contains("--profile") {
  print(header)
  try printProfile()
} else if arguments.contains("--setup") {
  print(header)
  try printSetup()
} else if arguments.contains("--errors") {
  print(header)
  try printErrors()
} else if let name = value(of: "--companion") {
  try runCompanion(name)
} else if let text = value(of: "--threads") {
  guard let threads = Int(text), threads > 1 else { fatalError("--threads \(text)") }
  print(information.instructionSet.rawValue)
  try printSharing(threads: threads, only: value(of: "--work"))
} else if arguments.contains("--soak") {
  print(header)
  try printMemory()
} else {
  print(header)
  try printShares()
  try printChosenAttacks(asJSON: false)
}

/// What stands behind an option; `nil` where it is not given.
func value(of option: String) -> String? {
  let words = CommandLine.arguments
  return words.firstIndex(of: option).flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
}

/// How many images are attacked.
func examples() -> Int {
  guard let text = value(of: "--examples") else { return 1000 }
  guard let number = Int(text), number > 0 else { fatalError("--examples \(text)") }
  return number
}

/// The usual attacks on both models, or those of `--attack` and `--model`.
func printChosenAttacks(asJSON: Bool) throws {
  let attacks = value(of: "--attack").map { word in
    guard let attack = MeasuredAttack(rawValue: word) else { fatalError("no attack \(word)") }
    return [attack]
  }
  try printAttacks(
    attacks ?? MeasuredAttack.usual,
    on: value(of: "--model").map { [$0] } ?? ["base", "adv-regularized"],
    Digits(count: examples()), asJSON: asJSON)
}

/// Times beside the peak.
func printShares() throws {
  var sink: Float = 0
  let rounds = 200_000
  let seconds = interleaved(rounds: 51, duration: 0, [{ _ = nsl_multiply_add(rounds, &sink) }])[0]
  let peak = nsl_multiply_add(rounds, &sink) / seconds.processor
  print("fp32 multiply-add peak: \(Int(peak / 1e9)) GFLOP/s")

  let tutorial = Network.tutorial()
  let work = [
    (tutorial, 32), (tutorial, 128), (tutorial, 512), (Network.tutorial([64, 128, 128]), 32),
    (Network.resnet8, 32), (Network.resnet8, 128),
  ]
  for (network, batchSize) in work {
    let work = Work(network, batchSize: batchSize)
    let (ascent, evaluation) = (try work.pass(.images), try work.pass([]))
    let rows: [(name: String, operations: Double, work: () -> Void)] = [
      ("plain training step", network.plainStep, try work.trainingStep(.none)),
      ("NSL training step", network.nslStep, try work.trainingStep(Work.nsl)),
      ("PGD iteration (forward, gradient at the images)", network.gradientAtImages, ascent.run),
      ("forward", network.forward, evaluation.run),
    ]
    print(
      "\n" + padded("\(network.name), batch \(batchSize)", 50)
        + "    ms   processor   share of peak")
    let times = interleaved(rounds: 15, duration: 0.02, rows.map(\.work))
    for (row, seconds) in zip(rows, times) {
      let share = row.operations * Double(batchSize) / seconds.processor / peak
      print(
        padded(row.name, 48) + padded(milliseconds(seconds.wall), 8, right: true)
          + padded(milliseconds(seconds.processor), 12, right: true)
          + padded("\(Int((share * 100).rounded())) %", 16, right: true))
    }
  }
}

/// Milliseconds of each primitive of a clean pass that yields both gradients.
func printProfile() throws {
  for network in [Network.tutorial(), .resnet8] {
    let pass = try Work(network, batchSize: 32).pass([.weights, .images], .training)
    print("\n\(network.name), batch 32, fastest of 300")
    for name in pass.implementations { print("  " + name) }
    print()
    for (step, seconds) in pass.profile(repetitions: 300) {
      print("  " + padded(step, 48) + padded(milliseconds(seconds), 8, right: true))
    }
  }
}

/// Memory before, during and after 10,000 steps of training with NSL.
func printMemory() throws {
  let work = Work(Network.tutorial(), batchSize: 32)
  let step = try work.trainingStep(Work.nsl)
  print("steps   resident kB   heap bytes")
  for steps in 0...10_000 {
    if [1, 10, 100, 1_000, 10_000].contains(steps) {
      print(
        padded("\(steps)", 8) + padded("\(nsl_resident_bytes() / 1024)", 11, right: true)
          + padded("\(nsl_heap_bytes())", 13, right: true))
    }
    step()
  }
}

/// Seconds of what `peers/` times in other libraries, too.
func printComparable() throws {
  let work = Work(Network.tutorial(), batchSize: 32)
  let pgd = AttackSettings(PGD(stepSize: 0.01), epsilon: 0.2).computation
  let rows: [(name: String, rounds: Int, work: () -> Void)] = [
    ("plain training step", 15, try work.trainingStep(.none)),
    ("NSL training step", 15, try work.trainingStep(Work.nsl)),
    ("forward of 10,000 images", 5, try work.evaluation(of: 10_000, attack: nil)),
    ("PGD-40 on 1,000 images", 3, try work.evaluation(of: 1_000, attack: pgd)),
  ]
  for row in rows {
    let seconds = interleaved(rounds: row.rounds, duration: 0.1, [row.work])[0]
    print(
      "{\"name\": \"\(row.name)\", \"seconds\": \(seconds.wall), \"processor\": \(seconds.processor)}"
    )
  }
}

/// Milliseconds from a model to what can run, the fastest of 20, and in a new process.
func printSetup() throws {
  for network in [Network.tutorial(), .resnet8] {
    print("\n\(network.name), batch 32" + padded("first      later", 40, right: true))
    let pieces: [(name: String, make: (Work) throws -> Void)] = [
      ("forward", { _ = try $0.pass([]) }),
      ("forward, gradient at the images", { _ = try $0.pass(.images) }),
      ("NSL training step", { _ = try $0.trainingStep(Work.nsl) }),
    ]
    for (name, make) in pieces {
      let times = try (0..<20).map { _ in
        try timed { try make(Work(network, batchSize: 32)) }.processor
      }
      print(
        padded(name, 48) + padded(milliseconds(times[0]), 8, right: true)
          + padded(milliseconds(times.min() ?? 0), 11, right: true))
    }
  }
}
