internal import Settings
import Digest
import Files
import SystemPackage

/// Own data as a dataset: a checked copy goes into the cache.
struct OwnSource: DataSource {
  private let library: DatasetLibrary
  private let ownFormat: any OwnFormat.Type
  let format: ImageFormat? = nil

  init(_ library: DatasetLibrary, _ ownFormat: any OwnFormat.Type) {
    self.library = library
    self.ownFormat = ownFormat
  }

  func place(_ request: DataRequest, in cache: DatasetCache) -> DatasetStatus.Place {
    .own(key: ownFormat.keys)
  }

  private func data(_ request: DataRequest) -> OwnData {
    guard let data = request.own else { preconditionFailure("own data without a place") }
    return data
  }

  func classNames(_ request: DataRequest) throws(DatasetError) -> [String]? {
    guard let data = request.own else { return nil }
    return try ownFormat.find(data).classes?.names
  }

  func digest(_ request: DataRequest) throws(DatasetError) -> String {
    try inspect(data(request), request.format) { _ in }.digest
  }

  func facts(
    _ request: DataRequest, in cache: DatasetCache
  ) throws(DatasetError) -> DatasetFacts {
    let inspected = try inspect(data(request), request.format) { _ in }
    return DatasetFacts(digest: inspected.digest, classes: inspected.facts[1].classes)
  }

  func counts(_ request: DataRequest) -> (train: Int, test: Int)? {
    guard let data = request.own, let facts = try? inspect(data, nil, progress: { _ in }).facts
    else { return nil }
    return (facts[1].dimensions[0], facts[3].dimensions[0])
  }

  /// See ``DatasetLibrary/format(of:own:)``.
  func ownImages(_ data: OwnData) throws(DatasetError) -> ImageFormat {
    let found = try ownFormat.find(data)
    let images = found.arrays[0]
    let dimensions =
      if let known = facts(images) { known.dimensions } else { try images.dimensions() }
    var classes = found.classes?.names.count ?? 0
    if found.classes == nil {
      for labels in [found.arrays[1], found.arrays[3]] {
        let facts =
          if let known = facts(labels) { known } else {
            try ArrayFacts(try labels.read { _ in }, labels)
          }
        classes = max(classes, facts.largest + 1)
      }
    }
    let extents = Array(dimensions.dropFirst())
    guard (2...3).contains(extents.count) else {
      throw DatasetError(
        .malformed,
        "images of shape \(shapeText(dimensions)) found; they must be "
          + OwnImages.orders, origin: images.origin)
    }
    guard extents.count == 3 else {
      return ImageFormat(height: extents[0], width: extents[1], channels: 1, classes: classes)
    }
    // As images mostly have: one color to four, last as in Keras or first as in PyTorch.
    let colors = 1...4
    if colors.contains(extents[2]) {
      return ImageFormat(
        height: extents[0], width: extents[1], channels: extents[2], classes: classes)
    }
    guard colors.contains(extents[0]) else {
      throw DatasetError(
        .malformed,
        "images of \(shapeText(extents)) do not say which dimension is that of colors: write "
          + "`input_shape`", origin: images.origin)
    }
    return ImageFormat(
      height: extents[1], width: extents[2], channels: extents[0], classes: classes)
  }

  /// What was noted of an array.
  private func facts(_ array: any OwnArray) -> ArrayFacts? {
    ArrayFacts(noted: array.noted(in: library.locations), array.kind)
  }

  /// - Parameter format: What they must hold; `nil` where that is not asked.
  /// - Throws: `DatasetError` that names the user's file.
  private func inspect(
    _ data: OwnData, _ format: ImageFormat?, progress: (DatasetEvent) -> Void
  ) throws(DatasetError) -> InspectedData {
    let found = try ownFormat.find(data)
    if let format { try found.classes?.check(format) }
    var inspected = InspectedData(arrays: found.arrays)
    for array in found.arrays {
      if let facts = facts(array) {
        inspected.facts.append(facts)
        inspected.contents.append(nil)
        continue
      }
      progress(.reading(array.origin))
      let bytes = try array.read { dimensions throws(DatasetError) in
        if array.kind == .images, let format {
          _ = try OwnImages(dimensions, format, origin: array.origin)
        }
      }
      let facts = try ArrayFacts(bytes, array)
      array.remember(facts.words, in: library.locations)
      inspected.facts.append(facts)
      inspected.contents.append(bytes)
    }
    if let format { try check(inspected, format) }
    return inspected
  }

  /// Compares own data with what the spec says of them, and images with labels.
  private func check(
    _ data: InspectedData, _ format: ImageFormat
  ) throws(DatasetError) {
    for index in [0, 2] {
      let (images, labels) = (data.arrays[index], data.arrays[index + 1])
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
  func prepare(
    _ request: DataRequest, in cache: DatasetCache
  ) throws(DatasetError) -> PreparedFolder {
    guard let format = request.format else { preconditionFailure("own data without a format") }
    let inspected = try inspect(data(request), format, progress: cache.progress)
    let digest = inspected.digest
    let name =
      "idx-" + ContentDigest.sha256(Array("\(digest) \(format)".utf8)).hex.prefix(16)
    let (train, test) = (
      try OwnImages(inspected.facts[0].dimensions, format, origin: inspected.arrays[0].origin),
      try OwnImages(inspected.facts[2].dimensions, format, origin: inspected.arrays[2].origin)
    )
    let names = [
      train.isColor ? DatasetFileName.trainColorImages : DatasetFileName.trainImages,
      DatasetFileName.trainLabels,
      test.isColor ? DatasetFileName.testColorImages : DatasetFileName.testImages,
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
    return PreparedFolder(path: folder.path, isTemporary: folder.isTemporary, digest: digest)
  }
}
