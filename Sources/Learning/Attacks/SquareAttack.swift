import Engine
import Settings

/// Random search with squares: a change of some squares of an image is kept where it brings the logit
/// of the image's class closer to the largest other one. Asks for logits only.
///
/// Images that the model gets wrong as they are, are left so. An image is done as soon as the model
/// gets it wrong.
///
/// - Source: Andriushchenko et al. 2020, arXiv:1912.00049, algorithm 1.
package struct SquareAttack: FixedEpsilonAttack {
  package let ball: PerturbationBall
  /// Images that the model is asked about, at most, after the clean one.
  package let queries: Int
  /// Share of the image that the first squares cover.
  package let initialShare: Double
  package let restarts: Int

  /// - Parameter ball: In `infinity` or `l2`.
  package init(
    ball: PerturbationBall, queries: Int = 5000, initialShare: Double = 0.8, restarts: Int = 1
  ) {
    precondition(ball.norm != .l1, "squares are of linf and l2")
    self.ball = ball
    self.queries = queries
    self.initialShare = initialShare
    self.restarts = restarts
  }

  package var wantsGradients: Bool { false }

  package func makeCandidate(
    _ restart: Int, for batch: AttackBatch, on model: any AttackedModel
  ) {
    let plane = ImagePlane(model.imageShape)
    switch ball.norm {
    case .infinity: search(ColoredSquares(ball: ball, plane: plane), restart, batch, model)
    default: search(PyramidSquares(ball: ball, plane: plane), restart, batch, model)
    }
  }

  private func search<Squares: SquareChanges>(
    _ changes: Squares, _ restart: Int, _ batch: AttackBatch, _ model: any AttackedModel
  ) {
    var changes = changes
    let (images, size) = (model.images, model.exampleSize)
    for n in batch.examples {
      _ = images.example(n, size: size).update(from: batch.images.example(n, size: size))
    }
    model.forward(batch.examples)
    var open = batch.examples.filter { model.prediction(of: $0) == batch.labels[$0] }

    // What stood the queries so far, of which the last one has changed two windows.
    let best = UnsafeMutableBufferPointer<Float>.allocate(capacity: images.count)
    defer { best.deallocate() }
    var margins = [Float](repeating: .infinity, count: model.batchSize)
    var windows = [(ImageWindow, ImageWindow)](
      repeating: (changes.plane.whole, changes.plane.whole), count: model.batchSize)
    var streams = (0..<model.batchSize).map { batch.stream(.attack, place: $0, restart: restart) }

    for query in 0..<queries where !open.isEmpty {
      if query > 0 { changes.setShare(share(of: query - 1)) }
      for n in open {
        let image = images.example(n, size: size)
        let clean = batch.images.example(n, size: size)
        if query == 0 {
          changes.start(image, clean: clean, &streams[n])
        } else {
          windows[n] = changes.change(image, clean: clean, &streams[n])
        }
      }
      model.forward(open)
      open.removeAll { n in
        if model.prediction(of: n) != batch.labels[n] { return true }
        let margin = margin(of: n, batch, model)
        let (image, kept) = (images.example(n, size: size), best.example(n, size: size))
        let isCloser = margin < margins[n]
        if isCloser { margins[n] = margin }
        for window in [windows[n].0, windows[n].1] {
          let (source, goal) = isCloser ? (image, kept) : (kept, image)
          changes.plane.copy(window, from: source, to: goal)
        }
        return false
      }
    }
    for n in batch.examples {
      // Moves nothing unless rounding has led outside.
      ball.project(images.example(n, size: size), around: batch.images.example(n, size: size))
    }
  }

  /// How far the logit of the image's class is above the others.
  private func margin(of n: Int, _ batch: AttackBatch, _ model: any AttackedModel) -> Float {
    let (logits, label) = (model.logits(of: n), Int(batch.labels[n]))
    return logits[label] - logits[strongestClass(logits, besides: label)]
  }

  /// The share of the image that a square covers: halved at these queries of 10,000, and as often
  /// where there are more or fewer.
  private func share(of query: Int) -> Double {
    let place = query * 10_000 / queries
    let halvings = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000].count { $0 < place }
    return initialShare / Double(1 << halvings)
  }
}
