import FoundationEssentials
import Learning
import Settings
import TestSupport

/// A tensor of a fixture, in Keras's order.
struct FixtureTensor: Decodable {
  let shape: [Int]
  let data: [Float]

  /// Images `[N, H, W, C]` brought to `[N, C, H, W]`.
  var imagesInOurOrder: [Float] {
    let (count, area, channels) = (shape[0], shape[1] * shape[2], shape[3])
    var result = [Float](repeating: 0, count: data.count)
    for n in 0..<count {
      for place in 0..<area {
        for c in 0..<channels {
          result[(n * channels + c) * area + place] = data[(n * area + place) * channels + c]
        }
      }
    }
    return result
  }
}

/// `nsl-golden.json`, made by `make_nsl_golden.py` beside it.
struct GoldenFile: Decodable {
  struct Neighbor: Decodable {
    let loss: String
    let adv_step_size: Double
    let adv_grad_norm: Norm
    let feature_mask: FixtureTensor?
    let clip: [Double]?
    let pgd_iterations: Int?
    let pgd_epsilon: Double?
    let x: FixtureTensor
    let g: FixtureTensor
    let w: FixtureTensor?
    let perturbed: FixtureTensor
  }

  struct Regularization: Decodable {
    let multiplier: Double
    let adv_step_size: Double
    let adv_grad_norm: Norm
    let feature_mask: FixtureTensor?
    let clip_value_min: Double?
    let clip_value_max: Double?
    let pgd_iterations: Int?
    let pgd_epsilon: Double?
  }

  struct Training: Decodable {
    let adv_config: Regularization?
    let optimizer: String
    let learning_rate: Float
    let logits_batch0: FixtureTensor
    let perturbed_batch0: FixtureTensor?
    let weights_after_1: [FixtureTensor]?
    let weights_after_5: [FixtureTensor]
    let metrics_per_step: [[String: Double]]?
    let total_loss: [Double]?
  }

  struct Network: Decodable {
    let weights: [FixtureTensor]
    let batches_x: [FixtureTensor]
    let batches_y: [[Int32]]
  }

  let neighbors: [Neighbor]
  let training: [Training]
  let model: Network

  static let loaded = Result {
    try decoded(GoldenFile.self, "nsl-golden.json")
  }
}

/// `nsl-clipped.json`, made by `make_nsl_clipped.py` beside it: clips and masks that take effect.
struct ClippedFile: Decodable {
  let training: [GoldenFile.Training]

  static let loaded = Result {
    try decoded(ClippedFile.self, "nsl-clipped.json")
  }
}

/// Images and labels in memory.
struct MemorySource: ExampleSource {
  /// `[N, C, H, W]`.
  var images: [Float]
  var labels: [Int32]

  var count: Int { labels.count }

  @discardableResult func fill(
    images: UnsafeMutableBufferPointer<Float>, labels: UnsafeMutableBufferPointer<Int32>,
    indices: some Sequence<Int>
  ) -> Int {
    let size = self.images.count / count
    var filled = 0
    for (place, index) in indices.enumerated() {
      labels[place] = self.labels[index]
      for i in 0..<size { images[place * size + i] = self.images[index * size + i] }
      filled += 1
    }
    return filled
  }
}

/// The largest difference between two lists; infinite where their lengths differ.
func largestDifference(_ a: some Collection<Float>, _ b: some Collection<Float>) -> Float {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).map { ($0 - $1).magnitude }.reduce(0) { $1.isNaN ? .infinity : max($0, $1) }
}
