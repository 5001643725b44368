/// Factors for the gradient at an image, in NSL's words: where they are 0, nothing is perturbed.
package struct FeatureMask: Codable, Hashable, Sendable {
  /// Broadcasts against one example `[H, W, C]`, from the last dimension on; `[]` for one number.
  package var shape: [Int]
  /// In `0...1`, row-major.
  package var values: [Double]

  package init(shape: [Int], values: [Double]) {
    self.shape = shape
    self.values = values
  }

  /// Whether the mask's shape, aligned at the right, fits `shape` or is 1 in every dimension.
  package func broadcasts(to shape: [Int]) -> Bool {
    self.shape.count <= shape.count
      && zip(self.shape.reversed(), shape.reversed()).allSatisfy { $0 == $1 || $0 == 1 }
  }
}

extension FeatureMask {
  package static let type = SettingType<FeatureMask>(
    .either([.number(.unit), .list(of: .number(.unit), minimum: 1, maximum: nil)]),
    encode: \.value,
    isValid: { mask in
      mask.shape.count <= 3 && mask.shape.allSatisfy((1...1 << 16).contains)
        && mask.values.count == mask.shape.reduce(1) { $0.timesAtMost($1) }
        && mask.values.allSatisfy(NumberRange.unit.contains)
    },
    decode: { source in
      var mask = FeatureMask(shape: [], values: [])
      return mask.read(source, depth: 0) ? mask : nil
    })

  /// Appends a source's numbers; the shape is set by the first list of each depth.
  private mutating func read(_ source: any SettingSource, depth: Int) -> Bool {
    guard let items = source.items else {
      guard depth == shape.count else {
        source.report(.wrongType, "is ragged: expected a list here", suggestion: nil)
        return false
      }
      guard let value = source.number(.unit) else { return false }
      values.append(value)
      return true
    }
    guard depth < 3, !items.isEmpty else {
      source.report(
        .wrongType,
        items.isEmpty ? "contains an empty list" : "has more than three dimensions",
        suggestion: nil)
      return false
    }
    if shape.count == depth, values.isEmpty { shape.append(items.count) }
    guard depth < shape.count, shape[depth] == items.count else {
      source.report(
        .wrongType, "is ragged: its lists differ in length or depth", suggestion: nil)
      return false
    }
    for item in items where !read(item, depth: depth + 1) { return false }
    return true
  }

  /// Nested lists.
  private var value: SettingValue {
    var index = 0
    func value(_ depth: Int) -> SettingValue {
      guard depth < shape.count else {
        defer { index += 1 }
        return .number(values[index])
      }
      return .list((0..<shape[depth]).map { _ in value(depth + 1) })
    }
    return value(0)
  }
}
