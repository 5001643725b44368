package import Engine

/// How often examples went through a model.
package struct PassCounts: Codable, Hashable, Sendable {
  /// Examples times forward passes, those in front of a gradient among them.
  package var forward = 0
  /// Examples times gradients at the images.
  package var gradients = 0
  /// Gradients of which every element is exactly 0, though that of some logit was asked for.
  package var zeroGradients = 0

  package init() {}
}

/// A batch of any size that goes through compiled passes, so many examples at a time.
///
/// The passes have the same few sizes for every batch, and an example's numbers depend neither on its
/// place in a pass nor on which size it has: results depend on neither the batch's size nor on which
/// examples are left of it.
package final class PackedModel: AttackedModel {
  package let imageShape: Shape
  private let whole: BatchBuffers
  /// Those of the examples in use.
  private var used: BatchBuffers
  private let passes: PassSizes
  /// Whether the example of each place of a pass has a weight that is not 0.
  private var isWeighted = [Bool](repeating: true, count: PassSizes.largest)
  /// Of everything that was run so far.
  package private(set) var counts = PassCounts()
  /// Called after every pass; must be quick.
  package var onPass: (() -> Void)?

  /// - Parameters:
  ///   - batchSize: `N`, the most.
  ///   - gradients: Whether gradients are asked for.
  ///   - several: Whether those of several functions are: that takes memory.
  package convenience init(
    _ model: Model, batchSize: Int, parameters: ParameterVector, gradients: Bool,
    several: Bool = false
  ) {
    self.init(
      CompiledModel(model, parameters: parameters), batchSize: batchSize, gradients: gradients,
      several: several)
  }

  /// The same, with the passes of a compiled model.
  convenience init(
    _ compiled: CompiledModel, batchSize: Int, gradients: Bool, several: Bool = false
  ) {
    let passes = PassSizes { size in
      compiled.pass(
        batchSize: size, reduction: .sum, gradients: gradients ? .images : [],
        keepsForward: several, isShared: false)
    }
    self.init(passes, compiled.model.inputShape, batchSize: batchSize, gradients: gradients)
  }

  /// Without gradients, in the passes of another one of the same thread.
  convenience init(passesOf other: PackedModel) {
    self.init(other.passes, other.imageShape, batchSize: other.whole.count, gradients: false)
  }

  private init(_ passes: PassSizes, _ imageShape: Shape, batchSize: Int, gradients: Bool) {
    self.passes = passes
    self.imageShape = imageShape
    whole = BatchBuffers(
      count: batchSize, imageSize: imageShape.count,
      classes: passes.large.logits.count / PassSizes.largest, gradients: gradients)
    used = whole
  }

  deinit { whole.deallocate() }

  /// Takes fewer examples from now on, or again more: at most as many as at first. What costs time or
  /// memory by example then does so for these alone.
  func resize(to batchSize: Int) { used = whole.prefix(batchSize) }

  package var batchSize: Int { used.count }
  package var images: UnsafeMutableBufferPointer<Float> { used.images }
  package var labels: UnsafeMutableBufferPointer<Int32> { used.labels }
  package var losses: UnsafeBufferPointer<Float> { UnsafeBufferPointer(used.losses) }
  package var logits: UnsafeBufferPointer<Float> { UnsafeBufferPointer(used.logits) }
  package var imageGradient: UnsafeBufferPointer<Float> { UnsafeBufferPointer(used.gradients) }
  /// How many examples go through a pass together, from large to small; smaller sizes come into use
  /// where they pay.
  package var passSizes: [Int] { passes.inUse }
  /// Brings the smaller sizes into use, as far as there are any.
  ///
  /// - Returns: The smallest in use.
  func useSmallPasses() -> Int { passes.useSmaller() }
  /// Which kernel each primitive runs on.
  package var implementations: [String] { passes.large.implementations }

  package func forward(_ examples: [Int]) {
    forEachPack(examples) { pass, _ in pass.forward() }
  }

  package func run(_ examples: [Int]) {
    forEachPack(examples) { pass, pack in
      pass.run()
      for place in isWeighted.indices { isWeighted[place] = true }
      storeGradients(of: pack, in: pass)
    }
  }

  package func run(_ examples: [Int], _ weights: LogitWeights) {
    forEachPack(examples) { pass, pack in
      pass.run { place, logits, factors in
        if place < pack.count {
          weights(pack[pack.startIndex + place], logits, factors)
          isWeighted[place] = factors.contains { $0 != 0 }
        } else {
          factors.update(repeating: 0)
        }
      }
      storeGradients(of: pack, in: pass)
    }
  }

  package func run(
    _ examples: [Int], functions: Int,
    _ weights: (
      _ function: Int, _ example: Int, UnsafeBufferPointer<Float>,
      UnsafeMutableBufferPointer<Float>
    ) -> Void,
    take: (_ function: Int, _ example: Int, UnsafeBufferPointer<Float>) -> Void
  ) {
    let size = exampleSize
    forEachPack(examples) { pass, pack in
      pass.forward()
      for function in 0..<functions {
        pass.backward { place, logits, factors in
          if place < pack.count {
            weights(function, pack[pack.startIndex + place], logits, factors)
            isWeighted[place] = factors.contains { $0 != 0 }
          } else {
            factors.update(repeating: 0)
          }
        }
        for (place, example) in pack.enumerated() {
          let gradient = pass.imageGradient.example(place, size: size)
          count(gradient, at: place)
          take(function, example, gradient)
        }
      }
    }
  }

  /// Brings some examples into passes, and takes their logits and losses out of them.
  private func forEachPack(
    _ examples: [Int], _ run: (_ pass: LossPass, _ pack: ArraySlice<Int>) -> Void
  ) {
    let (size, classes) = (exampleSize, classes)
    var rest = examples[...]
    while !rest.isEmpty {
      let pass = passes.next(of: rest.count)
      let pack = rest.prefix(pass.batchSize)
      rest = rest.dropFirst(pack.count)
      for (place, example) in pack.enumerated() {
        _ = pass.images.example(place, size: size).update(
          from: images.example(example, size: size))
        pass.labels[place] = labels[example]
      }
      run(pass, pack)
      for (place, example) in pack.enumerated() {
        used.losses[example] = pass.losses[place]
        _ = used.logits.example(example, size: classes).update(
          from: pass.logits.example(place, size: classes))
      }
      counts.forward += pack.count
      onPass?()
    }
  }

  private func storeGradients(of pack: ArraySlice<Int>, in pass: LossPass) {
    let size = exampleSize
    for (place, example) in pack.enumerated() {
      let gradient = pass.imageGradient.example(place, size: size)
      count(gradient, at: place)
      _ = used.gradients.example(example, size: size).update(from: gradient)
    }
  }

  private func count(_ gradient: UnsafeBufferPointer<Float>, at place: Int) {
    counts.gradients += 1
    if isWeighted[place], gradient.allSatisfy({ $0 == 0 }) { counts.zeroGradients += 1 }
  }
}
