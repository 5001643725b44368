import Engine
import Learning
import Settings
import Testing

extension Architecture {
  /// The network of the tutorial.
  static let tutorial = Architecture(
    input: Extent(height: 28, width: 28), inputChannels: 1, classes: 10, convFilters: [32, 64, 64],
    denseUnits: [64])
  /// The network of `nsl-golden.json`.
  static let golden = Architecture(
    input: Extent(height: 12, width: 12), inputChannels: 1, classes: 3, convFilters: [4, 8],
    denseUnits: [16])
}

@Suite struct ModelTests {
  @Test func `has the tutorial's 93322 parameters under Keras's names`() {
    let model = Model(.tutorial)
    #expect(model.parameterCount == 93_322)
    #expect(
      model.weights.map(\.name) == [
        "conv2d/kernel", "conv2d/bias", "conv2d_1/kernel", "conv2d_1/bias", "conv2d_2/kernel",
        "conv2d_2/bias", "dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias",
      ])
    #expect(model.weights[4].shape == [64, 64, 3, 3])
    #expect(model.weights[4].kerasShape == [3, 3, 64, 64])
    #expect(model.weights[6].shape == [64, 64, 3, 3])
    #expect(model.weights[6].kerasShape == [576, 64])
    #expect(model.weights[8].kerasShape == [64, 10])
  }

  @Test func `starts with Glorot-uniform kernels and zero biases`() {
    let model = Model(.tutorial)
    let parameters = model.initialParameters(seed: 1)
    #expect(parameters == model.initialParameters(seed: 1))
    #expect(parameters != model.initialParameters(seed: 2))
    let fans: [Float] = [297, 864, 1152, 640, 74]
    let limits = fans.map { (6 / $0).squareRoot() }
    var offset = 0
    for (index, weight) in model.weights.enumerated() {
      let values = parameters[offset..<offset + weight.shape.count]
      offset += weight.shape.count
      let largest = values.map(\.magnitude).max() ?? 0
      if index % 2 == 1 {
        #expect(largest == 0)
      } else {
        #expect(largest <= limits[index / 2] && largest > 0.95 * limits[index / 2])
      }
    }
  }

  @Test func `changes between our order and Keras's and back`() {
    // [O, I, R, S] = [2, 1, 1, 3]: element (o, s) stands at [s, o] in Keras's order.
    #expect(
      KerasOrder.fromOurs([0, 1, 2, 10, 11, 12], shape: [2, 1, 1, 3]) == [0, 10, 1, 11, 2, 12])
    for shape in [[4, 3, 2, 5], [3, 7], [6]] as [Shape] {
      let values = (0..<shape.count).map(Float.init)
      #expect(
        KerasOrder.toOurs(KerasOrder.fromOurs(values[...], shape: shape)[...], shape: shape)
          == values)
    }
  }
}
