import Engine
import Files
import FoundationEssentials
import Learning
import Settings
import SystemPackage
import TestSupport
import Testing

/// The tutorial's own network on the digits that users have: the kernels that they get, not those of
/// small networks.
enum TutorialFixture {
  static let model = Model(.tutorial)

  /// `tutorial-NAME.f16`: the network's weights in half precision and Keras's order.
  static func parameters(_ name: String) throws -> ParameterVector {
    let bytes = [UInt8](try fixture("tutorial-\(name).f16"))
    try #require(bytes.count == 2 * model.parameterCount)
    let values = stride(from: 0, to: bytes.count, by: 2).map {
      Float(Float16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8))
    }
    let parameters = ParameterVector(count: model.parameterCount)
    var offset = 0
    for weight in model.weights {
      let part = values[offset..<offset + weight.shape.count]
      for value in KerasOrder.toOurs(part, shape: weight.shape) {
        parameters.values[offset] = value
        offset += 1
      }
    }
    parameters.markChanged()
    return parameters
  }

  /// The same as an array.
  static func values(_ name: String) throws -> [Float] {
    let parameters = try parameters(name)
    return withExtendedLifetime(parameters) { Array(parameters.values) }
  }

  /// The folder of real files, where the person who runs the tests has them.
  static let dataFolder = ProcessInfo.processInfo.environment["NSL_DATA_DIR"]

  /// Test images from the front.
  static func images(_ dataset: String, count: Int) throws -> MemorySource {
    try withTemporaryFolder { folder in
      var locations = DatasetLocations(below: folder)
      locations.dataFolder = dataFolder.map { FilePath($0) }
      let name = try #require(DatasetName(rawValue: dataset))
      let split = try DatasetLibrary(locations).prepare(name, trainLimit: 1, testLimit: count)
        .dataset.open().test
      try #require(split.count == count)
      return MemorySource(
        images: (0..<count).flatMap { split.pixels($0).map { Float($0) / 255 } },
        labels: (0..<count).map { split.label($0) })
    }
  }

  /// For tests on the real digits.
  static var wantsDigits: ConditionTrait {
    .enabled(if: dataFolder != nil, "NSL_DATA_DIR is not set")
  }
}

/// `tutorial-attacks.json`, made by `make_tutorial_attacks.py` beside it.
struct TutorialAttacks: Decodable {
  struct Attack: Decodable {
    let name: String
    let norm: Norm
    let epsilon: Float
    let stepSize: Float
    let steps: Int
    /// Whether to the class after the true one.
    let targeted: Bool
    let correct: Int
    let loss: Double
  }

  struct Case: Decodable {
    let model: String
    let dataset: String
    let correct: Int
    let loss: Double
    let gradientSigns: String
    let attacks: [Attack]
  }

  let images: Int
  let signs: Int
  let cases: [Case]

  static let loaded = Result {
    try decoded(TutorialAttacks.self, "tutorial-attacks.json")
  }
}

/// `tutorial-training.json`, made by `make_tutorial_training.py` beside it.
struct TutorialTraining: Decodable {
  struct Training: Decodable {
    let dataset: String
    let settings: GoldenFile.Regularization?
    let optimizer: String
    let learningRate: Float
    let steps: [[String: Double]]
    let weights: [[Float]]
  }

  let elements: Int
  let trainings: [Training]

  static let loaded = Result {
    try decoded(TutorialTraining.self, "tutorial-training.json")
  }
}
