internal import CKernels

/// The master weights: all parameters end to end in one plain vector, which optimizers update and
/// checkpoints hold. Executables share it, and with it the copies in the order of the kernels.
package final class ParameterVector {
  private let memory: AlignedMemory
  private var copies: [WeightCopy] = []
  /// How often each part was written.
  private(set) var version = 0
  private(set) var stateVersion = 0

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

  /// What it and its copies hold, in bytes.
  package var byteCount: Int { copies.reduce(memory.byteCount) { $0 + $1.byteCount } }

  /// Says that `values` were written: copies of them are renewed when they are needed next.
  package func markChanged() {
    version += 1
    stateVersion += 1
  }

  /// Says that nothing but `state` was written.
  package func markStateChanged() { stateVersion += 1 }

  /// The copy of weights in a form of its own, made once for all executables.
  func copy(
    of source: WeightSource, as form: WeightForm, on kernels: nsl_instruction_set
  ) -> WeightCopy {
    if let known = copies.first(where: { $0.source == source && $0.form == form }) { return known }
    let copy = WeightCopy(of: source, in: self, as: form, kernels)
    copies.append(copy)
    return copy
  }
}
