/// The fast gradient method: one step of epsilon along the gradient, from the image.
///
/// - Source: Goodfellow et al. 2015, arXiv:1412.6572, section 4.
package struct FGSM: AttackDeclaration {
  package init() {}

  package static let word = "fgsm"
  package static let summary = "one step of epsilon along the gradient"
  package static let traits: AttackTraits = [.gradients, .targets]
  package static let hint = "fgsm takes one step of epsilon from the image; use `pgd`"
  package static let fields: [Field<FGSM>] = []

  package var passes: Passes { Passes(gradient: 1) }

  package func build<Builder: AttackBuilder>(with builder: Builder) -> Builder.Attack {
    builder.build(self)
  }
}
