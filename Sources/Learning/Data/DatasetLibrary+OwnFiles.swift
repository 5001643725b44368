import Digest
import Files
import SystemPackage

/// What is known of an own array without reading it again.
private struct ArrayFacts {
  /// SHA-256 of the array as an IDX file: the same for each format that it may lie in.
  var digest: String
  var dimensions: [Int]
  /// The largest label; 0 for images.
  var largest: Int

  init(_ bytes: [UInt8], _ item: OwnArrays.Item) throws(DatasetError) {
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(DatasetError) in
        switch item.kind {
        case .labels: try IDX.dimensions(of: buffer, rank: 1, origin: item.origin)
        case .images: try IDX.imageDimensions(of: buffer, origin: item.origin)
        }
      }
    }
    dimensions = try result.get()
    digest = ContentDigest.sha256(bytes).hex
    let labels = bytes.dropFirst(IDX.headerSize(rank: 1))
    largest = item.kind == .labels ? Int(labels.max() ?? 0) : 0
  }

  init?(noted words: [String]?) {
    guard let words, words.count == 3, let largest = Int(words[2]) else { return nil }
    let dimensions = words[1].split(separator: "x").compactMap { UInt32($0) }.map(Int.init)
    guard !dimensions.isEmpty, elementCount(of: dimensions) != nil else { return nil }
    digest = words[0]
    self.dimensions = dimensions
    self.largest = largest
  }

  var words: [String] { [digest, shapeText(dimensions), "\(largest)"] }
}

/// Own data that were looked into, and held against what the spec says of them.
private struct InspectedData {
  var items: [OwnArrays.Item]
  var facts: [ArrayFacts] = []
  /// What had to be read for it.
  var contents: [[UInt8]?] = []

  var digest: String { "sha256:" + facts.map(\.digest).joined(separator: "+") }

  func bytes(_ index: Int) throws(DatasetError) -> [UInt8] {
    if let bytes = contents[index] { return bytes }
    let bytes = try items[index].read()
    guard try ArrayFacts(bytes, items[index]).digest == facts[index].digest else {
      throw DatasetError(.file, "changes while it is read", origin: items[index].origin)
    }
    return bytes
  }
}

extension DatasetLibrary {
  /// What names the content of own data; reads them where that was not done before.
  ///
  /// - Parameter format: What they must hold; `nil` where that is not asked.
  /// - Throws: `DatasetError` that names the user's file.
  func ownDigest(_ data: OwnData, _ format: ImageFormat?) throws(DatasetError) -> String {
    try inspect(data, format) { _ in }.digest
  }

  /// What own data hold: the shape of their images, and a class for each label up to the largest.
  ///
  /// - Throws: `DatasetError`, also where their shape does not say which dimension is that of
  ///   colours.
  package func ownFormat(_ data: OwnData) throws(DatasetError) -> ImageFormat {
    let inspected = try inspect(data, nil) { _ in }
    let image = Array(inspected.facts[0].dimensions.dropFirst())
    let classes = max(inspected.facts[1].largest, inspected.facts[3].largest) + 1
    // As images mostly have: one colour to four, last as in Keras or first as in PyTorch.
    let colours = 1...4
    if image.count == 2 {
      return ImageFormat(height: image[0], width: image[1], channels: 1, classes: classes)
    }
    if image.count == 3, colours.contains(image[2]) {
      return ImageFormat(height: image[0], width: image[1], channels: image[2], classes: classes)
    }
    if image.count == 3, colours.contains(image[0]) {
      return ImageFormat(height: image[1], width: image[2], channels: image[0], classes: classes)
    }
    throw DatasetError(
      .malformed,
      "images of \(shapeText(image)) do not say which dimension is that of colours: write "
        + "`input_shape`", origin: inspected.items[0].origin)
  }

  /// How many examples own data hold.
  func ownCounts(_ data: OwnData) -> (train: Int, test: Int)? {
    guard let facts = try? inspect(data, nil, progress: { _ in }).facts else { return nil }
    return (facts[1].dimensions[0], facts[3].dimensions[0])
  }

  private func inspect(
    _ data: OwnData, _ format: ImageFormat?, progress: (DatasetEvent) -> Void
  ) throws(DatasetError) -> InspectedData {
    var inspected = InspectedData(items: try OwnArrays(data).all)
    for item in inspected.items {
      let noted = VerifiedFile.noted(item.information, member: item.noteName, in: locations)
      if let facts = ArrayFacts(noted: noted) {
        inspected.facts.append(facts)
        inspected.contents.append(nil)
        continue
      }
      progress(.reading(item.origin))
      let bytes = try item.read { dimensions throws(DatasetError) in
        if item.kind == .images, let format {
          _ = try OwnImages(dimensions, format, origin: item.origin)
        }
      }
      let facts = try ArrayFacts(bytes, item)
      VerifiedFile.remember(
        item.information, member: item.noteName, facts.words, in: locations)
      inspected.facts.append(facts)
      inspected.contents.append(bytes)
    }
    if let format { try check(inspected, format) }
    return inspected
  }

  /// Holds own data against what the spec says of them, and images against labels.
  private func check(
    _ data: InspectedData, _ format: ImageFormat
  ) throws(DatasetError) {
    for index in [0, 2] {
      let (images, labels) = (data.items[index], data.items[index + 1])
      _ = try OwnImages(data.facts[index].dimensions, format, origin: images.origin)
      let (count, found) = (data.facts[index].dimensions[0], data.facts[index + 1].dimensions[0])
      guard count == found else {
        throw DatasetError(
          .malformed,
          "\(count) labels expected, one per image of \(images.origin), \(found) found",
          origin: labels.origin)
      }
      let largest = data.facts[index + 1].largest
      guard largest >= format.classes else { continue }
      let values = try data.bytes(index + 1).dropFirst(IDX.headerSize(rank: 1))
      let place = values.firstIndex { $0 >= format.classes } ?? values.startIndex
      throw DatasetError(
        .malformed,
        "a label in 0...\(format.classes - 1) expected, as the spec's `num_classes` is "
          + "\(format.classes), \(values[place]) found at example \(place - values.startIndex)",
        origin: labels.origin)
    }
  }

  /// A folder of the cache that holds own data checked, decompressed and channels first: what the
  /// user does with them later does not disturb a run.
  func prepareOwn(
    _ data: OwnData, _ format: ImageFormat, in cache: DatasetCache
  ) throws(DatasetError) -> Prepared {
    let inspected = try inspect(data, format, progress: cache.progress)
    let digest = inspected.digest
    let name =
      "idx-" + ContentDigest.sha256(Array("\(digest) \(format)".utf8)).hex.prefix(16)
    let (train, test) = (
      try OwnImages(inspected.facts[0].dimensions, format, origin: inspected.items[0].origin),
      try OwnImages(inspected.facts[2].dimensions, format, origin: inspected.items[2].origin)
    )
    let names = [
      train.isColour ? DatasetFileName.trainColourImages : DatasetFileName.trainImages,
      DatasetFileName.trainLabels,
      test.isColour ? DatasetFileName.testColourImages : DatasetFileName.testImages,
      DatasetFileName.testLabels,
    ]
    let sizes = inspected.facts.map { facts in
      IDX.headerSize(rank: facts.dimensions.count) + (elementCount(of: facts.dimensions) ?? 0)
    }
    let folder = try cache.folder(
      name, sizes: Dictionary(uniqueKeysWithValues: zip(names, sizes))
    ) { () throws(DatasetError) in
      let contents = [
        train.channelsFirst(try inspected.bytes(0)), try inspected.bytes(1),
        test.channelsFirst(try inspected.bytes(2)), try inspected.bytes(3),
      ]
      return zip(names, contents).map { DatasetCache.File(name: $0, bytes: $1) }
    }
    return (folder.path, folder.isTemporary, digest)
  }
}

/// The order of dimensions of own images: `[N, H, W]`, `[N, H, W, C]` or `[N, C, H, W]`, which the
/// spec's `input_shape` tells apart; where both of the latter fit, channels are last.
private struct OwnImages {
  private var dimensions: [Int]
  private var isChannelsLast: Bool

  /// Whether there is a dimension for colours.
  var isColour: Bool { dimensions.count == 4 }

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
