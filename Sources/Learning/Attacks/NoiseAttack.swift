import Engine
import Settings

/// Random perturbations, the worst of several draws: the baseline that every attack must beat.
package struct NoiseAttack: FixedEpsilonAttack {
  package enum Distribution: String, Codable, Hashable, Sendable {
    /// Uniform in the ball.
    case uniform
    /// Normal, brought to length epsilon in the ball's norm.
    case gaussian
  }

  package let distribution: Distribution
  package let ball: PerturbationBall
  /// The number of draws.
  package let restarts: Int

  package init(_ distribution: Distribution, ball: PerturbationBall, draws: Int = 1) {
    self.distribution = distribution
    self.ball = ball
    restarts = draws
  }

  package func makeCandidate(
    _ restart: Int, for batch: AttackBatch, on model: any AttackedModel
  ) {
    let size = model.exampleSize
    let images = model.images
    for n in batch.examples {
      let clean = batch.images.example(n, size: size)
      let image = images.example(n, size: size)
      var stream = batch.stream(.noise, place: n, restart: restart)
      _ = image.update(from: clean)
      switch distribution {
      case .uniform:
        ball.norm.addRandomStart(radius: ball.epsilon, to: image, using: &stream)
      case .gaussian:
        // The stream is a value: the first pass over a copy finds the length, the second one adds.
        var replay = stream
        var length = 0.0
        for _ in 0..<size {
          let sample = Double(stream.normal())
          switch ball.norm {
          case .infinity: length = max(length, sample.magnitude)
          case .l2: length += sample * sample
          case .l1: length += sample.magnitude
          }
        }
        if ball.norm == .l2 { length = length.squareRoot() }
        let factor = Float(Double(ball.epsilon) / length)
        for i in 0..<size { image[i] += factor * replay.normal() }
      }
      ball.project(image, around: clean)
    }
  }
}
