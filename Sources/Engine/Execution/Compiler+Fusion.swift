/// What a layer's step does while its results are still in the processor: the sum with a tensor that
/// is there already, then ReLU.
struct Epilogue {
  var residual: Value?
  var relu = false
  /// The nodes whose work it is.
  var taken: [Int] = []
  /// What comes out at the end; the layer's own result is never written where they differ.
  var result: Value
}

/// ReLU's gradient that was left to a step behind it, which knows from ReLU's result where the
/// gradient that comes in counts.
struct DeferredReLU {
  var result: Value
  var dy: Value
}

/// Steps that take over what follows or precedes them, so that a tensor passes by once and not
/// twice: memory is the limit there.
extension Compiler {
  /// Notes who reads what, before anything is emitted.
  func findUsers() -> [Value: [Int]] {
    var users: [Value: [Int]] = [:]
    for index in needed {
      for input in Set(graph.nodes[index].inputs) { users[input, default: []].append(index) }
    }
    return users
  }

  /// The only node that reads a value, if the value is not an output.
  private func soleUser(of value: Value) -> Int? {
    guard !isVisible(value), let all = users[value], all.count == 1 else { return nil }
    return all[0]
  }

  /// Takes over the sum and the ReLU that follow a node's first result, as far as its kernel can and
  /// nothing else reads what is in between.
  mutating func takeEpilogue(of index: Int, sums: Bool, relu: Bool = true) -> Epilogue {
    var epilogue = Epilogue(result: Value(node: index, output: 0))
    if sums, let user = soleUser(of: epilogue.result), graph.nodes[user].operation == .add {
      let inputs = graph.nodes[user].inputs
      let other = inputs[0] == epilogue.result ? inputs[1] : inputs[0]
      if other != epilogue.result && isDefined(other) {
        take(user, into: &epilogue)
        epilogue.residual = other
      }
    }
    if relu, let user = soleUser(of: epilogue.result), graph.nodes[user].operation == .relu {
      take(user, into: &epilogue)
      epilogue.relu = true
    }
    return epilogue
  }

  private mutating func take(_ user: Int, into epilogue: inout Epilogue) {
    epilogue.result = Value(node: user, output: 0)
    epilogue.taken.append(user)
    emitted.insert(user)
  }

  /// Names what node `index` took over, behind its own name.
  mutating func note(_ epilogue: Epilogue, of index: Int) {
    for node in epilogue.taken {
      let operation = graph.nodes[node].operation == .add ? "add" : "relu forward"
      program.note("\(operation): with \(name(index))")
    }
  }

  /// Leaves ReLU's gradient to what reads it, where that can: the gradients of a convolution, a
  /// pooling or a batch normalization.
  mutating func deferReLUGradient(_ index: Int, _ node: Graph.Node) -> Bool {
    let value = Value(node: index, output: 0)
    guard let all = users[value], let first = all.first else { return false }
    let takes =
      switch graph.nodes[first].operation {
      case .batchNormalizationGradient:
        graph.nodes[first].inputs[5] == value
      case .maxPoolingGradient:
        !isVisible(value) && all.count == 1
          && blockedPoolings[graph.nodes[first].inputs[1].node] != nil
      default:
        !isVisible(value) && gatesGradients(of: first, all, value)
      }
    guard takes else { return false }
    deferredReLUs[value] = DeferredReLU(result: node.inputs[0], dy: node.inputs[1])
    let name = name(ofGradient: first)
    program.note("relu backward: with \(name)")
    return true
  }

  /// A gradient in blocks of channels, and ReLU's result where that says what of it counts.
  mutating func gated(_ dy: Value) -> (dy: BufferID, gate: BufferID?) {
    let layout = Layout(blocked: graph.shape(of: dy))
    guard let relu = deferredReLUs[dy] else { return (tensor(dy, as: layout).buffer, nil) }
    return (
      tensor(relu.dy, as: layout).buffer, tensor(relu.result, as: layout).buffer
    )
  }

  /// Whether `users` are the gradients of one convolution.
  private func gatesGradients(of first: Int, _ users: [Int], _ value: Value) -> Bool {
    guard isConvolutionGradient(first) else { return false }
    let gradients = convolutionGradients(first)
    return gradients.dy == value && Set(users) == Set(gradients.nodes)
  }

  private func name(ofGradient index: Int) -> String {
    switch graph.nodes[index].operation {
    case .convolutionParameterGradient: parameterGradientName(index)
    default: name(index)
    }
  }
}
