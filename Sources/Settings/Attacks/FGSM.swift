/// The fast gradient method: one gradient step of length epsilon from the clean image.
///
/// - Source: Goodfellow et al. 2015, arXiv:1412.6572, section 4.
package struct FGSM: AttackDeclaration {
  package init() {}

  package static let word = "fgsm"
  package static let summary = "one gradient step of length epsilon"
  package static let traits: AttackTraits = [.gradients, .targets]
  package static let hint = "fgsm takes one step of length epsilon from the clean image; use `pgd`"
  package static let fields: [Field<FGSM>] = []

  package var passes: Passes { Passes(gradient: 1) }

  package var stepCount: Int? { 1 }

  package func build<Builder: AttackBuilder>(with builder: Builder) -> Builder.Attack {
    builder.build(self)
  }
}
