/// A convolution of images, then a function of each element.
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
  package static let summary = "a convolution of images"
  package static let hasWeights = true
  package static let keepsResult = true
  package static let fields: [Field<Convolution2D>] = [
    Field(\.filters, "filters", .width, "channels of the result", isRequired: true),
    Field(
      \.kernelSize, "kernel_size", .extent,
      "height and width of the kernels; one number for both", isRequired: true),
    Field(\.strides, "strides", .extent, "steps down and to the right; one number for both"),
    Field(
      \.padding, "padding", .choice("padding"),
      "`valid` for none, `same` for a result as large as the input, but for `strides`"),
    Field(\.activation, "activation", ActivationName.type, "applied to the result"),
    Field(\.useBias, "use_bias", .boolean, "whether a bias is added"),
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
