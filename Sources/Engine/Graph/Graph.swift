/// A tensor in a graph: one of the results of a node.
package struct Value: Hashable, Sendable, Comparable {
  let node: Int
  let output: Int

  package static func < (a: Value, b: Value) -> Bool { (a.node, a.output) < (b.node, b.output) }
}

/// A trained tensor, or one that is kept with them, and its place in the flat vector of its kind.
package struct Parameter: Hashable, Sendable {
  package let name: String
  package let shape: Shape
  /// The index of its first element among the trained ones, or among the others.
  package let offset: Int
  package let value: Value
}

/// A computation with fixed shapes, as a list of nodes in which every node follows its inputs.
///
/// Building is the only way to change a graph: a gradient adds nodes. Equal nodes are made once.
/// Nodes whose results nobody asks for cost nothing: an executable leaves them out.
package struct Graph: Sendable {
  struct Node: Sendable {
    var operation: Operation
    var inputs: [Value]
    var shapes: [Shape]
  }

  private struct Recipe: Hashable {
    var operation: Operation
    var inputs: [Value]
  }

  private(set) var nodes: [Node] = []
  private var known: [Recipe: Int] = [:]

  /// In order of declaration, which is their order in the flat vector.
  package private(set) var parameters: [Parameter] = []

  /// Tensors that are kept with the parameters but not trained, in order of declaration.
  package private(set) var states: [Parameter] = []

  package init() {}

  /// The number of elements of all parameters (`P`).
  package var parameterCount: Int { parameters.last.map { $0.offset + $0.shape.count } ?? 0 }

  /// The number of elements of all states (`S`).
  package var stateCount: Int { states.last.map { $0.offset + $0.shape.count } ?? 0 }

  package func shape(of value: Value) -> Shape { nodes[value.node].shapes[value.output] }

  /// A tensor that is written from outside before each run.
  package mutating func input(
    _ name: String, _ shape: Shape, _ type: ElementType = .float32
  ) -> Value {
    append(.input(name, type), [], [shape])
  }

  /// A trained tensor.
  package mutating func parameter(_ name: String, _ shape: Shape) -> Value {
    let offset = parameterCount
    let value = append(.parameter(parameters.count), [], [shape])
    parameters.append(Parameter(name: name, shape: shape, offset: offset, value: value))
    return value
  }

  /// A tensor that is kept with the parameters, behind them, but not trained.
  package mutating func state(_ name: String, _ shape: Shape) -> Value {
    let offset = stateCount
    let value = append(.state(states.count), [], [shape])
    states.append(Parameter(name: name, shape: shape, offset: offset, value: value))
    return value
  }

  /// Adds a node, or finds the one that already does the same.
  mutating func add(_ operation: Operation, _ inputs: [Value], _ shapes: [Shape]) -> Value {
    let recipe = Recipe(operation: operation, inputs: inputs)
    if let node = known[recipe] { return Value(node: node, output: 0) }
    known[recipe] = nodes.count
    return append(operation, inputs, shapes)
  }

  private mutating func append(
    _ operation: Operation, _ inputs: [Value], _ shapes: [Shape]
  ) -> Value {
    nodes.append(Node(operation: operation, inputs: inputs, shapes: shapes))
    return Value(node: nodes.count - 1, output: 0)
  }
}
