/// By channel: `(x - mean) / max(sqrt(variance), 1e-7)`, with numbers that are settings, not
/// weights; one for all channels, or one for each.
package struct Normalization: ChannelTransformDeclaration {
  package var mean: [Double] = [0]
  package var variance: [Double] = [1]

  package init() {}

  package init(mean: [Double], variance: [Double]) {
    self.mean = mean
    self.variance = variance
  }

  package static let word = "normalization"
  package static let summary =
    "subtracts `mean` from each channel and divides by the square root of `variance`"
  package static let fields: [Field<Normalization>] = [
    Field(
      \.mean, "mean", .byChannel(.any), "the mean of each channel, or one number for all",
      isRequired: true),
    Field(
      \.variance, "variance", .byChannel(.nonNegative),
      "the variance of each channel, or one number for all", isRequired: true),
  ]

  package var numbers: [(key: String, numbers: [Double])] {
    [("mean", mean), ("variance", variance)]
  }

  package var parts: [any LayerDeclaration] {
    let short = Normalization(mean: shortened(mean), variance: shortened(variance))
    return short == Normalization() ? [] : [short]
  }

  package func build<Builder: LayerBuilder>(with builder: Builder) -> Builder.Computation {
    builder.build(self)
  }
}

/// By channel: `x * scale + offset`; one number for all channels, or one for each.
package struct Rescaling: ChannelTransformDeclaration {
  package var scale: [Double] = [1]
  package var offset: [Double] = [0]

  package init() {}

  package init(scale: [Double], offset: [Double]) {
    self.scale = scale
    self.offset = offset
  }

  package static let word = "rescaling"
  package static let summary = "multiplies each channel by `scale` and adds `offset`"
  package static let mainKey: String? = "scale"
  package static let fields: [Field<Rescaling>] = [
    Field(
      \.scale, "scale", .byChannel(.any),
      "the factor of each channel, or one number for all", isRequired: true),
    Field(
      \.offset, "offset", .byChannel(.any), "the offset of each channel, or one number for all"),
  ]

  package var numbers: [(key: String, numbers: [Double])] {
    [("scale", scale), ("offset", offset)]
  }

  package var parts: [any LayerDeclaration] {
    let short = Rescaling(scale: shortened(scale), offset: shortened(offset))
    return short == Rescaling() ? [] : [short]
  }

  package func build<Builder: LayerBuilder>(with builder: Builder) -> Builder.Computation {
    builder.build(self)
  }
}

/// A transform of each channel by given numbers.
package protocol ChannelTransformDeclaration: LayerDeclaration {
  /// One for all channels, or one for each.
  var numbers: [(key: String, numbers: [Double])] { get }
}

extension ChannelTransformDeclaration {
  package func output(for inputs: [LayerShape]) throws(ShapeProblem) -> LayerShape {
    let (input, channels) = (inputs[0], inputs[0].channels)
    if let wrong = numbers.first(where: { ![1, channels].contains($0.numbers.count) }) {
      let words = input.isRow ? "numbers" : channels == 1 ? "channel" : "channels"
      throw ShapeProblem(
        ": `\(wrong.key)` has \(wrong.numbers.count) numbers, its input \(input) has \(channels)"
          + " \(words)", key: wrong.key, hasChain: false)
    }
    return input.isRow ? input.row : input
  }

  package func readsRows(_ inputs: [LayerShape]) -> Bool { inputs[0].isRow }
}

extension SettingType where Value == [Double] {
  /// A number for each channel, or one for all.
  package static func byChannel(_ range: NumberRange) -> Self {
    let number = SettingType<Double>.number(range)
    let list = SettingType<[Double]>.list(of: number, minimum: 1)
    return Self(
      .either([number.schema, list.schema]),
      encode: { $0.count == 1 ? number.encode($0[0]) : list.encode($0) }, isValid: list.isValid
    ) { source in
      source.items != nil ? list.decode(source) : number.decode(source).map { [$0] }
    }
  }
}

/// One number where all are equal.
private func shortened(_ numbers: [Double]) -> [Double] {
  guard let first = numbers.first else { return numbers }
  return numbers.allSatisfy { $0 == first } ? [first] : numbers
}
