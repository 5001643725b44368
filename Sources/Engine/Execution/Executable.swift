/// A graph ready to run: steps made, memory planned, nothing left to allocate.
///
/// Only what `outputs` and `parameterGradients` depend on is computed. Executables of one model
/// share their `ParameterVector`. Not for use by several threads at once; different executables may run
/// on different threads, where all copies of weights were renewed before (``WeightRenewal``).
///
/// - Runs: ``run()``; in two parts, ``runFirstPart()`` and ``runSecondPart()``
/// - Numbers: ``floats(_:)``, ``integers(_:)``, ``gradient``
package final class Executable {
  private let parameters: ParameterVector
  let copies: [WeightCopy]
  private let firstPart: [() -> Void]
  private let secondPart: [() -> Void]
  private let names: [String]
  /// Of buffers that live within a run.
  private let arena: AlignedMemory
  private let ownsArena: Bool
  /// All other buffers.
  private let memory: [AlignedMemory]
  private let addresses: [Value: UnsafeMutableRawPointer]
  private let constants: [Value: Float]
  private let graph: Graph

  /// The gradients of all parameters end to end, `[P]`; empty where none were asked for.
  package let gradient: UnsafeMutableBufferPointer<Float>

  /// By which algorithm layers are computed, in the order of execution: `conv2d_1 forward: winograd_4x3`.
  package let implementations: [String]

  /// Bytes of all buffers but the parameters and what belongs to another executable.
  package var byteCount: Int {
    memory.reduce(ownsArena ? arena.byteCount : 0) { $0 + $1.byteCount }
  }

  /// - Parameters:
  ///   - outputs: The values that `floats` can show after a run.
  ///   - parameterGradients: Nothing, or the gradient at each of `graph.parameters`, in their
  ///     order.
  ///   - parameters: The weights, `[graph.parameterCount]`, and the states.
  ///   - pause: An input whose elements follow from outputs: what precedes it in the graph is the
  ///     first part of a run, what follows it the second one. `nil` for runs of one part.
  ///   - keepsFirstPart: Whether the second part can be run several times after one first part. That
  ///     takes memory.
  ///   - companion: An executable that never runs at the same time, nor between the two parts of a run:
  ///     where this one is not larger, both have their activations in the same memory.
  ///   - instructionSet: The variant of the kernels; results do not depend on it.
  package init(
    _ graph: Graph, outputs: [Value], parameterGradients: [Value] = [],
    parameters: ParameterVector, pause: Value? = nil, keepsFirstPart: Bool = false,
    companion: Executable? = nil,
    instructionSet: InstructionSet = EngineInformation.current.instructionSet
  ) {
    precondition(
      parameters.trainable.count == graph.parameterCount
        && parameters.state.count == graph.stateCount,
      "\(parameters.values.count) parameters for a graph of \(graph.parameterCount)")
    let gradientMemory = AlignedMemory(
      byteCount: parameterGradients.isEmpty ? 0 : graph.parameterCount * 4)
    gradient = gradientMemory.floats(parameterGradients.isEmpty ? 0 : graph.parameterCount)
    gradient.update(repeating: Self.unwritten)

    var compiler = Compiler(graph, parameters, on: instructionSet.kernels)
    compiler.compile(
      outputs: outputs, parameterGradients: parameterGradients, pause: pause, into: gradient)
    let bound = compiler.program.bind(
      keepsFirstPart: keepsFirstPart, arena: companion?.arena)
    arena = bound.arena
    ownsArena = bound.arena !== companion?.arena
    self.graph = graph
    self.parameters = parameters
    copies = compiler.copies
    firstPart = Array(bound.work[..<compiler.program.firstPartCount])
    secondPart = Array(bound.work[compiler.program.firstPartCount...])
    names = compiler.program.steps.map(\.name)
    memory = bound.memory + [gradientMemory]
    addresses = compiler.visible.compactMapValues { bound.addresses[$0] }
    implementations = compiler.program.implementations
    constants = compiler.constants
    writeConstants()
  }

  /// Makes all memory as it was when the executable was new.
  package func reset() {
    arena.clear()
    for memory in memory { memory.clear() }
    gradient.update(repeating: Self.unwritten)
    writeConstants()
  }

  private func writeConstants() {
    for (value, number) in constants {
      guard let address = addresses[value] else { continue }
      address.assumingMemoryBound(to: Float.self).pointee = number
    }
  }

  /// Computes every output from the inputs' and the parameters' present contents.
  package func run() {
    runFirstPart()
    runSecondPart()
  }

  /// Computes what does not depend on the input that runs pause for.
  package func runFirstPart() {
    renewWeights()
    for step in firstPart { step() }
  }

  /// Renews the copies of weights that it reads, where the vector was written since.
  package func renewWeights() {
    for copy in copies { copy.refresh() }
  }

  /// Computes the rest, at the inputs and parameters that the first part was run with.
  package func runSecondPart() {
    for step in secondPart { step() }
  }

  /// What stands in the gradient before the first run: no arithmetic makes this one of the numbers
  /// that are none.
  private static let unwritten = Float(nan: 0x5A5A5, signaling: false)

  /// The parameters of whose gradient the runs so far left out an element: after a run, a defect of
  /// the engine. Ask before anything else writes to `gradient`.
  package var parametersWithoutGradient: [Parameter] {
    if gradient.isEmpty { return [] }
    return graph.parameters.filter { parameter in
      gradient[parameter.offset..<parameter.offset + parameter.shape.count]
        .contains { $0.bitPattern == Self.unwritten.bitPattern }
    }
  }

  /// Runs `repetitions` times and times every step.
  ///
  /// - Returns: The steps in their order, each with its shortest time in seconds.
  package func profile(repetitions: Int) -> [(step: String, seconds: Double)] {
    let work = firstPart + secondPart
    var times = [[Double]](repeating: [], count: work.count)
    for _ in 0..<repetitions {
      renewWeights()
      for (index, step) in work.enumerated() {
        let start = ContinuousClock.now
        step()
        times[index].append((ContinuousClock.now - start) / .seconds(1))
      }
    }
    return zip(names, times).map { ($0, $1.min() ?? 0) }
  }

  /// The elements of an input or of an output, row-major.
  package func floats(_ value: Value) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(
      start: address(value).assumingMemoryBound(to: Float.self), count: graph.shape(of: value).count
    )
  }

  /// The elements of an int32 input, row-major.
  package func integers(_ value: Value) -> UnsafeMutableBufferPointer<Int32> {
    UnsafeMutableBufferPointer(
      start: address(value).assumingMemoryBound(to: Int32.self), count: graph.shape(of: value).count
    )
  }

  private func address(_ value: Value) -> UnsafeMutableRawPointer {
    guard let address = addresses[value] else {
      preconditionFailure("the value is neither an input in use nor an output of this executable")
    }
    return address
  }
}
