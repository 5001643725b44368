internal import Settings
import Files
internal import SystemPackage

/// One of the four arrays of own data: training images and labels, test images and labels.
protocol OwnArray: Sendable {
  var kind: IDX.Kind { get }
  /// Its name in errors.
  var origin: String { get }

  /// Its dimensions, from no more than its header where that is possible.
  func dimensions() throws(DatasetError) -> [Int]

  /// The array as an IDX file.
  ///
  /// - Parameter check: Told the dimensions, where that is possible before the rest is read.
  func read(
    _ check: ([Int]) throws(DatasetError) -> Void
  ) throws(DatasetError) -> [UInt8]

  /// Words that were noted of what lies there now; `nil` for none.
  func noted(in locations: DatasetLocations) -> [String]?
  /// Notes words of what lies there now.
  func remember(_ words: [String], in locations: DatasetLocations)
}

/// Own data as they were found.
struct FoundOwnData {
  /// Training images and labels, test images and labels.
  var arrays: [any OwnArray]
  /// What the classes are called, where that is said.
  var classes: ClassNames?
}
