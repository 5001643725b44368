/// oneDNN refused a request of the engine.
package struct EngineError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was being made or run: "conv2d #2 forward 32x1x28x28".
  package var operation: String
  /// oneDNN's status code.
  package var status: Int32

  package init(operation: String, status: Int32) {
    self.operation = operation
    self.status = status
  }

  package var isOutOfMemory: Bool { status == 1 }

  package var description: String {
    let names = [
      1: "out of memory", 2: "invalid arguments", 3: "unimplemented", 4: "iterator ends",
      5: "runtime error", 6: "not required",
    ]
    return "oneDNN cannot do \(operation): \(names[Int(status)] ?? "status \(status)")"
  }
}

/// Throws where `status` is not oneDNN's success.
func check(_ status: Int32, _ operation: @autoclosure () -> String) throws {
  if status != 0 { throw EngineError(operation: operation(), status: status) }
}
