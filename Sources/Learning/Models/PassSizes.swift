import Engine

/// One pass of a model in a few fixed sizes: 32 examples and, for the rest of a batch, fewer.
///
/// The smaller ones are compiled when enough places of the large one have stayed empty to pay for that.
/// They are used only where an example's numbers are the same in them to the last bit: sums of another
/// order, as a product with a single row has them, would show in a trial.
final class PassSizes {
  /// The largest.
  static let largest = 32
  /// 1 is none of them: oneDNN multiplies a single row in another order.
  private static let smaller = [8, 2]
  /// Empty places that cost about as much as compiling the smaller sizes: 0.3 to 0.5 s on the tutorial's
  /// network.
  private static let mostEmptyPlaces = 8192

  let large: LossPass
  /// From large to small.
  private var passes: [LossPass]
  private let make: (_ size: Int) throws -> LossPass
  private var emptyPlaces = 0

  /// Those in use, from large to small.
  var inUse: [Int] { passes.map(\.batchSize) }

  /// - Throws: Whatever `make` throws for the largest size.
  init(_ make: @escaping (_ size: Int) throws -> LossPass) throws {
    self.make = make
    large = try make(Self.largest)
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

  private func addSmaller() {
    for size in Self.smaller {
      // Without a smaller pass all is as before, only slower.
      guard let pass = try? make(size), isSame(pass) else { continue }
      passes.append(pass)
    }
  }

  /// Whether an example's numbers are the same as in the large pass, tried with random images.
  private func isSame(_ small: LossPass) -> Bool {
    guard small.implementations == large.implementations else { return false }
    var random = RandomStream(seed: 0, purpose: .synthetic)
    let classes = large.logits.count / Self.largest
    for i in large.images.indices { large.images[i] = random.uniform() }
    for n in large.labels.indices { large.labels[n] = Int32(n % classes) }
    run(large, first: 0, classes)
    for first in stride(from: 0, to: Self.largest, by: small.batchSize) {
      let size = large.images.count / Self.largest
      for i in small.images.indices { small.images[i] = large.images[first * size + i] }
      for n in small.labels.indices { small.labels[n] = large.labels[first + n] }
      run(small, first: first, classes)
      guard isSame(small.logits, large.logits, first * classes),
        isSame(small.losses, large.losses, first),
        !small.hasImageGradient || isSame(small.imageGradient, large.imageGradient, first * size)
      else { return false }
    }
    return true
  }

  /// Runs with weights that are other ones for each logit, the first example being `first` of the
  /// trial.
  private func run(_ pass: LossPass, first: Int, _ classes: Int) {
    guard pass.hasImageGradient else { return pass.forward() }
    pass.run { place, _, weights in
      for k in 0..<classes { weights[k] = Float((first + place) * classes + k + 1) / 64 - 1 }
    }
  }

  private func isSame(
    _ part: UnsafeBufferPointer<Float>, _ whole: UnsafeBufferPointer<Float>, _ start: Int
  ) -> Bool {
    part.indices.allSatisfy { part[$0].bitPattern == whole[start + $0].bitPattern }
  }
}
