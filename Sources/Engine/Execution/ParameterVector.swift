internal import CKernels
internal import COneDNN

/// The master weights: all parameters end to end in one plain vector, which optimizers update and
/// checkpoints hold. Executables share it, and with it the reordered copies that oneDNN wants.
package final class ParameterVector {
  private let memory: AlignedMemory
  private var copies: [ParameterCopy] = []
  fileprivate var version = 0

  /// All parameters, `[P]`, then what is kept with them but not trained, `[S]`. Call
  /// `markChanged()` after writing to the parameters.
  package let values: UnsafeMutableBufferPointer<Float>
  /// What is trained, `[P]`.
  package let trainable: UnsafeMutableBufferPointer<Float>
  /// The rest, `[S]`.
  package let state: UnsafeMutableBufferPointer<Float>

  package init(count: Int, stateCount: Int = 0) {
    memory = AlignedMemory(byteCount: (count + stateCount) * MemoryLayout<Float>.stride)
    values = memory.floats(count + stateCount)
    trainable = UnsafeMutableBufferPointer(rebasing: values[..<count])
    state = UnsafeMutableBufferPointer(rebasing: values[count...])
  }

  /// Says that `values` were written: copies of them are renewed when they are needed next.
  package func markChanged() { version += 1 }

  /// The copy of a parameter in a form of its own, made once for all executables.
  func copy(of parameter: Parameter, as form: ParameterForm, in context: Context) throws
    -> ParameterCopy
  {
    let known = copies.first {
      $0.offset == parameter.offset && $0.shape == parameter.shape && $0.form == form
    }
    if let known { return known }
    let copy = try ParameterCopy(of: parameter, in: self, as: form, context)
    copies.append(copy)
    return copy
  }
}

/// How a primitive wants a parameter, where not row-major.
enum ParameterForm: Equatable {
  case layout(Layout)
  /// Transformed for Winograd's algorithm, for the convolution or for its gradient at the input.
  case winograd(nsl_instruction_set, transposed: Bool)
}

/// A parameter in a form other than its plain one.
final class ParameterCopy {
  let offset: Int
  let shape: Shape
  let form: ParameterForm
  private let memory: AlignedMemory
  private let renew: () -> Void
  private unowned let parameters: ParameterVector
  private var version = -1

  var address: UnsafeMutableRawPointer { memory.address }

  fileprivate init(
    of parameter: Parameter, in parameters: ParameterVector, as form: ParameterForm,
    _ context: Context
  ) throws {
    offset = parameter.offset
    shape = parameter.shape
    self.form = form
    self.parameters = parameters
    guard let base = parameters.values.baseAddress else {
      preconditionFailure("a parameter of an empty vector")
    }
    let source = base + parameter.offset
    switch form {
    case .layout(let layout):
      memory = AlignedMemory(byteCount: layout.byteCount)
      let plain = try Layout(plain: parameter.shape)
      let primitive = try Primitive(
        "reorder \(parameter.name)", using: [context, plain, layout]
      ) {
        nsl_dnn_reorder(&$0, context.handle, plain.handle, layout.handle)
      }
      renew =
        try Call(
          primitive, in: context,
          [
            (nsl_dnn_source, plain, UnsafeMutableRawPointer(source)),
            (nsl_dnn_destination, layout, memory.address),
          ]
        ).run
    case .winograd(let set, let transposed):
      let (outputs, inputs) = (parameter.shape[0], parameter.shape[1])
      let count = nsl_winograd_weights_count(inputs, outputs)
      memory = AlignedMemory(byteCount: count * MemoryLayout<Float>.stride)
      let result = memory.address.floats
      renew = { nsl_winograd_weights(set, source, transposed ? 1 : 0, result, inputs, outputs) }
    }
  }

  /// Renews the copy where the vector was written since.
  func refresh() {
    if version == parameters.version { return }
    renew()
    version = parameters.version
  }
}
