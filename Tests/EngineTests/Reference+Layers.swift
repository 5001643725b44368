import Engine
import Glibc

extension Reference {
  /// The windows of a convolution or a pooling.
  struct Windows {
    /// One pixel of the input inside a window, and its place in the window.
    struct Pixel {
      var h: Int, w: Int, r: Int, s: Int
    }

    let input: Array4
    let kernel: (Int, Int), strides: (Int, Int), border: Border

    init(_ input: Array4, kernel: (Int, Int), strides: (Int, Int), _ border: Border) {
      self.input = input
      self.kernel = kernel
      self.strides = strides
      self.border = border
    }

    /// One number for each example, channel and window, from the pixels that lie inside.
    func map(channels: Int, _ body: (Int, Int, [Pixel]) -> Double) -> Array4 {
      let (height, width) = (input.shape[2], input.shape[3])
      let rows = (height + border.above + border.below - kernel.0) / strides.0 + 1
      let columns = (width + border.left + border.right - kernel.1) / strides.1 + 1
      var y = Array4([input.shape[0], channels, rows, columns])
      for row in 0..<rows {
        for column in 0..<columns {
          var pixels: [Pixel] = []
          for r in 0..<kernel.0 {
            for s in 0..<kernel.1 {
              let h = row * strides.0 + r - border.above
              let w = column * strides.1 + s - border.left
              guard (0..<height).contains(h), (0..<width).contains(w) else { continue }
              pixels.append(Pixel(h: h, w: w, r: r, s: s))
            }
          }
          for n in 0..<input.shape[0] {
            for c in 0..<channels { y[n, c, row, column] = body(n, c, pixels) }
          }
        }
      }
      return y
    }
  }

  /// Mean and variance of each channel.
  static func moments(_ x: Array4) -> [(mean: Double, variance: Double)] {
    let area = x.shape.dropFirst(2).reduce(1, *)
    return (0..<x.shape[1]).map { (c: Int) -> (mean: Double, variance: Double) in
      var values: [Double] = []
      for n in 0..<x.shape[0] {
        let start = (n * x.shape[1] + c) * area
        values += x.values[start..<start + area]
      }
      let mean = values.reduce(0, +) / Double(values.count)
      var squares = 0.0
      for value in values { squares += (value - mean) * (value - mean) }
      return (mean, squares / Double(values.count))
    }
  }

  static func batchNormalization(
    _ x: Array4, gamma: [Double], beta: [Double], moments: [(mean: Double, variance: Double)]
  ) -> Array4 {
    let area = x.shape.dropFirst(2).reduce(1, *)
    var y = x
    for i in y.values.indices {
      let c = i / area % x.shape[1]
      let (mean, variance) = moments[c]
      y.values[i] = (x.values[i] - mean) / (variance + 1e-3).squareRoot() * gamma[c] + beta[c]
    }
    return y
  }

  static func activation(_ function: Activation, _ x: Array4) -> Array4 {
    Array4(x.shape, x.values.map { apply(function, $0) })
  }

  static func apply(_ function: Activation, _ x: Double) -> Double {
    switch function {
    case .relu: max(x, 0)
    case .tanh: Glibc.tanh(x)
    case .sigmoid: 1 / (1 + exp(-x))
    case .elu: x > 0 ? x : exp(x) - 1
    case .leakyReLU: x > 0 ? x : 0.2 * x
    case .softplus: log(1 + exp(x))
    case .gelu: x * (1 + erf(x / 2.0.squareRoot())) / 2
    case .swish: x / (1 + exp(-x))
    }
  }

  static func add(_ a: Array4, _ b: Array4) -> Array4 {
    Array4(a.shape, zip(a.values, b.values).map { $0 + $1 })
  }

  static func concatenate(_ parts: [Array4]) -> Array4 {
    let channels = parts.reduce(0) { $0 + $1.shape[1] }
    let area = parts[0].shape[2] * parts[0].shape[3]
    var values: [Double] = []
    for n in 0..<parts[0].shape[0] {
      for part in parts {
        let size = part.shape[1] * area
        values += part.values[n * size..<(n + 1) * size]
      }
    }
    return Array4([parts[0].shape[0], channels] + parts[0].shape[2...], values)
  }

  /// Rows in the order height, width, channel.
  static func flatten(_ x: Array4) -> Array4 {
    var y = Array4([x.shape[0], x.values.count / x.shape[0], 1, 1])
    var i = 0
    for n in 0..<x.shape[0] {
      for h in 0..<x.shape[2] {
        for w in 0..<x.shape[3] {
          for c in 0..<x.shape[1] {
            y.values[i] = x[n, c, h, w]
            i += 1
          }
        }
      }
    }
    return y
  }
}
