import Engine
import Settings

/// The loop of auto-PGD, for the examples of a batch: their points are in the model's images.
final class AutoPGDClimb {
  private let attack: AutoPGD
  private let batch: AttackBatch
  private let model: any AttackedModel
  /// `[N]`.
  private let targets: [Int32]
  private let trace: AttackTrace?
  private let size: Int
  /// Those that the model still stands.
  private var examples: [Int]
  /// `[N]`, as `losses`.
  private var paces: [AutoPGDPace]
  private var losses: [Double]
  /// `[N]`: cross-entropy at the points of the highest loss.
  private var entropies: [Float]
  /// Which examples go on from their best point.
  private var returns: [Bool]
  /// `[N, C, H, W]` each: the points before, those of the highest loss, and the gradients at those.
  private let previous: UnsafeMutableBufferPointer<Float>
  private let best: UnsafeMutableBufferPointer<Float>
  private let bestGradient: UnsafeMutableBufferPointer<Float>
  /// `[N, C, H, W]`: of the gradients at the last points; empty where there is one each.
  private let meanGradient: UnsafeMutableBufferPointer<Float>
  /// `[C, H, W]`.
  private let step: UnsafeMutableBufferPointer<Float>
  /// `[K]`.
  private let logitGradient: UnsafeMutableBufferPointer<Float>

  /// - Parameter targets: `[N]`: the classes that examples are driven to, where the loss has any.
  init(
    _ attack: AutoPGD, _ batch: AttackBatch, _ examples: [Int], on model: any AttackedModel,
    targets: [Int32], trace: AttackTrace? = nil
  ) {
    self.attack = attack
    self.batch = batch
    self.model = model
    self.targets = targets
    self.trace = trace
    size = model.exampleSize
    self.examples = examples
    paces = Array(repeating: AutoPGDPace(), count: model.batchSize)
    losses = Array(repeating: 0, count: model.batchSize)
    entropies = Array(repeating: 0, count: model.batchSize)
    returns = Array(repeating: false, count: model.batchSize)
    func buffer(_ count: Int) -> UnsafeMutableBufferPointer<Float> {
      let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
      buffer.initialize(repeating: 0)
      return buffer
    }
    previous = buffer(model.images.count)
    best = buffer(model.images.count)
    bestGradient = buffer(model.images.count)
    meanGradient = buffer(attack.eot > 1 ? model.images.count : 0)
    step = buffer(size)
    logitGradient = buffer(model.classes)
  }

  deinit {
    for buffer in [previous, best, bestGradient, meanGradient, step, logitGradient] {
      buffer.deallocate()
    }
  }

  /// Climbs in a ball from where the images are, and leaves each at its best point, or at the first
  /// one in the attack's own ball that fools the model.
  func run(in ball: PerturbationBall, steps: Int) {
    let isOwn = ball == attack.ball
    let isOneOfSeveral = attack.balls.count > 1
    for n in examples {
      let image = model.images.example(n, size: size)
      ball.project(image, around: clean(n))
      _ = previous.example(n, size: size).update(from: image)
      paces[n] = AutoPGDPace(ball, size: size)
      if isOneOfSeveral { paces[n].start(from: changed(image, clean(n)), of: size) }
      returns[n] = false
    }
    evaluate(isOwn: isOwn, isLast: false)
    let traced = isOwn ? steps - AttackTrace.length(of: steps) : steps
    if traced == 0 { beginTrace() }
    var checkpoints = AutoPGDCheckpoints(ball.norm, steps: steps)
    for index in 1...steps where !examples.isEmpty {
      for n in examples { move(n, in: ball, isFirst: index == 1) }
      evaluate(isOwn: isOwn, isLast: index == steps)
      if index == traced, index < steps { beginTrace() }
      guard let interval = checkpoints.reached(index) else { continue }
      for n in examples where adapt(n, in: ball, interval: interval) {
        _ = model.images.example(n, size: size).update(from: best.example(n, size: size))
        returns[n] = true
      }
    }
    for n in examples {
      _ = model.images.example(n, size: size).update(from: best.example(n, size: size))
    }
  }

  private func beginTrace() {
    for n in examples { trace?.begin(n, loss: entropies[n]) }
  }

  private func clean(_ n: Int) -> UnsafeBufferPointer<Float> {
    batch.images.example(n, size: size)
  }

  /// One step along the gradient and, but in `l1`, a quarter of the way that was made before.
  private func move(_ n: Int, in ball: PerturbationBall, isFirst: Bool) {
    let point = model.images.example(n, size: size)
    let before = previous.example(n, size: size)
    let gradient =
      returns[n]
      ? UnsafeBufferPointer(bestGradient.example(n, size: size))
      : gradient(n)
    returns[n] = false
    _ = step.update(from: point)
    if ball.norm == .l1 {
      addSigns(
        ofLargest: paces[n].chosen(of: size), of: gradient, times: paces[n].stepSize, to: step)
    } else {
      ball.norm.addNormalized(gradient, times: paces[n].stepSize, to: step)
    }
    ball.project(step, around: clean(n))
    if ball.norm != .l1, !isFirst {
      for i in 0..<size {
        step[i] = point[i] + 0.75 * (step[i] - point[i]) + 0.25 * (point[i] - before[i])
      }
      ball.project(step, around: clean(n))
    }
    _ = before.update(from: point)
    _ = point.update(from: step)
  }

  /// Finds the losses at the images and, but for the last ones, their gradients.
  private func evaluate(isOwn: Bool, isLast: Bool) {
    if isLast {
      model.forward(examples)
      for n in examples { losses[n] = loss(n, model.logits(of: n), logitGradient) }
    } else {
      findGradients()
    }
    if isOwn {
      examples.removeAll { n in
        guard attack.isFooled(n, batch, model) else { return false }
        trace?.update(n, loss: model.losses[n])
        return true
      }
    }
    for n in examples {
      guard paces[n].takes(losses[n]) else { continue }
      entropies[n] = model.losses[n]
      trace?.update(n, loss: entropies[n])
      _ = best.example(n, size: size).update(from: model.images.example(n, size: size))
      if isLast { continue }
      _ = bestGradient.example(n, size: size).update(from: gradient(n))
    }
  }

  /// Finds losses and gradients; several gradients of each image, and their mean, where the attack asks
  /// for it. Losses are then those of the last pass. Equal gradients have themselves as their mean, to
  /// the last bit.
  private func findGradients() {
    for pass in 1...attack.eot {
      model.run(examples) { n, logits, gradient in losses[n] = loss(n, logits, gradient) }
      guard attack.eot > 1 else { return }
      for n in examples {
        let mean = meanGradient.example(n, size: size)
        let found = model.imageGradient.example(n, size: size)
        if pass == 1 { _ = mean.update(from: found) }
        for i in 0..<size where mean[i] != found[i] {
          mean[i] += (found[i] - mean[i]) / Float(pass)
        }
      }
    }
  }

  /// At an example's last point.
  private func gradient(_ n: Int) -> UnsafeBufferPointer<Float> {
    attack.eot > 1
      ? UnsafeBufferPointer(meanGradient.example(n, size: size))
      : model.imageGradient.example(n, size: size)
  }

  private func loss(
    _ n: Int, _ logits: UnsafeBufferPointer<Float>, _ gradient: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    attack.loss(logits, label: batch.labels[n], target: targets[n], gradient: gradient)
  }

  /// Whether an example goes back to its best point.
  private func adapt(_ n: Int, in ball: PerturbationBall, interval: Int) -> Bool {
    if ball.norm == .l1 {
      let changed = changed(best.example(n, size: size), clean(n))
      return paces[n].sparsen(to: changed, of: size, longest: ball.epsilon)
    }
    return paces[n].shorten(after: interval, rho: attack.rho)
  }

  private func changed(
    _ image: UnsafeMutableBufferPointer<Float>, _ clean: UnsafeBufferPointer<Float>
  ) -> Int {
    var count = 0
    for i in 0..<size where image[i] != clean[i] { count += 1 }
    return count
  }
}
