import Engine
import Learning
import Settings
import Testing

/// An attack of minimal norm, for a box and a number of restarts.
private struct Search: CustomTestStringConvertible, Sendable {
  let name: String
  let norm: Norm
  let make: @Sendable (_ box: ClosedRange<Float>, _ restarts: Int, AttackTarget?) -> any Attack

  var testDescription: String { "\(name) in \(norm)" }

  static let all: [Search] =
    [Norm.infinity, .l2].map { norm in
      Search(name: "deepfool", norm: norm) { box, _, target in
        DeepFoolAttack(norm: norm, box: box, target: target)
      }
    }
    + Norm.allCases.flatMap { norm in
      [
        Search(name: "fab", norm: norm) { box, restarts, target in
          FABAttack(norm: norm, box: box, steps: 30, restarts: restarts, target: target)
        },
        Search(name: "fab-t", norm: norm) { box, restarts, _ in
          FABAttack(norm: norm, box: box, steps: 30, restarts: restarts, targets: 9)
        },
      ]
    }
}

/// On a linear model all is known: how far the boundary is, and that a step leads there.
@Suite struct `The closest image` {
  private let count = 24
  private let size = 20
  private let classes = 4
  private let weights: [Float]
  /// Many pixels at the ends of 0...1.
  private let clean: [Float]
  /// What the model sees, except of the last four.
  private let labels: [Int32]
  private let logits: [Float]

  init() {
    var random = RandomStream(seed: 4, purpose: .synthetic)
    let weights = (0..<classes * size).map { _ in random.normal() }
    let clean = (0..<count * size).map { _ in min(max(1.6 * random.uniform() - 0.3, 0), 1) }
    let model = LinearModel(batchSize: count, size: size, weights: weights)
    _ = model.images.update(from: clean)
    model.forward(model.everyExample)
    let classes = Int32(classes)
    labels = (0..<count).map { n in
      n < 20 ? model.prediction(of: n) : (model.prediction(of: n) + 1) % classes
    }
    logits = Array(model.logits)
    (self.weights, self.clean) = (weights, clean)
  }

  private struct Outcome: Equatable {
    var images: [Float] = []
    var distances: [Double] = []
    var predictions: [Int32] = []
  }

  private func run(_ attack: any Attack, batchSize: Int = 24) -> Outcome {
    let model = LinearModel(batchSize: batchSize, size: size, weights: weights)
    var outcome = Outcome()
    for start in stride(from: 0, to: count, by: batchSize) {
      let images = Array(clean[start * size..<(start + batchSize) * size])
      var adversarial = [Float](repeating: 0, count: batchSize * size)
      images.withUnsafeBufferPointer { images in
        Array(labels[start..<start + batchSize]).withUnsafeBufferPointer { labels in
          adversarial.withUnsafeMutableBufferPointer { adversarial in
            attack.run(
              AttackBatch(images: images, labels: labels, firstExample: start, seed: 1), on: model,
              into: adversarial)
            for n in 0..<batchSize {
              let (a, b) = (n * size, (n + 1) * size)
              outcome.distances.append(
                attack.norm.distance(
                  UnsafeBufferPointer(rebasing: adversarial[a..<b]),
                  UnsafeBufferPointer(rebasing: images[a..<b])))
            }
          }
        }
      }
      _ = model.images.update(from: adversarial)
      model.forward(model.everyExample)
      outcome.images += adversarial
      outcome.predictions += (0..<batchSize).map { model.prediction(of: $0) }
    }
    return outcome
  }

  /// How far the boundary to a class is.
  private func distance(_ norm: Norm, _ box: ClosedRange<Float>, _ n: Int, to k: Int) -> Double {
    let label = Int(labels[n])
    let normal = (0..<size).map { weights[k * size + $0] - weights[label * size + $0] }
    var way = [Float](repeating: 0, count: size)
    return normal.withUnsafeBufferPointer { normal in
      Array(clean[n * size..<(n + 1) * size]).withUnsafeBufferPointer { point in
        way.withUnsafeMutableBufferPointer {
          PlaneProjection(norm, box: box, normal: normal).way(
            from: point, gap: Double(logits[n * classes + label] - logits[n * classes + k]),
            into: $0)
        }
      }
    }
  }

  private func smallest(_ norm: Norm, _ box: ClosedRange<Float>, _ n: Int) -> Double {
    (0..<classes).filter { $0 != Int(labels[n]) }.map { distance(norm, box, n, to: $0) }
      .reduce(.infinity, min)
  }

  @Test(arguments: Search.all)
  private func `is as far away as the boundary of a linear model`(search: Search) {
    // DeepFool's steps take no account of a box.
    let box: ClosedRange<Float> = search.name == "deepfool" ? -100...100 : 0...1
    let outcome = run(search.make(box, 1, nil))
    // FAB chooses a class without looking at the box, so that another one may be closer.
    let slack = search.name == "fab" ? 1.2 : 1.025
    for n in 0..<20 {
      let expected = smallest(search.norm, box, n)
      #expect(outcome.predictions[n] != labels[n])
      #expect(outcome.distances[n] > expected * (1 - 1e-4))
      #expect(
        outcome.distances[n] < slack * (expected + 1e-4), "\(outcome.distances[n]), \(expected)")
    }
  }

  @Test(arguments: Search.all)
  private func `is the clean one where that is wrong already`(search: Search) {
    let outcome = run(search.make(0...1, 2, nil))
    #expect(outcome.distances[20...].allSatisfy { $0 == 0 })
    #expect(Array(outcome.images[(20 * size)...]) == Array(clean[(20 * size)...]))
  }

  @Test(arguments: Search.all)
  private func `stays in the box and does not depend on the batch`(search: Search) {
    let attack = search.make(0...1, 3, nil)
    let outcome = run(attack)
    #expect(outcome.images.allSatisfy { (0...1).contains($0) })
    #expect(run(attack) == outcome)
    #expect(run(attack, batchSize: 4) == outcome)
  }

  @Test(arguments: Search.all.filter { $0.name != "deepfool" })
  private func `is never farther with more restarts`(search: Search) {
    let (once, often) = (run(search.make(0...1, 1, nil)), run(search.make(0...1, 4, nil)))
    #expect(zip(often.distances, once.distances).allSatisfy { $0 <= $1 })
    // Where the class is given, the first start finds the closest image.
    if search.name == "fab", search.norm != .l1 { #expect(often.distances != once.distances) }
  }

  @Test(arguments: Search.all.filter { $0.name != "fab-t" })
  private func `is of the target's class where there is one`(search: Search) {
    let outcome = run(search.make(-100...100, 1, .next))
    for n in 0..<20 {
      let target = (Int(labels[n]) + 1) % classes
      #expect(outcome.predictions[n] == Int32(target))
      // Other classes may lie between, and make the way longer.
      let shortest = distance(search.norm, -100...100, n, to: target)
      #expect(outcome.distances[n] > shortest * (1 - 1e-4))
    }
  }

  @Test(arguments: Norm.allCases, [nil, 9] as [Int?])
  func `is looked for as far as an epsilon, where one is given`(norm: Norm, targets: Int?) {
    let closest = run(FABAttack(norm: norm, steps: 30, targets: targets))
    let epsilon = Float(closest.distances[..<20].sorted()[10])
    let within = run(
      FABAttack(norm: norm, steps: 30, restarts: 3, targets: targets, epsilon: epsilon * 1.001))
    for n in 0..<20 where closest.distances[n] <= Double(epsilon) {
      #expect(within.predictions[n] != labels[n])
      #expect(within.distances[n] <= Double(epsilon) * 1.001 + 1e-6)
    }
    // It stops at the first image that is near enough.
    #expect(within.distances[..<20].contains { !closest.distances.contains($0) })
  }
}
