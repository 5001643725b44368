/// How a step in `l1` is shared among the elements of an image.
package enum L1Steps: String, Codable, Hashable, Sendable, CaseIterable {
  /// Equal parts on the hundredth of the elements that has the largest gradients.
  ///
  /// - Source: Tramèr and Boneh 2019, arXiv:1904.13000 (SLIDE).
  case sparse
  /// On every element, in proportion to its gradient, as Foolbox does.
  case dense
}

extension L1Steps {
  /// What holds for an attack in that norm: only `l1` has a choice.
  static func completed(_ given: L1Steps?, norm: Norm) -> L1Steps? {
    norm == .l1 ? given ?? .sparse : nil
  }
}

extension Field {
  /// The setting `l1_steps`: without a value in other norms, whose results keep their keys.
  static func l1Steps(_ path: any WritableKeyPath<Root, L1Steps?> & Sendable) -> Field {
    Field(
      path, "l1_steps", .choice("kind of step"),
      "in `l1`: each step on the 1 % of elements of largest gradient (`sparse`), or on all, in"
        + " proportion (`dense`)",
      default: "`sparse`; none in other norms", rule: .unlessDefault)
  }

  /// The setting `early_stop`.
  static func earlyStop(_ path: any WritableKeyPath<Root, Bool> & Sendable) -> Field {
    Field(
      path, "early_stop", .boolean,
      "keep the first image that the model gets wrong, instead of the last one",
      rule: .unlessDefault)
  }
}
