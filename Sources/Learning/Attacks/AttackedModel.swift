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
/// function of the logits. No example depends on another one of the batch.
package protocol AttackedModel: AnyObject {
  /// `N`.
  var batchSize: Int { get }
  /// `[N, C, H, W]`: written before a run.
  var images: UnsafeMutableBufferPointer<Float> { get }
  /// `[N]`, each in `0..<K`: written before a run.
  var labels: UnsafeMutableBufferPointer<Int32> { get }

  /// Computes logits and losses.
  func forward()
  /// Computes logits, losses, and the gradient of the losses.
  func run()
  /// Computes logits, losses, and the gradient of the weighted logits.
  func run(_ weights: LogitWeights)
  /// Computes the gradient of the weighted logits at the images of the last run, which must still be
  /// there: from its forward pass where the model has kept that, else from another one.
  func backward(_ weights: LogitWeights)

  /// `[N]`: cross-entropy of each example.
  var losses: UnsafeBufferPointer<Float> { get }
  /// `[N, K]`.
  var logits: UnsafeBufferPointer<Float> { get }
  /// `[N, C, H, W]`: of the last gradient that was asked for.
  var imageGradient: UnsafeBufferPointer<Float> { get }
}

extension AttackedModel {
  /// Elements of one image.
  package var exampleSize: Int { images.count / batchSize }
  /// `K`.
  package var classes: Int { logits.count / batchSize }

  /// The class of the largest logit of one example, the first of equals; -1 where a logit is not a
  /// number, which is no class and so never right.
  package func prediction(of example: Int) -> Int32 {
    let logits = logits.example(example, size: classes)
    var best = 0
    for (k, logit) in logits.enumerated() {
      if logit.isNaN { return -1 }
      if logit > logits[best] { best = k }
    }
    return Int32(best)
  }
}
