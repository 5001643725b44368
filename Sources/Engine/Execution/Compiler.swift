internal import COneDNN

/// Turns a graph into a program: layouts, primitives, reorders between them.
struct Compiler {
  let graph: Graph
  let context: Context
  let parameters: ParameterVector
  let instructionSet = EngineInformation.current.instructionSet

  var program = Program()
  /// The buffers that can be seen from outside, by value.
  private(set) var visible: [Value: BufferID] = [:]
  private(set) var constants: [Value: Float] = [:]
  private(set) var copies: [WeightCopy] = []

  /// The nodes to run, in their order.
  private(set) var needed: [Int] = []
  /// Of these, in their order, those that read a value.
  private(set) var users: [Value: [Int]] = [:]
  /// The nodes whose result is max-pooled.
  private(set) var pooled: Set<Int> = []
  private var outputs: Set<Value> = []
  /// Nodes whose work was done together with another one's.
  var emitted: Set<Int> = []
  private var tensors: [Value: Tensor] = [:]
  private var reordered: [Value: [Tensor]] = [:]
  /// Forward primitives: a backward primitive is made from its forward one.
  var forwardPrimitives: [Int: Primitive] = [:]
  /// Poolings by kernels of ours: the layout of what is pooled, and the places of the maxima.
  var blockedPoolings: [Int: (layout: Layout, places: BufferID)] = [:]
  /// Their gradients, where the convolution in front computes them.
  var deferredPoolings: [Value: DeferredPooling] = [:]
  /// ReLU's gradients that a step behind them computes, by what would be their result.
  var deferredReLUs: [Value: DeferredReLU] = [:]
  /// Where the gradients at parameters shall go. Several parameters may have one value as their
  /// gradient: those of equal layers on the same input, say.
  private var gradientTargets: [Value: [BufferID]] = [:]

  init(_ graph: Graph, _ parameters: ParameterVector) throws {
    self.graph = graph
    self.parameters = parameters
    context = try Context()
  }

  /// - Parameter pause: An input that is written after the first part of a run: all that comes
  ///   before it in the graph is computed in the first part, all else in the second one.
  mutating func compile(
    outputs: [Value], parameterGradients: [Value], pause: Value?,
    into gradient: UnsafeMutableBufferPointer<Float>
  ) throws {
    if !parameterGradients.isEmpty {
      precondition(
        parameterGradients.count == graph.parameters.count, "one gradient for each parameter")
      for (parameter, value) in zip(graph.parameters, parameterGradients) {
        precondition(graph.shape(of: value) == parameter.shape, "a gradient of another shape")
        guard let base = gradient.baseAddress else { continue }
        let buffer = program.buffer(at: UnsafeMutableRawPointer(base + parameter.offset))
        gradientTargets[value, default: []].append(buffer)
      }
    }
    self.outputs = Set(outputs)
    needed = nodesNeeded(for: outputs + parameterGradients)
    users = findUsers()
    pooled = findPooled()
    for index in needed where !emitted.contains(index) {
      if let pause, index == pause.node {
        for value in outputs where value < pause { try show(value) }
        program.endFirstPart()
      }
      try emit(index)
    }

    for value in outputs { try show(value) }
    for (value, targets) in gradientTargets.sorted(by: { $0.key < $1.key }) {
      let plain = try Layout(plain: graph.shape(of: value))
      let tensor = try tensor(value)
      // Results that are plain by nature were written into their first place already.
      for target in targets where target != tensor.buffer {
        try reorder(tensor, to: Tensor(buffer: target, layout: plain))
      }
    }
  }

  /// Makes a value one that can be seen from outside.
  private mutating func show(_ value: Value) throws {
    let tensor = try tensor(value, as: Layout(plain: graph.shape(of: value)))
    program.pin(tensor.buffer)
    visible[value] = tensor.buffer
  }

  /// In the order of the graph, which is an order of execution.
  func nodesNeeded(for values: [Value]) -> [Int] {
    var needed = Set(values.map(\.node))
    for index in graph.nodes.indices.reversed() where needed.contains(index) {
      needed.formUnion(graph.nodes[index].inputs.map(\.node))
    }
    return needed.sorted()
  }

  private mutating func emit(_ index: Int) throws {
    let node = graph.nodes[index]
    switch node.operation {
    case .input:
      let value = Value(node: index, output: 0)
      // int32 elements are of float32's size, and only our own steps read them.
      let tensor = try define(value, Layout(plain: node.shapes[0]))
      program.pin(tensor.buffer)
      visible[value] = tensor.buffer
    case .constant(let number):
      let value = Value(node: index, output: 0)
      let tensor = try define(value, Layout(plain: node.shapes[0]))
      program.pin(tensor.buffer)
      visible[value] = tensor.buffer
      constants[value] = number
    case .parameter(let number):
      guard let base = parameters.values.baseAddress else { return }
      let address = UnsafeMutableRawPointer(base + graph.parameters[number].offset)
      tensors[Value(node: index, output: 0)] = Tensor(
        buffer: program.buffer(at: address), layout: try Layout(plain: node.shapes[0]))
    case .foldedNormalization:
      guard let source = weightSource(Value(node: index, output: 0)) else {
        preconditionFailure("\(name(index)) is not folded from parameters and states")
      }
      let address = try weightCopy(source, as: .plain)
      let bias = address + node.shapes[0].count * MemoryLayout<Float>.stride
      for (output, address) in [address, bias].enumerated() {
        tensors[Value(node: index, output: output)] = Tensor(
          buffer: program.buffer(at: address), layout: try Layout(plain: node.shapes[output]))
      }
    case .state(let number):
      guard let base = parameters.state.baseAddress else { return }
      let address = UnsafeMutableRawPointer(base + graph.states[number].offset)
      tensors[Value(node: index, output: 0)] = Tensor(
        buffer: program.buffer(at: address), layout: try Layout(plain: node.shapes[0]))
    case .zeros:
      // New memory is zero, and nobody writes to this.
      program.pin(
        try define(Value(node: index, output: 0), Layout(plain: node.shapes[0])).buffer)
    case .convolution(let window):
      try emitConvolution(index, node, window)
    case .convolutionInputGradient, .convolutionParameterGradient:
      try emitConvolutionGradient(index, node)
    case .dense:
      try emitDense(index, node)
    case .denseInputGradient(let shape):
      try emitDenseInputGradient(index, node, shape)
    case .denseParameterGradient(let shape):
      try emitDenseParameterGradient(index, node, shape)
    case .maxPooling(let window) where !window.isUnpadded:
      try emitPaddedMaxPooling(index, node, window)
    case .maxPoolingGradient(let window, _) where !window.isUnpadded:
      try emitPaddedMaxPoolingGradient(index, node)
    case .maxPooling(let window):
      try emitMaxPooling(index, node, window)
    case .maxPoolingGradient(let window, let shape):
      try emitMaxPoolingGradient(index, node, window, shape)
    case .relu:
      try emitReLU(index, node)
    case .reluGradient:
      try emitReLUGradient(index, node)
    case .averagePooling(let window):
      try emitAveragePooling(index, node, window)
    case .averagePoolingGradient(let window, let shape):
      try emitAveragePoolingGradient(index, node, window, shape)
    case .batchMoments:
      try emitBatchMoments(index, node)
    case .batchNormalization(let epsilon):
      try emitBatchNormalization(index, node, epsilon)
    case .batchNormalizationGradient(let epsilon, let throughMoments):
      try emitBatchNormalizationGradient(index, node, epsilon, throughMoments: throughMoments)
    case .channelTransform(let transform):
      try emitChannelTransform(index, node, transform)
    case .dropout(let rate, let draw):
      try emitDropout(index, node, rate, draw)
    case .concatenate:
      try emitConcatenate(index, node)
    case .channels(let start, let shape):
      try emitChannels(index, node, start, shape)
    case .flatten:
      try emitFlatten(index, node)
    case .unflatten(let shape):
      try emitUnflatten(index, node, shape)
    case .activation(let function):
      try emitActivation(index, node, function)
    case .activationGradient(let function):
      try emitActivationGradient(index, node, function)
    case .add, .multiply:
      try emitPairwise(index, node)
    case .softmaxCrossEntropy, .softmaxCrossEntropyGradient, .sum, .fill:
      try emitElementwise(index, node)
    }
  }

  func tensor(_ value: Value) throws -> Tensor {
    guard let tensor = tensors[value] else {
      preconditionFailure("a node before its input")
    }
    return tensor
  }

  /// A value in `layout`: as it is, or through a reorder that all its readers in that layout share.
  mutating func tensor(_ value: Value, as layout: Layout) throws -> Tensor {
    let tensor = try tensor(value)
    if tensor.layout == layout { return tensor }
    if let known = reordered[value]?.first(where: { $0.layout == layout }) { return known }
    if let source = weightSource(value) {
      let copy = try weightCopy(source, as: .layout(layout))
      let result = Tensor(buffer: program.buffer(at: copy), layout: layout)
      reordered[value, default: []].append(result)
      return result
    }
    let result = Tensor(buffer: program.buffer(byteCount: layout.byteCount), layout: layout)
    try reorder(tensor, to: result)
    reordered[value, default: []].append(result)
    return result
  }

  /// Whether a value's elements are somewhere already.
  func isDefined(_ value: Value) -> Bool { tensors[value] != nil }

  /// Whether a value can be seen from outside.
  func isVisible(_ value: Value) -> Bool {
    outputs.contains(value) || gradientTargets[value] != nil
  }

  /// Weights in a form of their own, kept up to date.
  mutating func weightCopy(
    _ source: WeightSource, as form: WeightForm
  ) throws -> UnsafeMutableRawPointer {
    let copy = try parameters.copy(of: source, as: form, in: context)
    if !copies.contains(where: { $0 === copy }) { copies.append(copy) }
    return copy.address
  }

  /// A row-major value.
  mutating func plain(_ value: Value) throws -> Tensor {
    try tensor(value, as: Layout(plain: graph.shape(of: value)))
  }

  /// A new tensor for a node's result. A parameter's gradient that comes out plain goes where it
  /// is wanted, unless it is written from outside: gradients are added to.
  @discardableResult
  mutating func define(_ value: Value, _ layout: Layout) throws -> Tensor {
    let plain = try Layout(plain: graph.shape(of: value))
    let buffer =
      if let target = gradientTargets[value]?.first, layout == plain, isComputed(value) {
        target
      } else {
        program.buffer(byteCount: layout.byteCount)
      }
    let tensor = Tensor(buffer: buffer, layout: layout)
    tensors[value] = tensor
    return tensor
  }

  /// Whether each run writes a value.
  private func isComputed(_ value: Value) -> Bool {
    switch graph.nodes[value.node].operation {
    case .input, .constant, .zeros: false
    default: true
    }
  }

  private mutating func reorder(_ from: Tensor, to: Tensor) throws {
    let context = context
    let primitive = try Primitive("reorder", using: [context, from.layout, to.layout]) {
      nsl_dnn_reorder(&$0, context.handle, from.layout.handle, to.layout.handle)
    }
    try program.append(primitive, in: context, [(nsl_dnn_source, from), (nsl_dnn_destination, to)])
  }

  /// `conv2d_1` for the second node of its kind that has parameters, as Keras counts.
  func name(_ index: Int) -> String {
    let node = graph.nodes[index]
    for input in node.inputs {
      switch graph.nodes[input.node].operation {
      case .parameter(let number):
        let name = graph.parameters[number].name
        return String(name.split(separator: "/").first ?? Substring(name))
      case .foldedNormalization:
        return name(input.node)
      default:
        continue
      }
    }
    switch node.operation {
    case .maxPooling, .maxPoolingGradient: return "max_pooling2d"
    case .add: return "add"
    default: return "node \(index)"
    }
  }
}
