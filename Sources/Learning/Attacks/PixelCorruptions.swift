internal import Engine
package import Settings

extension AttackFactory {
  package func build(_ settings: Blur) -> any Attack {
    CorruptionAttack(
      GaussianBlur(kernel: GaussianKernel(deviation: settings.amount)), box: ball.box)
  }

  package func build(_ settings: Contrast) -> any Attack {
    CorruptionAttack(LowerContrast(left: settings.amount), box: ball.box)
  }

  package func build(_ settings: SaltAndPepper) -> any Attack {
    CorruptionAttack(ImpulseNoise(share: Float(settings.amount)), box: ball.box)
  }

  package func build(_ settings: Stripe) -> any Attack {
    CorruptionAttack(InvertedStripes(share: settings.amount), box: ball.box)
  }
}

private struct GaussianBlur: Corruption {
  let kernel: GaussianKernel

  func write(
    _ clean: UnsafeBufferPointer<Float>, _ plane: ImagePlane,
    into image: UnsafeMutableBufferPointer<Float>, _ stream: inout RandomStream
  ) {
    kernel.write(clean, plane, into: image)
  }
}

private struct LowerContrast: Corruption {
  /// What is left of the differences from the mean.
  let left: Double

  func write(
    _ clean: UnsafeBufferPointer<Float>, _ plane: ImagePlane,
    into image: UnsafeMutableBufferPointer<Float>, _ stream: inout RandomStream
  ) {
    let area = plane.height * plane.width
    for channel in 0..<plane.channels {
      let elements = channel * area..<(channel + 1) * area
      let mean = elements.reduce(0.0) { $0 + Double(clean[$1]) } / Double(area)
      for i in elements { image[i] = Float(mean + left * (Double(clean[i]) - mean)) }
    }
  }
}

private struct ImpulseNoise: Corruption {
  /// Of the elements.
  let share: Float

  /// Two draws for each element, so that a higher severity changes the same ones and more.
  func write(
    _ clean: UnsafeBufferPointer<Float>, _ plane: ImagePlane,
    into image: UnsafeMutableBufferPointer<Float>, _ stream: inout RandomStream
  ) {
    for i in clean.indices {
      let isChanged = stream.uniform() < share
      let isSalt = stream.sign() > 0
      image[i] = isChanged ? (isSalt ? 1 : 0) : clean[i]
    }
  }
}

private struct InvertedStripes: Corruption {
  /// Of the width, at each side; one column at least.
  let share: Double

  func write(
    _ clean: UnsafeBufferPointer<Float>, _ plane: ImagePlane,
    into image: UnsafeMutableBufferPointer<Float>, _ stream: inout RandomStream
  ) {
    let width = max(Int((share * Double(plane.width)).rounded()), 1)
    for i in clean.indices {
      let column = i % plane.width
      let isInside = column < width || column >= plane.width - width
      image[i] = isInside ? 1 - clean[i] : clean[i]
    }
  }
}
