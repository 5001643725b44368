/// A height and a width, in pixels.
package struct Extent: Codable, Hashable, Sendable, CustomStringConvertible {
  package var height: Int
  package var width: Int

  package init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// The same in both directions.
  package init(_ extent: Int) { self.init(height: extent, width: extent) }

  package var description: String { "\(height)x\(width)" }
}

extension SettingType where Value == Extent {
  private static var one: SettingType<Int> { .integer(1...1_000) }

  /// A height and a width, or one number for both.
  package static var extent: Self {
    let pair = SettingType<[Int]>.list(of: one, minimum: 2, maximum: 2)
    return Self(
      .either([one.schema, pair.schema]),
      encode: { extent in
        extent.height == extent.width
          ? .integer(extent.height) : .list([.integer(extent.height), .integer(extent.width)])
      }, isValid: { one.isValid($0.height) && one.isValid($0.width) }
    ) { source in
      source.items == nil
        ? one.decode(source).map { Extent($0) }
        : pair.decode(source).map { Extent(height: $0[0], width: $0[1]) }
    }
  }

  /// A list of a height and a width.
  package static var pair: Self {
    let pair = SettingType<[Int]>.list(of: one, minimum: 2, maximum: 2)
    return Self(
      pair.schema, encode: { .list([.integer($0.height), .integer($0.width)]) },
      isValid: { one.isValid($0.height) && one.isValid($0.width) }
    ) { source in
      pair.decode(source).map { Extent(height: $0[0], width: $0[1]) }
    }
  }
}

/// What is around an image when a window moves over it, in Keras's words.
package enum Padding: String, Codable, Hashable, Sendable, CaseIterable {
  /// Nothing: windows lie inside.
  case valid
  /// As much as makes the result as large as the input, divided by the strides and rounded up.
  case same
}

/// A window that moves over an image.
struct Window {
  /// "kernel", and its key.
  var words: (what: String, key: String)
  var size: Extent
  var strides: Extent
  var padding: Padding

  func output(for input: LayerShape, channels: Int) throws(ShapeProblem) -> LayerShape {
    let (height, width) = (input.dimensions[0], input.dimensions[1])
    switch padding {
    case .same:
      return LayerShape([
        (height + strides.height - 1) / strides.height, (width + strides.width - 1) / strides.width,
        channels,
      ])
    case .valid:
      guard size.height <= height, size.width <= width else {
        throw ShapeProblem(
          ": \(words.what) \(size) is larger than its input \(height)x\(width)", key: words.key)
      }
      return LayerShape([
        (height - size.height) / strides.height + 1, (width - size.width) / strides.width + 1,
        channels,
      ])
    }
  }
}
