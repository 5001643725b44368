import Engine
import Glibc

/// A network of the engine's operators in double precision, by their definitions: the loops that
/// nobody can get wrong, as the yardstick for results and gradients.
struct Reference {
  struct Array4 {
    var shape: [Int]
    var values: [Double]
    init(_ shape: [Int], _ values: [Double]? = nil) {
      self.shape = shape
      self.values = values ?? [Double](repeating: 0, count: shape.reduce(1, *))
    }
    subscript(n: Int, c: Int, h: Int, w: Int) -> Double {
      get { values[((n * shape[1] + c) * shape[2] + h) * shape[3] + w] }
      set { values[((n * shape[1] + c) * shape[2] + h) * shape[3] + w] = newValue }
    }
  }

  static func convolution(
    _ x: Array4, _ w: Array4, _ b: [Double], strides: (Int, Int), padding: (Int, Int)
  ) -> Array4 {
    let border = Border(
      above: padding.0, below: padding.0, left: padding.1, right: padding.1)
    return convolution(x, w, b, strides: strides, border: border)
  }

  static func convolution(
    _ x: Array4, _ w: Array4, _ b: [Double], strides: (Int, Int), border: Border
  ) -> Array4 {
    let windows = Windows(x, kernel: (w.shape[2], w.shape[3]), strides: strides, border)
    return windows.map(channels: w.shape[0]) { n, o, pixels in
      var sum = b[o]
      for i in 0..<w.shape[1] {
        for pixel in pixels { sum += x[n, i, pixel.h, pixel.w] * w[o, i, pixel.r, pixel.s] }
      }
      return sum
    }
  }

  static func maxPooling(
    _ x: Array4, window: (Int, Int), strides: (Int, Int), border: Border = Border()
  ) -> Array4 {
    Windows(x, kernel: window, strides: strides, border).map(channels: x.shape[1]) {
      n, c, pixels in pixels.map { x[n, c, $0.h, $0.w] }.max() ?? -.infinity
    }
  }

  static func averagePooling(
    _ x: Array4, window: (Int, Int), strides: (Int, Int), border: Border = Border()
  ) -> Array4 {
    Windows(x, kernel: window, strides: strides, border).map(channels: x.shape[1]) {
      n, c, pixels in pixels.reduce(0) { $0 + x[n, c, $1.h, $1.w] } / Double(pixels.count)
    }
  }

  static func relu(_ x: Array4) -> Array4 { Array4(x.shape, x.values.map { max($0, 0) }) }

  /// `x` `[N, ...]`, `w` `[O, ...]` -> `[N, O, 1, 1]`.
  static func dense(_ x: Array4, _ w: Array4, _ b: [Double]) -> Array4 {
    let (batch, outputs) = (x.shape[0], w.shape[0])
    let features = x.values.count / batch
    var y = Array4([batch, outputs, 1, 1])
    for n in 0..<batch {
      for o in 0..<outputs {
        var sum = b[o]
        for f in 0..<features { sum += x.values[n * features + f] * w.values[o * features + f] }
        y[n, o, 0, 0] = sum
      }
    }
    return y
  }

  /// The mean over the batch.
  static func crossEntropy(_ logits: Array4, _ labels: [Int]) -> Double {
    let classes = logits.shape[1]
    var total = 0.0
    for (n, label) in labels.enumerated() {
      let row = logits.values[n * classes..<(n + 1) * classes]
      let largest = row.max() ?? 0
      total += logSumExp(row, largest) - (row[row.startIndex + label] - largest)
    }
    return total / Double(labels.count)
  }

  private static func logSumExp(_ row: ArraySlice<Double>, _ largest: Double) -> Double {
    log(row.reduce(0) { $0 + exp($1 - largest) })
  }
}
