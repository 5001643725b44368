/// One pass of a model in a few fixed sizes: 32 examples and, for the rest of a batch, fewer.
///
/// An example's numbers are the same in each of them. The smaller ones are compiled when enough places of
/// the large one have stayed empty to pay for that.
final class PassSizes {
  /// The largest.
  static let largest = 32
  /// From large to small.
  static let all = [largest, 8, 2, 1]
  /// Empty places that cost more than compiling the smaller sizes.
  private static let mostEmptyPlaces = 128

  let large: LossPass
  /// From large to small.
  private var passes: [LossPass]
  private let make: (_ size: Int) -> LossPass
  private var emptyPlaces = 0

  /// Those in use, from large to small.
  var inUse: [Int] { passes.map(\.batchSize) }

  init(_ make: @escaping (_ size: Int) -> LossPass) {
    self.make = make
    large = make(Self.largest)
    passes = [large]
  }

  /// The pass for the next examples of so many: all of them, or as many as it has places.
  ///
  /// Several small passes cost as much as a large one of as many places.
  func next(of rest: Int) -> LossPass {
    if rest < Self.largest, emptyPlaces < Self.mostEmptyPlaces {
      emptyPlaces += Self.largest - rest
      if emptyPlaces >= Self.mostEmptyPlaces { addSmaller() }
    }
    var choice = large
    for pass in passes.dropFirst() {
      let places = (rest + pass.batchSize - 1) / pass.batchSize * pass.batchSize
      guard places < choice.batchSize else { break }
      choice = pass
    }
    return choice
  }

  /// Compiles the smaller sizes if that has not been done.
  ///
  /// - Returns: The smallest in use.
  func useSmaller() -> Int {
    if emptyPlaces < Self.mostEmptyPlaces {
      emptyPlaces = Self.mostEmptyPlaces
      addSmaller()
    }
    return passes.last?.batchSize ?? Self.largest
  }

  private func addSmaller() { passes += Self.all.dropFirst().map(make) }
}
