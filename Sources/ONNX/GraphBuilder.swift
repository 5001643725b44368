internal import FoundationEssentials

/// A value of an ONNX graph.
struct GraphValue: Hashable, Sendable {
  var name: String
  /// Without the batch: `[C, H, W]` or `[I]`.
  var shape: [Int]

  var isImage: Bool { shape.count == 3 }
}

/// An attribute of a node.
enum NodeAttribute {
  case float(Float)
  case integer(Int)
  case integers([Int])
}

/// An ONNX graph that nodes are being added to, each after those that it reads.
struct GraphBuilder {
  private(set) var nodes: [Onnx_NodeProto] = []
  private(set) var initializers: [Onnx_TensorProto] = []
  private var names: Set<String>

  /// - Parameter reserved: Names that no node may have.
  init(reserved: Set<String>) { names = reserved }

  /// Adds a node with one result, which has the node's name.
  ///
  /// - Parameters:
  ///   - type: The operator's name in ONNX's default domain.
  ///   - name: With a number behind it where it is taken.
  ///   - shape: The result's, without the batch.
  mutating func node(
    _ type: String, _ inputs: [String], named name: String, shape: [Int],
    _ attributes: [(name: String, value: NodeAttribute)] = []
  ) -> GraphValue {
    let name = unique(name)
    var node = Onnx_NodeProto()
    node.opType = type
    node.name = name
    node.input = inputs
    node.output = [name]
    node.attribute = attributes.map { Onnx_AttributeProto($0.name, $0.value) }
    nodes.append(node)
    return GraphValue(name: name, shape: shape)
  }

  /// Adds a tensor of weights or of constants.
  ///
  /// - Returns: Its name.
  mutating func tensor(_ elements: some Sequence<Float>, shape: [Int], named name: String) -> String
  {
    var tensor = Onnx_TensorProto()
    tensor.name = unique(name)
    tensor.dims = shape.map(Int64.init)
    tensor.dataType = Int32(Onnx_TensorProto.DataType.float.rawValue)
    tensor.rawData = elements.map(\.bitPattern.littleEndian).withUnsafeBytes { Data($0) }
    initializers.append(tensor)
    return tensor.name
  }

  /// An image as a row, in Keras's order: height, width, channel; a row as it is.
  mutating func row(_ value: GraphValue) -> GraphValue {
    guard value.isImage else { return value }
    let (channels, height, width) = (value.shape[0], value.shape[1], value.shape[2])
    var value = value
    // Otherwise both orders are the same.
    if channels > 1 && height * width > 1 {
      value = node(
        "Transpose", [value.name], named: "channels_last", shape: [height, width, channels],
        [("perm", .integers([0, 2, 3, 1]))])
    }
    return flat(value)
  }

  /// A row of what a value has, in the order in which it lies.
  mutating func flat(_ value: GraphValue) -> GraphValue {
    guard value.isImage else { return value }
    return node(
      "Flatten", [value.name], named: "flatten", shape: [value.shape.reduce(1, *)],
      [("axis", .integer(1))])
  }

  /// Gives the result of a node another name, wherever it is read.
  mutating func rename(_ value: GraphValue, to name: String) {
    for index in nodes.indices {
      func renamed(_ names: [String]) -> [String] { names.map { $0 == value.name ? name : $0 } }
      nodes[index].input = renamed(nodes[index].input)
      nodes[index].output = renamed(nodes[index].output)
    }
  }

  private mutating func unique(_ name: String) -> String {
    if names.insert(name).inserted { return name }
    var count = 1
    while !names.insert("\(name)_\(count)").inserted { count += 1 }
    return "\(name)_\(count)"
  }
}

extension Onnx_AttributeProto {
  fileprivate init(_ name: String, _ value: NodeAttribute) {
    self.init()
    self.name = name
    switch value {
    case .float(let number): (type, f) = (.float, number)
    case .integer(let number): (type, i) = (.int, Int64(number))
    case .integers(let numbers): (type, ints) = (.ints, numbers.map(Int64.init))
    }
  }
}
