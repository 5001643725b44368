internal import PlainText

/// How people call the attack of a row.
extension RowKey {
  /// `fgsm linf 0.2, source base`; of clean and corrupted images, which have no ball, `rotation-3`.
  package var attackWords: String { words(ofAttack: attack, norm, epsilon, source: source) }
}

extension SummaryRow {
  /// As ``RowKey/attackWords``.
  package var attackWords: String { words(ofAttack: attack, norm, epsilon, source: source) }
}

extension SettingClaim {
  /// As ``RowKey/attackWords``.
  package var attackWords: String { words(ofAttack: attack, norm, epsilon, source: source) }
}

extension ModelComparison {
  /// As ``RowKey/attackWords``.
  package var attackWords: String { words(ofAttack: attack, norm, epsilon, source: source) }
}

private func words(
  ofAttack attack: String, _ norm: String, _ epsilon: Double, source: String
) -> String {
  guard !norm.isEmpty else { return attack }
  let ball = "\(attack) \(norm) \(NumberText.radius(epsilon))"
  return source.isEmpty ? ball : "\(ball), source \(source)"
}

extension NumberText {
  /// A radius in pixel units: `8/255` where it is one, else at most six significant digits.
  package static func radius(_ epsilon: Double) -> String {
    epsilon.pixelSteps ?? significant(epsilon, digits: 6)
  }

  /// A cell of a swept path's column: `8/255` for the number that the table has.
  package static func cell(_ text: String) -> String { Double(text)?.pixelSteps ?? text }
}
