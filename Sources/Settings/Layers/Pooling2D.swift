/// The maximum of each window.
package struct MaxPooling2D: PoolingDeclaration {
  package var poolSize = Extent(2)
  package var strides: Extent?
  package var padding = Padding.valid

  package init() {}

  package static let word = "max_pooling2d"
  package static let summary = "the maximum of each window"
  package static let keepsResult = true
  package static let fields: [Field<MaxPooling2D>] = poolingFields()

  package func build<Builder: LayerBuilder>(with builder: Builder) -> Builder.Computation {
    builder.build(self)
  }
}

/// The mean of the part of each window that lies inside the image.
package struct AveragePooling2D: PoolingDeclaration {
  package var poolSize = Extent(2)
  package var strides: Extent?
  package var padding = Padding.valid

  package init() {}

  package static let word = "average_pooling2d"
  package static let summary = "the mean of the part of each window that lies inside the image"
  package static let fields: [Field<AveragePooling2D>] = poolingFields()

  package func build<Builder: LayerBuilder>(with builder: Builder) -> Builder.Computation {
    builder.build(self)
  }
}

/// What both kinds of pooling share.
package protocol PoolingDeclaration: LayerDeclaration {
  var poolSize: Extent { get set }
  /// `nil` for the windows' size; settings that were read have it.
  var strides: Extent? { get set }
  var padding: Padding { get set }
}

extension PoolingDeclaration {
  package init(poolSize: Extent, strides: Extent? = nil, padding: Padding = .valid) {
    self.init()
    self.poolSize = poolSize
    self.strides = strides ?? poolSize
    self.padding = padding
  }

  package static var mainKey: String? { "pool_size" }

  fileprivate static func poolingFields() -> [Field<Self>] {
    [
      Field(
        \.poolSize, "pool_size", .extent,
        "height and width of the windows, or one number for both"),
      Field(
        \.strides, "strides", .extent, "vertical and horizontal stride, or one number for both",
        default: "`pool_size`"),
      Field(
        \.padding, "padding", .choice("padding"),
        "`valid`: no padding; `same`: windows may extend beyond the edge"),
    ]
  }

  package mutating func complete(_ reader: any SettingsReader) { strides = strides ?? poolSize }

  package func output(for inputs: [LayerShape]) throws(ShapeProblem) -> LayerShape {
    let input = try image(inputs)
    return try Window(
      words: ("pool", "pool_size"), size: poolSize, strides: strides ?? poolSize, padding: padding
    ).output(for: input, channels: input.channels)
  }
}

/// The mean of each channel.
package struct GlobalAveragePooling2D: LayerDeclaration {
  package init() {}

  package static let word = "global_average_pooling2d"
  package static let summary = "the mean of each channel"
  package static let fields: [Field<GlobalAveragePooling2D>] = []

  package func output(for inputs: [LayerShape]) throws(ShapeProblem) -> LayerShape {
    let channels = try image(inputs).channels
    return LayerShape([channels], flattened: [1, 1, channels])
  }

  package func build<Builder: LayerBuilder>(with builder: Builder) -> Builder.Computation {
    builder.build(self)
  }
}
