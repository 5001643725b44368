import FoundationEssentials
import Glibc
import ONNX
import SwiftProtobuf

/// Numbers with a shape, the last axis running fastest.
struct Numbers {
  var shape: [Int]
  var values: [Double]

  init(_ shape: [Int], _ values: [Double]) {
    precondition(values.count == shape.reduce(1, *), "\(values.count) numbers for \(shape)")
    (self.shape, self.values) = (shape, values)
  }

  init(_ shape: [Int], _ value: ([Int]) -> Double) {
    var values: [Double] = []
    var place = shape.map { _ in 0 }
    for _ in 0..<shape.reduce(1, *) {
      values.append(value(place))
      for axis in shape.indices.reversed() {
        place[axis] += 1
        if place[axis] < shape[axis] { break }
        place[axis] = 0
      }
    }
    self.init(shape, values)
  }

  subscript(place: [Int]) -> Double {
    values[zip(place, shape).reduce(0) { $0 * $1.1 + $1.0 }]
  }

  /// With another tensor, whose axes of length 1 are repeated, as are those that it lacks.
  func with(_ other: Numbers, _ function: (Double, Double) -> Double) -> Numbers {
    let missing = shape.count - other.shape.count
    return Numbers(shape) { place in
      let there = other.shape.indices.map { other.shape[$0] == 1 ? 0 : place[missing + $0] }
      return function(self[place], other[there])
    }
  }

  func map(_ function: (Double) -> Double) -> Numbers { Numbers(shape, values.map(function)) }
}

/// Computes what an ONNX file says, in double precision, by the definitions of the operators and
/// nothing else: slow, and independent of the engine.
///
/// - Source: https://onnx.ai/onnx/operators/.
struct ModelInterpreter {
  struct Unknown: Error { let what: String }

  let model: Onnx_ModelProto

  init(_ bytes: [UInt8]) throws { model = try Onnx_ModelProto(serializedBytes: bytes) }

  /// - Returns: What the graph's only output is for its only input.
  func run(_ input: Numbers) throws -> Numbers {
    var values = [model.graph.input[0].name: input]
    for tensor in model.graph.initializer {
      let numbers = tensor.rawData.withUnsafeBytes { bytes in
        stride(from: 0, to: bytes.count, by: 4).map { place in
          let bits = bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)
          return Double(Float(bitPattern: UInt32(littleEndian: bits)))
        }
      }
      values[tensor.name] = Numbers(tensor.dims.map(Int.init), numbers)
    }
    for node in model.graph.node {
      let inputs = try node.input.map { name in
        guard let value = values[name] else { throw Unknown(what: name) }
        return value
      }
      guard values.updateValue(try compute(node, inputs), forKey: node.output[0]) == nil else {
        throw Unknown(what: "\(node.output[0]) is written twice")
      }
    }
    guard let output = values[model.graph.output[0].name] else { throw Unknown(what: "output") }
    return output
  }

  private func compute(_ node: Onnx_NodeProto, _ inputs: [Numbers]) throws -> Numbers {
    let x = inputs[0]
    func attribute(_ name: String) -> Onnx_AttributeProto? {
      node.attribute.first { $0.name == name }
    }
    func integers(_ name: String) -> [Int] { (attribute(name)?.ints ?? []).map(Int.init) }
    switch node.opType {
    case "Relu": return x.map { max($0, 0) }
    case "Tanh": return x.map(tanh)
    case "Sigmoid": return x.map { 1 / (1 + exp(-$0)) }
    case "Softplus": return x.map { log(1 + exp($0)) }
    case "Erf": return x.map(erf)
    case "Elu":
      let alpha = Double(attribute("alpha")?.f ?? 1)
      return x.map { $0 < 0 ? alpha * (exp($0) - 1) : $0 }
    case "LeakyRelu":
      let alpha = Double(attribute("alpha")?.f ?? 0.01)
      return x.map { $0 < 0 ? alpha * $0 : $0 }
    case "Add": return x.with(inputs[1], +)
    case "Sub": return x.with(inputs[1], -)
    case "Mul": return x.with(inputs[1], *)
    case "BatchNormalization":
      let epsilon = Double(attribute("epsilon")?.f ?? 1e-5)
      return Numbers(x.shape) { place in
        let (scale, offset) = (inputs[1].values[place[1]], inputs[2].values[place[1]])
        let (mean, variance) = (inputs[3].values[place[1]], inputs[4].values[place[1]])
        return (x[place] - mean) / (variance + epsilon).squareRoot() * scale + offset
      }
    case "Flatten": return Numbers([x.shape[0], x.shape.dropFirst().reduce(1, *)], x.values)
    case "Transpose":
      let order = integers("perm")
      return Numbers(order.map { x.shape[$0] }) { place in
        var there = place
        for (axis, from) in order.enumerated() { there[from] = place[axis] }
        return x[there]
      }
    case "Concat":
      var shape = x.shape
      shape[1] = inputs.reduce(0) { $0 + $1.shape[1] }
      return Numbers(shape) { place in
        var there = place
        for input in inputs {
          if there[1] < input.shape[1] { return input[there] }
          there[1] -= input.shape[1]
        }
        return .nan
      }
    case "Gemm":
      guard attribute("transB")?.i == 1 else { throw Unknown(what: "transB") }
      return Numbers([x.shape[0], inputs[1].shape[0]]) { place in
        var sum = inputs.count > 2 ? inputs[2].values[place[1]] : 0
        for column in 0..<x.shape[1] {
          sum += x[[place[0], column]] * inputs[1][[place[1], column]]
        }
        return sum
      }
    case "GlobalAveragePool":
      return Numbers([x.shape[0], x.shape[1], 1, 1]) { place in
        window(x, at: place, [x.shape[2], x.shape[3]], [1, 1], [0, 0]).mean
      }
    case "Conv", "MaxPool", "AveragePool":
      let (kernel, strides) = (integers("kernel_shape"), integers("strides"))
      let pads = integers("pads")
      let channels = node.opType == "Conv" ? inputs[1].shape[0] : x.shape[1]
      let extents: [Int] = [0, 1].map { axis in
        let padded = x.shape[2 + axis] + pads[axis] + pads[2 + axis]
        return (padded - kernel[axis]) / strides[axis] + 1
      }
      return Numbers([x.shape[0], channels] + extents) { place in
        guard node.opType == "Conv" else {
          let inside = window(x, at: place, kernel, strides, pads)
          return node.opType == "MaxPool" ? inside.values.max() ?? .nan : inside.mean
        }
        var sum = inputs.count > 2 ? inputs[2].values[place[1]] : 0
        for channel in 0..<x.shape[1] {
          let inside = window(x, at: [place[0], channel] + place[2...], kernel, strides, pads)
          for (value, there) in zip(inside.values, inside.places) {
            sum += value * inputs[1][[place[1], channel] + there]
          }
        }
        return sum
      }
    default: throw Unknown(what: node.opType)
    }
  }

  /// The part of a window that lies inside the image, with the places in the window.
  private func window(
    _ x: Numbers, at place: [Int], _ kernel: [Int], _ strides: [Int], _ pads: [Int]
  ) -> (values: [Double], places: [[Int]], mean: Double) {
    var (values, places): ([Double], [[Int]]) = ([], [])
    for r in 0..<kernel[0] {
      for s in 0..<kernel[1] {
        let (row, column) = (
          place[2] * strides[0] - pads[0] + r, place[3] * strides[1] - pads[1] + s
        )
        guard x.shape[2] > row, row >= 0, x.shape[3] > column, column >= 0 else { continue }
        values.append(x[[place[0], place[1], row, column]])
        places.append([r, s])
      }
    }
    return (values, places, values.reduce(0, +) / Double(values.count))
  }
}
