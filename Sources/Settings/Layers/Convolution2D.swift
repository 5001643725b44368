/// A 2D convolution, then an activation function.
package struct Convolution2D: LayerDeclaration {
  package var filters = 0
  package var kernelSize = Extent(0)
  package var strides = Extent(1)
  package var padding = Padding.valid
  package var activation = ActivationName.linear
  package var useBias = true

  package init() {}

  package init(
    filters: Int, kernelSize: Extent, strides: Extent = Extent(1), padding: Padding = .valid,
    activation: ActivationName = .linear, useBias: Bool = true
  ) {
    self.filters = filters
    self.kernelSize = kernelSize
    self.strides = strides
    self.padding = padding
    self.activation = activation
    self.useBias = useBias
  }

  package static let word = "conv2d"
  package static let summary = "a 2D convolution"
  package static let hasWeights = true
  package static let keepsResult = true
  package static let fields: [Field<Convolution2D>] = [
    Field(\.filters, "filters", .width, "number of output channels", isRequired: true),
    Field(
      \.kernelSize, "kernel_size", .extent,
      "height and width of the kernels, or one number for both", isRequired: true),
    Field(\.strides, "strides", .extent, "vertical and horizontal stride, or one number for both"),
    Field(
      \.padding, "padding", .choice("padding"),
      "`valid`: no padding; `same`: output size = input size / stride, rounded up"),
    Field(\.activation, "activation", ActivationName.type, "the activation function"),
    Field(\.useBias, "use_bias", .boolean, "whether to add a bias"),
  ]

  package func output(for inputs: [LayerShape]) throws(ShapeProblem) -> LayerShape {
    try Window(
      words: ("kernel", "kernel_size"), size: kernelSize, strides: strides, padding: padding
    ).output(for: image(inputs), channels: filters)
  }

  package func weights(for input: LayerShape) -> [WeightDeclaration] {
    let (area, channels) = (kernelSize.height * kernelSize.width, input.channels)
    let kernel = WeightDeclaration(
      name: "kernel", shape: [filters, channels, kernelSize.height, kernelSize.width],
      kerasShape: [kernelSize.height, kernelSize.width, channels, filters],
      initializer: .glorotUniform(
        fanIn: area.timesAtMost(channels), fanOut: area.timesAtMost(filters)))
    return [kernel] + (useBias ? [.vector("bias", filters, .zeros)] : [])
  }

  package var parts: [any LayerDeclaration] {
    var plain = self
    plain.activation = .linear
    return [plain] + ActivationLayer(activation).parts
  }

  package func build<Builder: LayerBuilder>(with builder: Builder) -> Builder.Computation {
    builder.build(self)
  }
}
