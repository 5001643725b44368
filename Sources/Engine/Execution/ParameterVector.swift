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

  /// The copy of a parameter in `layout`, made once for all executables.
  func copy(of parameter: Parameter, as layout: Layout, in context: Context) throws -> ParameterCopy
  {
    let known = copies.first {
      $0.offset == parameter.offset && $0.shape == parameter.shape && $0.layout == layout
    }
    if let known { return known }
    let copy = try ParameterCopy(of: parameter, in: self, as: layout, context)
    copies.append(copy)
    return copy
  }
}

/// A parameter in a layout other than its plain one.
final class ParameterCopy {
  let offset: Int
  let shape: Shape
  let layout: Layout
  private let memory: AlignedMemory
  private let reorder: Call
  private unowned let parameters: ParameterVector
  private var version = -1

  var address: UnsafeMutableRawPointer { memory.address }

  fileprivate init(
    of parameter: Parameter, in parameters: ParameterVector, as layout: Layout, _ context: Context
  ) throws {
    offset = parameter.offset
    shape = parameter.shape
    self.layout = layout
    self.parameters = parameters
    memory = AlignedMemory(byteCount: layout.byteCount)
    let plain = try Layout(plain: parameter.shape)
    let primitive = try Primitive("reorder \(parameter.name)") {
      nsl_dnn_reorder(&$0, context.handle, plain.handle, layout.handle)
    }
    guard let base = parameters.values.baseAddress else {
      preconditionFailure("a parameter of an empty vector")
    }
    reorder = try Call(
      primitive, in: context,
      [
        (nsl_dnn_source, plain, UnsafeMutableRawPointer(base + parameter.offset)),
        (nsl_dnn_destination, layout, memory.address),
      ])
  }

  /// Renews the copy where the vector was written since.
  func refresh() {
    if version == parameters.version { return }
    reorder.run()
    version = parameters.version
  }
}
