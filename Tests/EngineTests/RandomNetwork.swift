import Engine

/// A network that is drawn at random: layers with equal settings on the same input, sums (of a tensor
/// with itself, too, and of three), concatenations, poolings, normalizations and activations, in an
/// order in which each follows its inputs. Every tensor that no layer reads goes into the logits.
struct RandomNetwork {
  enum Step {
    case convolution(filters: Int, kernel: Int, stride: Int, same: Bool)
    case maxPooling(window: Int, stride: Int, same: Bool)
    case averagePooling(window: Int, same: Bool)
    case normalization
    case activation(Activation)
    case add
    case concatenate
    /// Rows of three classes, `[N, 3]`.
    case dense
  }

  struct Node {
    var step: Step
    /// Indices of tensors; 0 is the images.
    var inputs: [Int]
    /// Of the result.
    var shape: [Int]
    /// Of a kernel or gamma; a bias or beta of its first extent follows.
    var weights: [Int]?
  }

  static let classes = 3
  let input: [Int]
  private(set) var nodes: [Node] = []
  private var random: RandomStream

  init(seed: Int) {
    var random = RandomStream(seed: seed, purpose: .noise)
    input = [
      1 + random.integer(below: 3), [1, 3, 4, 16][random.integer(below: 4)], 8,
      7 + random.integer(below: 4),
    ]
    self.random = random
    for _ in 0..<4 + pick(4) { grow() }
    finish()
  }

  private mutating func pick(_ count: Int) -> Int { random.integer(below: count) }
  private func shape(_ tensor: Int) -> [Int] { tensor == 0 ? input : nodes[tensor - 1].shape }

  private mutating func append(
    _ step: Step, _ inputs: [Int], _ shape: [Int], weights: [Int]? = nil
  ) {
    nodes.append(Node(step: step, inputs: inputs, shape: shape, weights: weights))
  }

  /// One more layer, or several equal ones on the same input and what joins them.
  private mutating func grow() {
    // Mostly the last tensor, so that networks are deep.
    let x = pick(3) == 0 ? pick(nodes.count + 1) : nodes.count
    let (first, shape) = (nodes.count + 1, shape(x))
    switch pick(8) {
    case 0, 1, 2:
      let copies = 1 + pick(3)
      let step = Step.convolution(
        filters: [5, 8, 16, 16, 32][pick(5)], kernel: [1, 3, 3, 3, 3, 5][pick(6)],
        stride: [1, 1, 1, 1, 2, 3][pick(6)], same: pick(3) > 0)
      for _ in 0..<copies { convolve(x, step) }
      if nodes.count > first { join(Array(first...nodes.count)) }
      // What usually follows, and what steps take over then.
      if pick(2) == 0 { append(.activation(.relu), [nodes.count], self.shape(nodes.count)) }
      let result = windowed(self.shape(nodes.count), 2, 2, false)
      guard pick(2) == 0, result[2] > 1, result[3] > 1 else { return }
      append(.maxPooling(window: 2, stride: 2, same: false), [nodes.count], result)
    case 3:
      let (window, stride, same) = (2 + pick(2), 1 + pick(2), pick(2) == 0)
      let result = windowed(shape, window, stride, same)
      guard result[2] > 1, result[3] > 1 else { return }
      append(.maxPooling(window: window, stride: stride, same: same), [x], result)
    case 4:
      let same = pick(2) == 0 || shape[2] < 2 || shape[3] < 2
      append(.averagePooling(window: 2, same: same), [x], windowed(shape, 2, 1, same))
    case 5:
      for _ in 0...pick(2) { append(.normalization, [x], shape, weights: [shape[1]]) }
      if nodes.count > first { join([first, first + 1]) }
    case 6:
      let all = Activation.allCases
      append(.activation(pick(2) == 0 ? .relu : all[pick(all.count)]), [x], shape)
    default:
      let equal = (0...nodes.count).filter { self.shape($0) == shape }
      join((0..<2 + pick(2)).map { _ in equal[pick(equal.count)] })
    }
  }

  private mutating func convolve(_ x: Int, _ step: Step) {
    let shape = shape(x)
    guard case .convolution(let filters, let kernel, let stride, let same) = step else { return }
    // Maps do not shrink to nothing.
    let fits = same || shape[2] > kernel && shape[3] > kernel
    var result = windowed(shape, kernel, stride, same || !fits)
    result[1] = filters
    append(
      .convolution(filters: filters, kernel: kernel, stride: stride, same: same || !fits), [x],
      result, weights: [filters, shape[1], kernel, kernel])
  }

  private mutating func join(_ parts: [Int]) {
    var result = shape(parts[0])
    if pick(4) > 0 { return append(.add, parts, result) }
    result[1] *= parts.count
    append(.concatenate, parts, result)
  }

  private func windowed(_ shape: [Int], _ window: Int, _ stride: Int, _ same: Bool) -> [Int] {
    func extent(_ input: Int) -> Int {
      same ? (input + stride - 1) / stride : max(0, input - window) / stride + 1
    }
    return [shape[0], shape[1], extent(shape[2]), extent(shape[3])]
  }

  /// Dense layers, often two equal ones, of all tensors that nobody reads, and their sum.
  private mutating func finish() {
    let used = Set(nodes.flatMap(\.inputs))
    var logits: [Int] = []
    for tensor in 0...nodes.count where !used.contains(tensor) {
      for _ in 0...pick(2) {
        append(
          .dense, [tensor], [input[0], Self.classes, 1, 1],
          weights: [Self.classes] + shape(tensor)[1...])
        logits.append(nodes.count)
      }
    }
    if logits.count > 1 { append(.add, logits, [input[0], Self.classes, 1, 1]) }
  }

  /// The network as nodes of a graph.
  ///
  /// - Parameter parameters: A weight and what follows it, for each node that has weights.
  /// - Returns: Logits, `[N, 3]`.
  func build(_ graph: inout Graph, _ images: Value, _ parameters: [Value]) -> Value {
    var tensors = [images]
    var next = 0
    func border(_ input: Value, _ window: Int, _ stride: Int, _ same: Bool) -> Border {
      let shape = graph.shape(of: input)
      return same
        ? Border(
          sameFor: (shape[2], shape[3]), kernel: (window, window), strides: (stride, stride))
        : Border()
    }
    for node in nodes {
      let inputs = node.inputs.map { tensors[$0] }
      let x = inputs[0]
      let weights = node.weights.map { _ in (parameters[next], parameters[next + 1]) }
      if weights != nil { next += 2 }
      switch (node.step, weights) {
      case (.convolution(_, let kernel, let stride, let same), let (w, b)?):
        tensors.append(
          graph.convolution2D(
            x, weights: w, bias: b, strides: (stride, stride),
            border: border(x, kernel, stride, same)))
      case (.normalization, let (gamma, beta)?):
        tensors.append(graph.batchNormalization(x, gamma: gamma, beta: beta, epsilon: 1e-3).y)
      case (.dense, let (w, b)?):
        tensors.append(graph.dense(x, weights: w, bias: b))
      case (.maxPooling(let window, let stride, let same), _):
        tensors.append(
          graph.maxPooling2D(
            x, window: (window, window), strides: (stride, stride),
            border: border(x, window, stride, same)))
      case (.averagePooling(let window, let same), _):
        tensors.append(
          graph.averagePooling2D(
            x, window: (window, window), strides: (1, 1), border: border(x, window, 1, same)))
      case (.activation(let function), _): tensors.append(graph.activation(function, x))
      case (.concatenate, _): tensors.append(graph.concatenate(inputs))
      default: tensors.append(inputs.dropFirst().reduce(x) { graph.add($0, $1) })
      }
    }
    return tensors[tensors.count - 1]
  }

  /// The same in double precision, by the definitions.
  func reference(
    _ images: Reference.Array4, _ weights: [(Reference.Array4, [Double])]
  ) -> Reference.Array4 {
    var tensors = [images]
    var next = weights[...]
    func border(_ x: Reference.Array4, _ window: Int, _ stride: Int, _ same: Bool) -> Border {
      same
        ? Border(
          sameFor: (x.shape[2], x.shape[3]), kernel: (window, window), strides: (stride, stride))
        : Border()
    }
    for node in nodes {
      let inputs = node.inputs.map { tensors[$0] }
      let x = inputs[0]
      let own = node.weights.flatMap { _ in next.popFirst() }
      switch (node.step, own) {
      case (.convolution(_, let kernel, let stride, let same), let (w, b)?):
        tensors.append(
          Reference.convolution(
            x, w, b, strides: (stride, stride), border: border(x, kernel, stride, same)))
      case (.normalization, let (gamma, beta)?):
        tensors.append(
          Reference.batchNormalization(
            x, gamma: gamma.values, beta: beta, moments: Reference.moments(x)))
      case (.dense, let (w, b)?): tensors.append(Reference.dense(x, w, b))
      case (.maxPooling(let window, let stride, let same), _):
        tensors.append(
          Reference.maxPooling(
            x, window: (window, window), strides: (stride, stride),
            border: border(x, window, stride, same)))
      case (.averagePooling(let window, let same), _):
        tensors.append(
          Reference.averagePooling(
            x, window: (window, window), strides: (1, 1), border: border(x, window, 1, same)))
      case (.activation(let function), _): tensors.append(Reference.activation(function, x))
      case (.concatenate, _): tensors.append(Reference.concatenate(inputs))
      default: tensors.append(inputs.dropFirst().reduce(x) { Reference.add($0, $1) })
      }
    }
    return tensors[tensors.count - 1]
  }
}
