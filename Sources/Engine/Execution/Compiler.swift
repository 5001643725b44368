internal import CKernels

/// Turns a graph into a program: the layout of each tensor, a step per node, reorders where two layouts meet.
struct Compiler {
  let graph: Graph
  let parameters: ParameterVector
  let kernels: nsl_instruction_set

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
  /// Poolings of blocked activations: the places of the maxima.
  var blockedPoolings: [Int: BufferID] = [:]
  /// Their gradients, where the convolution in front computes them.
  var deferredPoolings: [Value: DeferredPooling] = [:]
  /// ReLU's gradients that a step behind them computes, by what would be their result.
  var deferredReLUs: [Value: DeferredReLU] = [:]
  /// Where the gradients at parameters shall go. Several parameters may have one value as their
  /// gradient: those of equal layers on the same input, say.
  private var gradientTargets: [Value: [BufferID]] = [:]

  init(_ graph: Graph, _ parameters: ParameterVector, on kernels: nsl_instruction_set) {
    self.graph = graph
    self.parameters = parameters
    self.kernels = kernels
  }

  /// - Parameter pause: An input that is written after the first part of a run: all that comes
  ///   before it in the graph is computed in the first part, all else in the second one.
  mutating func compile(
    outputs: [Value], parameterGradients: [Value], pause: Value?,
    into gradient: UnsafeMutableBufferPointer<Float>
  ) {
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
        for value in outputs where value < pause { show(value) }
        program.endFirstPart()
      }
      emit(index)
    }

    for value in outputs { show(value) }
    for (value, targets) in gradientTargets.sorted(by: { $0.key < $1.key }) {
      let plain = Layout(plain: graph.shape(of: value))
      let tensor = tensor(value)
      // Results that are plain by nature were written into their first place already.
      for target in targets where target != tensor.buffer {
        reorder(tensor, to: Tensor(buffer: target, layout: plain))
      }
    }
  }

  /// Makes a value one that can be seen from outside.
  private mutating func show(_ value: Value) {
    let tensor = tensor(value, as: Layout(plain: graph.shape(of: value)))
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

  private mutating func emit(_ index: Int) {
    let node = graph.nodes[index]
    switch node.operation {
    case .input:
      let value = Value(node: index, output: 0)
      // int32 elements are of float32's size, and only our own steps read them.
      let tensor = define(value, Layout(plain: node.shapes[0]))
      program.pin(tensor.buffer)
      visible[value] = tensor.buffer
    case .constant(let number):
      let value = Value(node: index, output: 0)
      let tensor = define(value, Layout(plain: node.shapes[0]))
      program.pin(tensor.buffer)
      visible[value] = tensor.buffer
      constants[value] = number
    case .parameter(let number):
      guard let base = parameters.values.baseAddress else { return }
      let address = UnsafeMutableRawPointer(base + graph.parameters[number].offset)
      tensors[Value(node: index, output: 0)] = Tensor(
        buffer: program.buffer(at: address), layout: Layout(plain: node.shapes[0]))
    case .foldedNormalization:
      guard let source = weightSource(Value(node: index, output: 0)) else {
        preconditionFailure("\(name(index)) is not folded from parameters and states")
      }
      let address = weightCopy(source, as: .plain)
      let bias = address + node.shapes[0].count * MemoryLayout<Float>.stride
      for (output, address) in [address, bias].enumerated() {
        tensors[Value(node: index, output: output)] = Tensor(
          buffer: program.buffer(at: address), layout: Layout(plain: node.shapes[output]))
      }
    case .state(let number):
      guard let base = parameters.state.baseAddress else { return }
      let address = UnsafeMutableRawPointer(base + graph.states[number].offset)
      tensors[Value(node: index, output: 0)] = Tensor(
        buffer: program.buffer(at: address), layout: Layout(plain: node.shapes[0]))
    case .zeros:
      // New memory is zero, and nobody writes to this.
      program.pin(
        define(Value(node: index, output: 0), Layout(plain: node.shapes[0])).buffer)
    case .convolution(let window):
      emitConvolution(index, node, window)
    case .convolutionInputGradient, .convolutionParameterGradient:
      emitConvolutionGradient(index)
    case .dense:
      emitDense(index, node)
    case .denseInputGradient(let shape):
      emitDenseInputGradient(index, node, shape)
    case .denseParameterGradient(let shape):
      emitDenseParameterGradient(index, node, shape)
    case .maxPooling(let window):
      emitMaxPooling(index, node, window)
    case .maxPoolingGradient(let window, _):
      emitMaxPoolingGradient(index, node, window)
    case .relu:
      emitReLU(index, node)
    case .reluGradient:
      emitReLUGradient(index, node)
    case .averagePooling(let window):
      emitAveragePooling(index, node, window)
    case .averagePoolingGradient(let window, let shape):
      emitAveragePoolingGradient(index, node, window, shape)
    case .batchMoments:
      emitBatchMoments(index, node)
    case .batchNormalization(let epsilon):
      emitBatchNormalization(index, node, epsilon)
    case .batchNormalizationGradient(let epsilon, let throughMoments):
      emitBatchNormalizationGradient(index, node, epsilon, throughMoments: throughMoments)
    case .channelTransform(let transform):
      emitChannelTransform(index, node, transform)
    case .dropout(let rate, let draw):
      emitDropout(index, node, rate, draw)
    case .concatenate:
      emitConcatenate(index, node)
    case .channels(let start, let shape):
      emitChannels(index, node, start, shape)
    case .flatten:
      emitFlatten(index, node)
    case .unflatten(let shape):
      emitUnflatten(index, node, shape)
    case .activation(let function):
      emitActivation(index, node, function)
    case .activationGradient(let function):
      emitActivationGradient(index, node, function)
    case .add, .multiply:
      emitPairwise(index, node)
    case .softmaxCrossEntropy, .softmaxCrossEntropyGradient, .sum, .fill:
      emitElementwise(index, node)
    }
  }

  func tensor(_ value: Value) -> Tensor {
    guard let tensor = tensors[value] else {
      preconditionFailure("a node before its input")
    }
    return tensor
  }

  /// A value in `layout`: as it is, or through a reorder that all its readers in that layout share.
  mutating func tensor(_ value: Value, as layout: Layout) -> Tensor {
    let tensor = tensor(value)
    if tensor.layout == layout { return tensor }
    if let known = reordered[value]?.first(where: { $0.layout == layout }) { return known }
    let result = Tensor(buffer: program.buffer(byteCount: layout.byteCount), layout: layout)
    reorder(tensor, to: result)
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
  ) -> UnsafeMutableRawPointer {
    let copy = parameters.copy(of: source, as: form, on: kernels)
    if !copies.contains(where: { $0 === copy }) { copies.append(copy) }
    return copy.address
  }

  /// A row-major value.
  mutating func plain(_ value: Value) -> Tensor {
    tensor(value, as: Layout(plain: graph.shape(of: value)))
  }

  /// A new tensor for a node's result. A parameter's gradient that comes out plain goes where it
  /// is wanted, unless it is written from outside: gradients are added to.
  @discardableResult
  mutating func define(_ value: Value, _ layout: Layout) -> Tensor {
    let plain = Layout(plain: graph.shape(of: value))
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

  private mutating func reorder(_ from: Tensor, to: Tensor) {
    let (source, target) = (from.buffer, to.buffer)
    let (blocked, size) = (from.layout.isBlocked ? from : to, to.layout.byteCount)
    if from.layout.isBlocked == to.layout.isBlocked {
      program.append("copy", touching: [source, target]) { memory in
        let (x, y) = (memory.address(source), memory.address(target))
        return { y.copyMemory(from: x, byteCount: size) }
      }
      return
    }
    let (extents, toBlocks) = (extents(blocked.layout), to.layout.isBlocked)
    program.append("reorder", touching: [source, target]) { memory in
      let (x, y) = (memory.floats(source), memory.floats(target))
      return { toBlocks ? nsl_to_blocks(x, y, extents) : nsl_from_blocks(x, y, extents) }
    }
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
