package import Engine

/// What names the random numbers of one run of an objective, and the passes of that run.
package struct StepContext {
  package let seed: Int
  /// From 0.
  package let epoch: Int
  /// The examples of the batch, by their places in the data.
  package let examples: ArraySlice<Int>
  /// From 0, below ``TrainingObjective/updatesPerBatch``.
  package let update: Int
  /// The passes so far: each drops other elements.
  private var passes = 0

  package init(seed: Int, epoch: Int = 0, examples: ArraySlice<Int>, update: Int = 0) {
    self.seed = seed
    self.epoch = epoch
    self.examples = examples
    self.update = update
  }

  /// The random numbers of the perturbation of the example at that place of the batch.
  package func perturbation(_ place: Int) -> RandomStream { stream(.perturbation, place, update) }

  private func stream(
    _ purpose: RandomStream.Purpose, _ place: Int, _ draw: Int
  ) -> RandomStream {
    RandomStream(
      seed: seed, purpose: purpose, epoch: epoch, example: examples[examples.startIndex + place],
      draw: draw)
  }

  /// Runs a pass, with the gradient of its loss, and moves the moving averages.
  package mutating func run(_ pass: LossPass) {
    nameDraws(of: pass, 0..<pass.batchSize)
    pass.run()
    pass.updateMovingAverages()
  }

  /// Runs a slice of a pass, as ``run(_:)`` does: slices may run on several threads, each with a copy of
  /// the context, of which one goes on. Gradients at the weights are left to
  /// ``TrainingObjective/finishGradient(_:)``.
  package mutating func run(_ pass: LossPass, slice: Int, on thread: Int) {
    nameDraws(of: pass, pass.places(of: slice))
    pass.run(slice: slice, on: thread)
    // Batches with moments have one slice.
    if pass.sliceCount == 1 { pass.updateMovingAverages() }
  }

  /// The same without the gradient, which ``LossPass/backward(_:)`` computes then.
  package mutating func forward(_ pass: LossPass) {
    nameDraws(of: pass, 0..<pass.batchSize)
    pass.forward()
    pass.updateMovingAverages()
  }

  private mutating func nameDraws(of pass: LossPass, _ places: Range<Int>) {
    // Layers count from there.
    let draw = (update << 24) + (passes << 16)
    pass.setStreams(places) { stream(.dropout, $0, draw) }
    passes += 1
  }
}
