import Engine
import Glibc

/// A network of the engine's operators in double precision, by their definitions: the loops that
/// nobody can get wrong, as the yardstick for oneDNN's and for our gradients.
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
    let height = (x.shape[2] + 2 * padding.0 - w.shape[2]) / strides.0 + 1
    let width = (x.shape[3] + 2 * padding.1 - w.shape[3]) / strides.1 + 1
    var y = Array4([x.shape[0], w.shape[0], height, width])
    for n in 0..<x.shape[0] {
      for o in 0..<w.shape[0] {
        for h in 0..<height {
          for v in 0..<width {
            var sum = b[o]
            for i in 0..<w.shape[1] {
              for r in 0..<w.shape[2] {
                for s in 0..<w.shape[3] {
                  let (row, column) = (h * strides.0 + r - padding.0, v * strides.1 + s - padding.1)
                  guard (0..<x.shape[2]).contains(row), (0..<x.shape[3]).contains(column) else {
                    continue
                  }
                  sum += x[n, i, row, column] * w[o, i, r, s]
                }
              }
            }
            y[n, o, h, v] = sum
          }
        }
      }
    }
    return y
  }

  static func maxPooling(_ x: Array4, window: (Int, Int), strides: (Int, Int)) -> Array4 {
    let height = (x.shape[2] - window.0) / strides.0 + 1
    let width = (x.shape[3] - window.1) / strides.1 + 1
    var y = Array4([x.shape[0], x.shape[1], height, width])
    for n in 0..<x.shape[0] {
      for c in 0..<x.shape[1] {
        for h in 0..<height {
          for v in 0..<width {
            var largest = -Double.infinity
            for r in 0..<window.0 {
              for s in 0..<window.1 {
                largest = max(largest, x[n, c, h * strides.0 + r, v * strides.1 + s])
              }
            }
            y[n, c, h, v] = largest
          }
        }
      }
    }
    return y
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
