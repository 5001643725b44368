/// A rotation around the center, to the left or to the right.
///
/// - Source: Mu and Gilmer 2019, arXiv:1906.02337: 0.2 to 1 radians.
package struct Rotation: CorruptionDeclaration {
  package var severity = 1

  package init() {}

  package static let word = "rotation"
  package static let summary = "corruption: turns images to the left or to the right"
  package static let fields: [Field<Rotation>] = [.severity]
  package static let amounts = [0.2, 0.4, 0.6, 0.8, 1]
  package static func words(_ amount: Double) -> String { "by \(amount.plainText) radians" }
  package var isRandom: Bool { true }

  package func build<Builder: AttackBuilder>(with builder: Builder) -> Builder.Attack {
    builder.build(self)
  }
}

/// A shift by equally many rows and columns, to any of the four corners.
///
/// - Source: Mu and Gilmer 2019, arXiv:1906.02337: 1 to 5 pixels.
package struct Translation: CorruptionDeclaration {
  package var severity = 1

  package init() {}

  package static let word = "translation"
  package static let summary = "corruption: shifts images towards a corner"
  package static let fields: [Field<Translation>] = [.severity]
  package static let amounts: [Double] = [1, 2, 3, 4, 5]
  package static func words(_ amount: Double) -> String {
    "by \(count(Int(amount), "pixel")) each way"
  }
  package var isRandom: Bool { true }

  package func build<Builder: AttackBuilder>(with builder: Builder) -> Builder.Attack {
    builder.build(self)
  }
}

/// Rows are shifted in proportion to their distance from the center, to the left or to the right, and
/// come further apart.
///
/// - Source: Mu and Gilmer 2019, arXiv:1906.02337: angles of 0.2 to 1 radians. With an angle `a` row
///   `y` and column `x`, from the center, are taken from `y cos a` and `x - y sin a`, as the
///   scikit-image of that time shears.
package struct Shear: CorruptionDeclaration {
  package var severity = 1

  package init() {}

  package static let word = "shear"
  package static let summary = "corruption: slants images to the left or to the right"
  package static let fields: [Field<Shear>] = [.severity]
  package static let amounts = [0.2, 0.4, 0.6, 0.8, 1]
  package static func words(_ amount: Double) -> String { "by \(amount.plainText) radians" }
  package var isRandom: Bool { true }

  package func build<Builder: AttackBuilder>(with builder: Builder) -> Builder.Attack {
    builder.build(self)
  }
}

/// The image becomes smaller; around it is black.
///
/// - Source: Mu and Gilmer 2019, arXiv:1906.02337: 0.9 to 0.5 times as large.
package struct Scaling: CorruptionDeclaration {
  package var severity = 1

  package init() {}

  package static let word = "scale"
  package static let summary = "corruption: makes images smaller, with black around them"
  package static let fields: [Field<Scaling>] = [.severity]
  package static let amounts = [0.9, 0.8, 0.7, 0.6, 0.5]
  package static func words(_ amount: Double) -> String { "to \(amount.plainText) of the size" }

  package func build<Builder: AttackBuilder>(with builder: Builder) -> Builder.Attack {
    builder.build(self)
  }
}
