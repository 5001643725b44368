/// A change that images undergo by accident, with a severity: a baseline beside adversaries. It looks
/// at no model, and has neither a ball nor a target.
///
/// - Source: Mu and Gilmer 2019, arXiv:1906.02337 (MNIST-C), section 3, with the severities of their
///   program. Those of blur, contrast and salt and pepper are Hendrycks and Dietterich's 2019,
///   arXiv:1903.12261 (ImageNet-C).
package protocol CorruptionDeclaration: AttackDeclaration {
  /// In `1...5`.
  var severity: Int { get set }
  /// What each severity means, the first one first; five.
  static var amounts: [Double] { get }
  /// What a plan says of an amount: "by 0.2 radians".
  static func words(_ amount: Double) -> String
}

extension CorruptionDeclaration {
  /// What the severity means.
  package var amount: Double { Self.amounts[severity - 1] }

  package static var traits: AttackTraits { .corruption }
  package static var hint: String { "a corruption looks at no model and has no target" }
  package static func hint(for key: String) -> String {
    key == "epsilon" || key == "norm" ? "\(word) has a severity, not an epsilon" : hint
  }
  package var labelEnding: String { "-\(severity)" }
  package var passes: Passes { Passes() }
  package var words: [String] { ["severity \(severity)", Self.words(amount)] }
}

extension AttackMethod {
  /// The same corruption with another severity.
  package func at(severity: Int) -> AttackMethod {
    guard var corruption = attack as? any CorruptionDeclaration else { return self }
    corruption.severity = severity
    return AttackMethod(corruption)
  }
}

extension SettingType where Value == Int {
  package static var severity: Self { .integer(1...5) }

  /// A list of severities is taken apart before: each makes settings of its own.
  fileprivate static var severities: Self {
    let one = Self.severity
    return Self(
      .either([one.schema, .list(of: one.schema, minimum: 1, maximum: nil)]), encode: one.encode,
      isValid: one.isValid, decode: one.decode)
  }
}

extension Field where Root: CorruptionDeclaration {
  /// The setting `severity`.
  static var severity: Field {
    Field(
      \.severity, "severity", .severities,
      "how strong the corruption is, 1 to 5; a list gives one row per value", isRequired: true)
  }
}
