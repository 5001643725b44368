import CFunctions
internal import PlainText

extension Double {
  /// What people call a radius: `8/255` for multiples of a step of an 8-bit pixel that have no
  /// short decimal form.
  package var radiusText: String { pixelSteps ?? "\(self)" }

  /// The same for a length that was calculated, to six digits.
  package var stepText: String { pixelSteps ?? "\(rounded(toDigits: 6))" }

  /// Rounded to significant decimal digits, at most 17.
  package func rounded(toDigits digits: Int) -> Double {
    guard isFinite, self != 0 else { return self }
    let exponent = Int(nearest: nsl_log10(magnitude).rounded(.down)) - digits + 1
    let scaled =
      exponent > 0 ? self / nsl_pow(10, Double(exponent)) : self * nsl_pow(10, Double(-exponent))
    guard scaled.isFinite, scaled.magnitude < 1e18 else { return self }
    return Double("\(Int(nearest: scaled))e\(exponent)") ?? self
  }

  /// Whether this is less by more than what calculating leaves.
  package func isLess(than other: Double) -> Bool { self < other * (1 - 1e-6) }
}

extension SettingsReader {
  /// Warns of a change of pixels by more than they have: images lie in `0...1`.
  ///
  /// - Parameter item: The position in the key's list.
  package func warnOfRadius(_ key: String, _ value: Double, item: Int? = nil) {
    guard value > 1 else { return }
    warn(
      .tooLargeRadius,
      "`\(key)` \(value.plainText) is more than the range of a pixel: pixels lie in 0...1",
      at: key, item: item,
      suggestion: value <= 255
        ? "write `\(value.plainText)/255` if you mean 8-bit pixel values" : nil)
  }
}
