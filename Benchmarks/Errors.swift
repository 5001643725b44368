import Engine

/// Prints the error of each pass of two convolutions: the root of the mean squared difference from
/// sums in double precision, over the root of the mean square.
func printErrors() throws {
  for (name, filters) in [("32 -> 64 on 13x13", (32, 64)), ("20 -> 20 on 13x13", (20, 20))] {
    let convolution = try Convolution(batch: 8, inputs: filters.0, outputs: filters.1, extent: 13)
    print("\n\(name): \(convolution.implementations.joined(separator: ", "))")
    for (pass, error) in convolution.errors() {
      let text = "\(error)"
      print("  " + padded(pass, 28) + String(text.prefix(4)) + text.drop { $0 != "e" })
    }
  }
}

/// A 3x3 convolution of normal numbers whose results are summed with normal weights, so that every
/// element has a gradient.
private struct Convolution {
  let batch: Int, inputs: Int, outputs: Int, extent: Int
  private let executable: Executable
  private let parameters: ParameterVector
  private let x: Value, y: Value, dx: Value
  private let dy: [Float]

  var implementations: [String] { executable.implementations.filter { $0.contains("conv2d ") } }

  init(batch: Int, inputs: Int, outputs: Int, extent: Int) throws {
    (self.batch, self.inputs, self.outputs, self.extent) = (batch, inputs, outputs, extent)
    var graph = Graph()
    x = graph.input("x", [batch, inputs, extent, extent])
    let w = graph.parameter("conv2d/kernel", [outputs, inputs, 3, 3])
    let b = graph.parameter("conv2d/bias", [outputs])
    let y = graph.convolution2D(x, weights: w, bias: b)
    self.y = y
    // A dense layer of one output for all: its weights are the gradient at y of the sum.
    let shape = graph.shape(of: y)
    let v = graph.parameter("dense/kernel", [1, shape[1], shape[2], shape[3]])
    let c = graph.parameter("dense/bias", [1])
    let loss = graph.sum(graph.dense(y, weights: v, bias: c))
    let gradients = graph.gradients(of: loss, at: [w, b, v, c, x])
    dx = gradients[4]
    parameters = ParameterVector(count: graph.parameterCount)
    var random = RandomStream(seed: 1, purpose: .noise)
    for index in parameters.values.indices { parameters.values[index] = random.normal() }
    parameters.markChanged()
    let start = graph.parameters[2].offset
    dy = Array(parameters.values[start..<start + shape[1] * shape[2] * shape[3]])
    executable = Executable(
      graph, outputs: [y, dx], parameterGradients: Array(gradients.prefix(4)),
      parameters: parameters)
    for index in executable.floats(x).indices { executable.floats(x)[index] = random.normal() }
    executable.run()
  }

  /// Each pass with its relative error.
  func errors() -> [(String, Double)] {
    let images = executable.floats(x)
    let out = extent - 2
    var results = [Double](repeating: 0, count: batch * outputs * out * out)
    var inputGradient = [Double](repeating: 0, count: images.count)
    var weightGradient = [Double](repeating: 0, count: outputs * inputs * 9)
    for n in 0..<batch {
      for o in 0..<outputs {
        for h in 0..<out {
          for w in 0..<out {
            let place = (o * out + h) * out + w
            let gradient = Double(dy[place])
            var sum = Double(parameters.values[weightGradient.count + o])
            for i in 0..<inputs {
              for tap in 0..<9 {
                let pixel =
                  ((n * inputs + i) * extent + h + tap / 3) * extent + w + tap % 3
                let weight = (o * inputs + i) * 9 + tap
                sum += Double(images[pixel]) * Double(parameters.values[weight])
                inputGradient[pixel] += gradient * Double(parameters.values[weight])
                weightGradient[weight] += gradient * Double(images[pixel])
              }
            }
            results[n * outputs * out * out + place] = sum
          }
        }
      }
    }
    return [
      ("forward", relativeError(Array(executable.floats(y)), results)),
      ("gradient at the input", relativeError(Array(executable.floats(dx)), inputGradient)),
      (
        "gradient at the weights",
        relativeError(Array(executable.gradient.prefix(weightGradient.count)), weightGradient)
      ),
    ]
  }

  private func relativeError(_ actual: [Float], _ expected: [Double]) -> Double {
    var (difference, square) = (0.0, 0.0)
    for (a, e) in zip(actual, expected) {
      difference += (Double(a) - e) * (Double(a) - e)
      square += e * e
    }
    return (difference / square).squareRoot()
  }
}
