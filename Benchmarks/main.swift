// nsl-bench: what a step costs, beside the processor's peak measured in the same process.
// One thread. `--profile` adds the time of every primitive; `--json` prints batch 32 alone, an object
// a line.
import CPeak
import Engine
import Learning

EngineInformation.setThreads(1)
let isJSON = CommandLine.arguments.contains("--json")
let information = EngineInformation.current
if !isJSON { print("oneDNN \(information.version), \(information.instructionSet), 1 thread") }

var sink: Float = 0
let peakRounds = 2_000_000
let peakSeconds = interleaved(
  rounds: 7, calls: 1, [{ _ = nsl_multiply_add(peakRounds, &sink) }])[0]
let peak = nsl_multiply_add(peakRounds, &sink) / peakSeconds
if !isJSON { print("fp32 multiply-add peak: \(Int(peak / 1e9)) GFLOP/s") }

/// Multiply-adds of the tutorial's network per image, times 2: forward; the same again for each of
/// the two backward passes of a layer, but the first layer's gradient at the image.
let layers: [Double] = [
  26 * 26 * 32 * 9, 11 * 11 * 64 * 9 * 32, 3 * 3 * 64 * 9 * 64, 576 * 64, 640,
]
let forward = 2 * layers.reduce(0, +)
let toWeights = 3 * forward - 2 * layers[0]
let toImage = 2 * forward

for batchSize in isJSON ? [32] : [32, 128] {
  let work = Work(batchSize: batchSize)
  let nsl = TrainingMethod.nsl(
    multiplier: 0.2,
    neighbor: AdversarialNeighborConfiguration(stepSize: 0.2, gradientNorm: .infinity))
  let (ascent, evaluation) = (try work.pass(.images), try work.pass([]))
  let rows: [(name: String, flops: Double, work: () -> Void)] = [
    ("plain training step", toWeights, try work.trainingStep(.standard)),
    ("NSL training step", 2 * toWeights + 2 * layers[0], try work.trainingStep(nsl)),
    ("PGD iteration (forward, gradient at the images)", toImage, ascent.run),
    ("forward", forward, evaluation.run),
  ]
  if !isJSON { print("\nbatch \(batchSize)".padding(52) + "ms    share of peak") }
  let times = interleaved(rounds: 7, calls: 3200 / batchSize, rows.map(\.work))
  for (row, seconds) in zip(rows, times) {
    if isJSON {
      print("{\"name\": \"\(row.name)\", \"seconds\": \(seconds)}")
      continue
    }
    let share = row.flops * Double(batchSize) / seconds / peak
    print(
      padded(row.name, 50) + padded(milliseconds(seconds), 6, right: true)
        + padded("\(Int((share * 100).rounded())) %", 12, right: true))
  }
  if CommandLine.arguments.contains("--profile") {
    for name in try work.pass([.weights, .images]).implementations { print("  " + name) }
    print("\n  each step of a clean pass with both gradients")
    for (step, seconds) in try work.pass([.weights, .images]).profile(repetitions: 101) {
      print("  " + padded(step, 48) + padded(milliseconds(seconds), 6, right: true))
    }
  }
}

extension String {
  fileprivate func padding(_ width: Int) -> String { padded(self, width) }
}
