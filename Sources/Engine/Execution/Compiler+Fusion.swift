/// What a layer's step does while its results are still in the processor: the sum with a tensor that
/// is there already, then ReLU.
struct Epilogue {
  var residual: Value?
  var relu = false
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
/// twice: memory is the limit there. The numbers are the same.
extension Compiler {
  /// Notes who reads what, before anything is emitted.
  func findUsers() -> [Value: [Int]] {
    var users: [Value: [Int]] = [:]
    for index in needed {
      for input in Set(graph.nodes[index].inputs) { users[input, default: []].append(index) }
    }
    return users
  }

  /// The node that alone reads a value, where nothing outside wants it.
  private func soleUser(of value: Value) -> Int? {
    guard !isVisible(value), let all = users[value], all.count == 1 else { return nil }
    return all[0]
  }

  /// Takes over the sum and the ReLU that follow a node's first result, as far as its kernel can and
  /// nothing else wants what is in between.
  mutating func takeEpilogue(of index: Int, sums: Bool, relu: Bool = true) -> Epilogue {
    var epilogue = Epilogue(result: Value(node: index, output: 0))
    if sums, let user = soleUser(of: epilogue.result), graph.nodes[user].operation == .add {
      let inputs = graph.nodes[user].inputs
      let other = inputs[0] == epilogue.result ? inputs[1] : inputs[0]
      if other != epilogue.result && isDefined(other) {
        take(user, of: index, into: &epilogue)
        epilogue.residual = other
      }
    }
    if relu, let user = soleUser(of: epilogue.result), graph.nodes[user].operation == .relu {
      take(user, of: index, into: &epilogue)
      epilogue.relu = true
    }
    return epilogue
  }

  private mutating func take(_ user: Int, of index: Int, into epilogue: inout Epilogue) {
    epilogue.result = Value(node: user, output: 0)
    emitted.insert(user)
    let operation = graph.nodes[user].operation == .add ? "add" : "relu forward"
    program.note("\(operation): with \(name(index))")
  }

  /// Leaves ReLU's gradient to what reads it, where that can: the gradients of a convolution by a
  /// kernel of ours, or of a batch normalization.
  mutating func deferReLUGradient(_ index: Int, _ node: Graph.Node) throws -> Bool {
    let value = Value(node: index, output: 0)
    guard let all = users[value], let first = all.first else { return false }
    let isNormalization =
      if case .batchNormalizationGradient = graph.nodes[first].operation {
        graph.nodes[first].inputs[5] == value
      } else { false }
    guard try isNormalization || (!isVisible(value) && gatesGradients(of: first, all, value, node))
    else { return false }
    deferredReLUs[value] = DeferredReLU(result: node.inputs[0], dy: node.inputs[1])
    let name = try name(ofGradient: first)
    program.note("relu backward: with \(name)")
    return true
  }

  /// Whether `users` are the gradients of one convolution by a kernel that reads ReLU's result.
  private func gatesGradients(
    of first: Int, _ users: [Int], _ value: Value, _ node: Graph.Node
  ) throws -> Bool {
    guard let gradients = convolutionGradients(first), gradients.dy == value,
      Set(users) == Set(gradients.nodes)
    else { return false }
    let block = try tensor(node.inputs[0]).layout.channelBlock
    return takesWinograd(gradients) || takesFewChannels(gradients, block: block)
  }

  private func name(ofGradient index: Int) throws -> String {
    if case .convolutionParameterGradient = graph.nodes[index].operation {
      return try parameterGradientName(index)
    }
    return name(index)
  }
}
