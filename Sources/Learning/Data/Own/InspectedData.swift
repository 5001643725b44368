import Settings
import Digest

/// What is known of an own array without reading it again.
struct ArrayFacts {
  /// SHA-256 of the array as an IDX file: the same for each format that it may lie in.
  var digest: String
  var dimensions: [Int]
  /// Of labels; `nil` for images.
  var classes: ClassPositions?
  /// The largest label; 0 for images.
  var largest: Int { classes?.largest ?? 0 }

  init(_ bytes: [UInt8], _ array: any OwnArray) throws(DatasetError) {
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(DatasetError) in
        switch array.kind {
        case .labels: try IDX.dimensions(of: buffer, rank: 1, origin: array.origin)
        case .images: try IDX.imageDimensions(of: buffer, origin: array.origin)
        }
      }
    }
    dimensions = try result.get()
    digest = ContentDigest.sha256(bytes).hex
    if array.kind == .labels {
      classes = ClassPositions(bytes.dropFirst(IDX.headerSize(rank: 1)))
    }
  }

  /// - Parameter kind: Of the array: what was noted of images says nothing of labels.
  init?(noted words: [String]?, _ kind: IDX.Kind) {
    guard let words, words.count == 3 else { return nil }
    let dimensions = words[1].split(separator: "x").compactMap { UInt32($0) }.map(Int.init)
    guard !dimensions.isEmpty, elementCount(of: dimensions) != nil else { return nil }
    digest = words[0]
    self.dimensions = dimensions
    guard kind == .labels else { return }
    guard let classes = ClassPositions(word: words[2], count: dimensions[0]) else { return nil }
    self.classes = classes
  }

  var words: [String] { [digest, shapeText(dimensions), classes?.word ?? "0"] }
}

/// Own data that were looked into, and compared with what the spec says of them.
struct InspectedData {
  var arrays: [any OwnArray]
  var facts: [ArrayFacts] = []
  /// What had to be read for it.
  var contents: [[UInt8]?] = []

  init(arrays: [any OwnArray]) { self.arrays = arrays }

  var digest: String { "sha256:" + facts.map(\.digest).joined(separator: "+") }

  func bytes(_ index: Int) throws(DatasetError) -> [UInt8] {
    if let bytes = contents[index] { return bytes }
    let bytes = try arrays[index].read { _ in }
    guard try ArrayFacts(bytes, arrays[index]).digest == facts[index].digest else {
      throw DatasetError(.file, "changes while it is read", origin: arrays[index].origin)
    }
    return bytes
  }
}
