package import Engine

/// Writes what the logits of one example are weighted with in the sum that is differentiated. For a
/// function of the logits that is its gradient at the logits.
///
/// - Parameters:
///   - example: Its place in the batch.
///   - logits: `[K]`.
///   - weights: `[K]`: each element must be written.
package typealias LogitWeights = (
  _ example: Int, _ logits: UnsafeBufferPointer<Float>, _ weights: UnsafeMutableBufferPointer<Float>
) -> Void

/// What a model offers to an attack: its logits, the loss, and the gradient at the images of any
/// function of the logits.
///
/// A run is over some examples of the batch, named by their places: an attack leaves out those that it
/// is done with. An example's numbers depend on neither the others nor its place.
package protocol AttackedModel: AnyObject {
  /// `N`.
  var batchSize: Int { get }
  /// `[C, H, W]`.
  var imageShape: Shape { get }
  /// `[N, C, H, W]`: written before a run.
  var images: UnsafeMutableBufferPointer<Float> { get }
  /// `[N]`, each in `0..<K`: written before a run.
  var labels: UnsafeMutableBufferPointer<Int32> { get }

  /// Computes logits and losses.
  func forward(_ examples: [Int])
  /// Computes logits, losses, and the gradient of the losses.
  func run(_ examples: [Int])
  /// Computes logits, losses, and the gradient of the weighted logits.
  func run(_ examples: [Int], _ weights: LogitWeights)
  /// Computes logits, losses, and the gradients of several functions of the logits, from one forward
  /// pass.
  ///
  /// - Parameters:
  ///   - functions: How many there are.
  ///   - weights: As ``LogitWeights``, for each of the functions.
  ///   - take: Gets each gradient, `[C, H, W]`; it is gone afterwards.
  func run(
    _ examples: [Int], functions: Int,
    _ weights: (
      _ function: Int, _ example: Int, UnsafeBufferPointer<Float>,
      UnsafeMutableBufferPointer<Float>
    ) -> Void,
    take: (_ function: Int, _ example: Int, UnsafeBufferPointer<Float>) -> Void)

  /// `[N]`: cross-entropy of each example at its last run.
  var losses: UnsafeBufferPointer<Float> { get }
  /// `[N, K]`: at each example's last run.
  var logits: UnsafeBufferPointer<Float> { get }
  /// `[N, C, H, W]`: of each example's last run for one gradient.
  var imageGradient: UnsafeBufferPointer<Float> { get }
}

extension AttackedModel {
  /// Elements of one image.
  package var exampleSize: Int { images.count / batchSize }
  /// `K`.
  package var classes: Int { logits.count / batchSize }

  /// All places of the batch.
  package var everyExample: [Int] { Array(0..<batchSize) }

  /// The logits of one example, `[K]`.
  package func logits(of example: Int) -> UnsafeBufferPointer<Float> {
    logits.example(example, size: classes)
  }

  /// As ``predictedClass(_:)``.
  package func prediction(of example: Int) -> Int32 { predictedClass(logits(of: example)) }
}

/// Of the other classes that of the largest logit, the first of equals; `label` itself where there
/// are no others.
func strongestClass(_ logits: UnsafeBufferPointer<Float>, besides label: Int) -> Int {
  var best: Int?
  for k in 0..<logits.count where k != label {
    if let known = best, !(logits[k] > logits[known]) { continue }
    best = k
  }
  return best ?? label
}

/// The class of the largest logit, the first of equals; -1 where a logit is not a number, which is no
/// class and so never right.
package func predictedClass(_ logits: UnsafeBufferPointer<Float>) -> Int32 {
  var best = 0
  for (k, logit) in logits.enumerated() {
    if logit.isNaN { return -1 }
    if logit > logits[best] { best = k }
  }
  return Int32(best)
}
