extension Double {
  /// What people write for a multiple of a step of an 8-bit pixel that has no short decimal form:
  /// `8/255`, and `1/3` for thirds; `nil` for any other number.
  package var pixelSteps: String? {
    guard self > 0, self < 1, description.utf8.count > 8 else { return nil }
    let steps = (self * 255).rounded()
    guard steps / 255 == self else { return nil }
    let count = Int(steps)
    return count.isMultiple(of: 85) ? "\(count / 85)/3" : "\(count)/255"
  }
}
