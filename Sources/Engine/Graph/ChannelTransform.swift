/// `(x - center) * scale + shift` by channel, with numbers that are no weights.
package struct ChannelTransform: Hashable, Sendable {
  /// `[C]` each.
  package let center: [Float]
  package let scale: [Float]
  package let shift: [Float]

  /// Keras's `Normalization` with given moments: `(x - mean) / max(sqrt(variance), 1e-7)`.
  ///
  /// - Parameters:
  ///   - mean: One number for all channels, or one for each.
  ///   - variance: The same.
  /// - Source: `keras/src/layers/preprocessing/normalization.py` of Keras 2.15.
  package static func normalization(
    mean: [Double], variance: [Double], channels: Int
  ) -> ChannelTransform {
    let scale = variance.map { 1 / max($0.squareRoot(), 1e-7) }
    return ChannelTransform(center: mean, scale: scale, shift: [0], channels)
  }

  /// Keras's `Rescaling`: `x * scale + offset`.
  ///
  /// - Parameters:
  ///   - scale: One number for all channels, or one for each.
  ///   - offset: The same.
  package static func rescaling(
    scale: [Double], offset: [Double], channels: Int
  ) -> ChannelTransform {
    ChannelTransform(center: [0], scale: scale, shift: offset, channels)
  }

  private init(center: [Double], scale: [Double], shift: [Double], _ channels: Int) {
    func spread(_ numbers: [Double]) -> [Float] {
      precondition([1, channels].contains(numbers.count), "one number, or one for each channel")
      return (0..<channels).map { Float(numbers[numbers.count == 1 ? 0 : $0]) }
    }
    (self.center, self.scale, self.shift) = (spread(center), spread(scale), spread(shift))
  }

  /// What a gradient goes through on its way back.
  var gradient: ChannelTransform {
    ChannelTransform(center: [0], scale: scale.map(Double.init), shift: [0], scale.count)
  }
}
