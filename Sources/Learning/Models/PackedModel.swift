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
  package let batchSize: Int
  package let imageShape: Shape
  package let images: UnsafeMutableBufferPointer<Float>
  package let labels: UnsafeMutableBufferPointer<Int32>
  private let lossBuffer: UnsafeMutableBufferPointer<Float>
  private let logitBuffer: UnsafeMutableBufferPointer<Float>
  /// Empty where there are no gradients.
  private let gradientBuffer: UnsafeMutableBufferPointer<Float>
  private let passes: PassSizes
  /// Whether the example of each place of a pass has a weight that is not 0.
  private var isWeighted = [Bool](repeating: true, count: PassSizes.largest)
  /// Of everything that was run so far.
  package private(set) var counts = PassCounts()
  /// Called after every pass; must be quick.
  package var onPass: (() -> Void)?

  /// - Parameters:
  ///   - batchSize: `N`.
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
  init(
    _ compiled: CompiledModel, batchSize: Int, gradients: Bool, several: Bool = false
  ) {
    let model = compiled.model
    self.batchSize = batchSize
    imageShape = model.inputShape
    passes = PassSizes { size in
      compiled.pass(
        batchSize: size, reduction: .sum, gradients: gradients ? .images : [],
        keepsForward: several, isShared: false)
    }
    images = Self.zeros(batchSize * model.inputShape.count)
    lossBuffer = Self.zeros(batchSize)
    logitBuffer = Self.zeros(batchSize * (passes.large.logits.count / PassSizes.largest))
    gradientBuffer = Self.zeros(gradients ? images.count : 0)
    labels = .allocate(capacity: batchSize)
    labels.initialize(repeating: 0)
  }

  private static func zeros(_ count: Int) -> UnsafeMutableBufferPointer<Float> {
    let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
    buffer.initialize(repeating: 0)
    return buffer
  }

  deinit {
    for buffer in [images, lossBuffer, logitBuffer, gradientBuffer] { buffer.deallocate() }
    labels.deallocate()
  }

  package var losses: UnsafeBufferPointer<Float> { UnsafeBufferPointer(lossBuffer) }
  package var logits: UnsafeBufferPointer<Float> { UnsafeBufferPointer(logitBuffer) }
  package var imageGradient: UnsafeBufferPointer<Float> { UnsafeBufferPointer(gradientBuffer) }
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
        lossBuffer[example] = pass.losses[place]
        _ = logitBuffer.example(example, size: classes).update(
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
      _ = gradientBuffer.example(example, size: size).update(from: gradient)
    }
  }

  private func count(_ gradient: UnsafeBufferPointer<Float>, at place: Int) {
    counts.gradients += 1
    if isWeighted[place], gradient.allSatisfy({ $0 == 0 }) { counts.zeroGradients += 1 }
  }
}
