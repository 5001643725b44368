internal import CKernels
import Glibc

/// Which variant of the kernels runs. All give the same bits: `docs/reproducibility.md`.
package enum InstructionSet: String, CaseIterable, Sendable {
  /// 16 floats at once.
  case avx512
  /// 8 floats at once, with fused multiply-add.
  case avx2
  /// Any processor; without fused multiply-add many times slower.
  case generic

  /// Whether this processor can run it.
  package var isAvailable: Bool { nsl_can_run(kernels) != 0 }

  /// The fastest that this processor can run.
  package static var fastest: InstructionSet { allCases.first(where: \.isAvailable) ?? .generic }

  var kernels: nsl_instruction_set {
    switch self {
    case .avx512: nsl_avx512
    case .avx2: nsl_avx2
    case .generic: nsl_generic
    }
  }
}

/// The engine and the processor's instructions that it uses.
package struct EngineInformation: Sendable {
  /// Goes into the key of every stage, so that what another revision computed is not taken for what
  /// this one computes.
  ///
  /// Raise it with each change after which the same stage gives other numbers: of a kernel or of the
  /// rule by which one is chosen, of the order of a sum, of what a random number is used for, of the
  /// rounding of an optimizer, a training objective or an attack. A change of layouts, memory or names
  /// that leaves every bit where it was does not raise it.
  package static let revision = 6

  /// The variable that chooses a variant of the kernels: `avx2`.
  package static let variable = "NSL_INSTRUCTION_SET"

  /// `avx512`, `avx2` or `generic`: what the kernels run on. No result depends on it.
  package var instructionSet: InstructionSet
  /// Whether ``variable`` chose it.
  package var isChosen: Bool

  /// What runs in this process.
  package static let current: EngineInformation = {
    guard let wanted = chosen, let set = InstructionSet(rawValue: wanted), set.isAvailable else {
      return EngineInformation(instructionSet: .fastest, isChosen: false)
    }
    return EngineInformation(instructionSet: set, isChosen: true)
  }()

  /// Why what ``variable`` asks for cannot be had; `nil` where all is well.
  package static var problem: String? {
    guard let wanted = chosen else { return nil }
    guard let set = InstructionSet(rawValue: wanted) else {
      return "\(variable)=\(wanted): it is avx512, avx2 or generic"
    }
    if set.isAvailable { return nil }
    return "\(variable)=\(wanted): this processor cannot run it; the fastest that it can run is "
      + InstructionSet.fastest.rawValue
  }

  private static var chosen: String? {
    guard let text = getenv(variable) else { return nil }
    let value = String(cString: text)
    return value.isEmpty ? nil : value
  }
}
