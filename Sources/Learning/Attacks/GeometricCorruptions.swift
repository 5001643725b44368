internal import Engine
package import Settings

import CFunctions

extension AttackFactory {
  package func build(_ settings: Rotation) -> any Attack {
    let angle = settings.amount
    return warp { stream in
      let sine = Double(stream.sign()) * nsl_sin(angle)
      return PixelMap(column: (nsl_cos(angle), -sine), row: (sine, nsl_cos(angle)))
    }
  }

  package func build(_ settings: Translation) -> any Attack {
    let pixels = settings.amount
    return warp { stream in
      let column = Double(stream.sign()) * pixels
      return PixelMap(shift: (column, Double(stream.sign()) * pixels))
    }
  }

  package func build(_ settings: Shear) -> any Attack {
    let angle = settings.amount
    return warp { stream in
      PixelMap(column: (1, -Double(stream.sign()) * nsl_sin(angle)), row: (0, nsl_cos(angle)))
    }
  }

  package func build(_ settings: Scaling) -> any Attack {
    let factor = 1 / settings.amount
    return warp { _ in PixelMap(column: (factor, 0), row: (0, factor)) }
  }

  private func warp(
    _ map: @escaping @Sendable (inout RandomStream) -> PixelMap
  ) -> CorruptionAttack {
    CorruptionAttack(Warp(map: map), box: ball.box)
  }
}

/// Moves pixels; the directions are drawn for each example.
private struct Warp: Corruption {
  let map: @Sendable (inout RandomStream) -> PixelMap

  func write(
    _ clean: UnsafeBufferPointer<Float>, _ plane: ImagePlane,
    into image: UnsafeMutableBufferPointer<Float>, _ stream: inout RandomStream
  ) {
    map(&stream).write(clean, plane, into: image)
  }
}
