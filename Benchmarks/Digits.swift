import Engine
import Files
import FoundationEssentials
import Learning
import Settings
import SystemPackage

/// Test images for the tutorial's trained networks: MNIST's where NSL_DATA_DIR is set, else digits that
/// the program draws.
struct Digits {
  let name: DatasetName
  let split: Dataset.Split

  /// The first `count` ones.
  ///
  /// - Throws: `DatasetError` where MNIST can neither be found nor downloaded, or has not so many.
  init(count: Int) throws {
    let environment = ProcessInfo.processInfo.environment
    name = (environment["NSL_DATA_DIR"] ?? "").isEmpty ? .syntheticDigits : .mnist
    let prepared = try DatasetLibrary(DatasetLocations(environment: environment))
      .prepare(name, trainLimit: 1, testLimit: count).dataset
    split = try prepared.open().test
    try prepared.removeIfTemporary()
    guard split.count == count else {
      fatalError("\(name.rawValue) has \(split.count) test images")
    }
  }

  /// Writes `images.u8`, `[N, 28, 28]`, and `labels.u8`, `[N]`, a byte for each element, which the peers
  /// read.
  func write(to folder: FilePath) throws {
    try AtomicFile.write(
      (0..<split.count).flatMap { split.pixels($0) }, to: folder.appending("images.u8"))
    try AtomicFile.write(
      (0..<split.count).map { UInt8(split.label($0)) }, to: folder.appending("labels.u8"))
  }
}

extension Network {
  /// The tutorial's network with the weights of `tutorial-NAME.f16` among the fixtures of the tests,
  /// half precision in Keras's order. The working directory is the package's.
  static func trained(_ name: String) throws -> TrainedModel {
    let model = Network.tutorial().model
    let bytes = try FileSystem.read(
      FilePath("Tests/LearningTests/Fixtures/tutorial-\(name).f16"))
    precondition(bytes.count == 2 * model.parameterCount, "weights of another network")
    let values = stride(from: 0, to: bytes.count, by: 2).map {
      Float(Float16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8))
    }
    var parameters: [Float] = []
    for weight in model.weights {
      let part = values[parameters.count..<parameters.count + weight.shape.count]
      parameters += KerasOrder.toOurs(part, shape: weight.shape)
    }
    return TrainedModel(model: model, parameters: parameters)
  }
}
