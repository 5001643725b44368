/// A Gaussian blur.
///
/// - Source: Hendrycks and Dietterich 2019, arXiv:1903.12261: standard deviations of 1 to 6 pixels.
package struct Blur: CorruptionDeclaration {
  package var severity = 1

  package init() {}

  package static let word = "blur"
  package static let summary = "corruption: blurs images with a Gaussian kernel"
  package static let fields: [Field<Blur>] = [.severity]
  /// In pixels.
  package static let amounts: [Double] = [1, 2, 3, 4, 6]
  package static func words(_ amount: Double) -> String {
    "a standard deviation of \(count(Int(amount), "pixel"))"
  }

  package func build<Builder: AttackBuilder>(with builder: Builder) -> Builder.Attack {
    builder.build(self)
  }
}

/// All pixels come closer to the mean of the image, in each channel by itself.
///
/// - Source: Hendrycks and Dietterich 2019, arXiv:1903.12261: 0.4 to 0.05 of the differences are left.
package struct Contrast: CorruptionDeclaration {
  package var severity = 1

  package init() {}

  package static let word = "contrast"
  package static let summary = "corruption: brings all pixels closer to their mean"
  package static let fields: [Field<Contrast>] = [.severity]
  package static let amounts = [0.4, 0.3, 0.2, 0.1, 0.05]
  package static func words(_ amount: Double) -> String { "to \(amount.plainText) of the contrast" }

  package func build<Builder: AttackBuilder>(with builder: Builder) -> Builder.Attack {
    builder.build(self)
  }
}

/// Random elements become 0 or 1, either as often.
///
/// - Source: Hendrycks and Dietterich 2019, arXiv:1903.12261 (impulse noise): shares of 0.03 to 0.27.
package struct SaltAndPepper: CorruptionDeclaration {
  package var severity = 1

  package init() {}

  package static let word = "salt-and-pepper"
  package static let summary = "corruption: makes random elements of images 0 or 1"
  package static let fields: [Field<SaltAndPepper>] = [.severity]
  package static let amounts = [0.03, 0.06, 0.09, 0.17, 0.27]
  package static func words(_ amount: Double) -> String { "\(amount.plainText) of the elements" }
  package var isRandom: Bool { true }

  package func build<Builder: AttackBuilder>(with builder: Builder) -> Builder.Attack {
    builder.build(self)
  }
}

/// The left and the right columns are inverted: 0 becomes 1, and 1 becomes 0.
///
/// - Source: Mu and Gilmer 2019, arXiv:1906.02337, where a quarter of the width is inverted at each
///   side and there are no severities: here that is the severity 5.
package struct Stripe: CorruptionDeclaration {
  package var severity = 1

  package init() {}

  package static let word = "stripe"
  package static let summary = "corruption: inverts vertical stripes at both sides of images"
  package static let fields: [Field<Stripe>] = [.severity]
  /// Of the width, at each side.
  package static let amounts = [0.05, 0.1, 0.15, 0.2, 0.25]
  package static func words(_ amount: Double) -> String {
    "\(amount.plainText) of the width at each side"
  }

  package func build<Builder: AttackBuilder>(with builder: Builder) -> Builder.Attack {
    builder.build(self)
  }
}
