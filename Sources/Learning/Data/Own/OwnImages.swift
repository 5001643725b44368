internal import Settings
/// The order of dimensions of own images: `[N, H, W]`, `[N, H, W, C]` or `[N, C, H, W]`, which the
/// spec's `input_shape` tells apart; where both of the latter fit, channels are last.
struct OwnImages {
  static let orders = "[N, H, W], [N, H, W, C] or [N, C, H, W]"

  private var dimensions: [Int]
  private var isChannelsLast: Bool

  /// Whether there is a dimension for colors.
  var isColor: Bool { dimensions.count == 4 }

  init(
    _ dimensions: [Int], _ format: ImageFormat, origin: String
  ) throws(DatasetError) {
    self.dimensions = dimensions
    let extents = [format.height, format.width]
    let image = Array(dimensions.dropFirst())
    isChannelsLast = image == extents + [format.channels]
    if isChannelsLast || image == [format.channels] + extents { return }
    if image == extents, format.channels == 1 { return }
    throw DatasetError(
      .malformed,
      "images of \(shapeText(image)) found, but the spec's `input_shape` is \(format)",
      origin: origin)
  }

  /// The bytes of the IDX file with channels first.
  func channelsFirst(_ bytes: [UInt8]) -> [UInt8] {
    guard isChannelsLast else { return bytes }
    let (area, channels) = (dimensions[1] * dimensions[2], dimensions[3])
    let header = IDX.headerSize(rank: 4)
    var result = IDX.header([dimensions[0], channels, dimensions[1], dimensions[2]])
    result.reserveCapacity(bytes.count)
    for n in 0..<dimensions[0] {
      let start = header + n * area * channels
      for c in 0..<channels {
        for i in 0..<area { result.append(bytes[start + i * channels + c]) }
      }
    }
    return result
  }
}
