internal import COneDNN

/// A oneDNN primitive: one operation, compiled for its shapes and layouts.
final class Primitive {
  let handle: nsl_dnn_operation
  let name: String

  /// Runs `create`, which fills in the handle and returns oneDNN's status.
  ///
  /// - Parameter owners: The layouts and primitives whose handles `create` uses. A handle does not
  ///   keep its owner alive, and the optimizer ends lives at the last use.
  init(
    _ name: String, using owners: [AnyObject], _ create: (inout nsl_dnn_operation?) -> Int32
  ) throws {
    var handle: nsl_dnn_operation?
    try withExtendedLifetime(owners) { try check(create(&handle), name) }
    guard let handle else { throw EngineError(operation: name, status: 5) }
    self.handle = handle
    self.name = name
  }

  deinit { nsl_dnn_operation_destroy(handle) }

  /// oneDNN's name of the code that runs: `jit:avx2`.
  var implementation: String {
    withExtendedLifetime(self) { String(cString: nsl_dnn_operation_implementation(handle)) }
  }
}

/// A primitive bound to the buffers it reads and writes.
final class Call {
  private let handle: nsl_dnn_call
  // A call only borrows its primitive and its context.
  private let primitive: Primitive
  private let context: Context

  init(
    _ primitive: Primitive, in context: Context,
    _ tensors: [(role: nsl_dnn_role, layout: Layout, buffer: UnsafeMutableRawPointer)]
  ) throws {
    let bindings = tensors.map {
      nsl_dnn_binding(role: $0.role, layout: $0.layout.handle, buffer: $0.buffer)
    }
    var handle: nsl_dnn_call?
    let status = withExtendedLifetime((tensors, primitive, context)) {
      nsl_dnn_call_create(
        &handle, context.handle, primitive.handle, bindings, Int32(bindings.count))
    }
    try check(status, primitive.name)
    guard let handle else { throw EngineError(operation: primitive.name, status: 5) }
    self.handle = handle
    self.primitive = primitive
    self.context = context
  }

  deinit { nsl_dnn_call_destroy(handle) }

  /// Runs it to its end. Buffers and shapes were checked when it was made, so that a failure here
  /// is a defect of the engine.
  func run() {
    let status = withExtendedLifetime(self) { nsl_dnn_call_run(handle) }
    precondition(status == Int32(nsl_dnn_success), "\(primitive.name): status \(status)")
  }
}

extension Window {
  var handle: nsl_dnn_window {
    func pair(_ values: [Int]) -> (Int64, Int64) { (Int64(values[0]), Int64(values[1])) }
    return nsl_dnn_window(
      kernel: pair(kernel), strides: pair(strides), padding: pair(padding),
      padding_end: pair(paddingEnd))
  }
}
