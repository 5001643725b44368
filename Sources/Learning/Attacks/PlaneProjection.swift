package import Settings

/// The shortest way from a point to a hyperplane that does not leave a box.
///
/// Every element moves to the side on which the plane is, as far as the box lets it. In `infinity` all
/// elements move equally fast, in `l2` each in proportion to its weight, and for equally long. In `l1`
/// they move one after the other, that of the largest weight first.
///
/// - Source: Croce and Hein 2020, arXiv:1907.02044, section 3.1 and appendix A.
package struct PlaneProjection {
  package let norm: Norm
  package let box: ClosedRange<Float>
  /// What elements are multiplied by in the sum that is constant on the plane.
  private let normal: UnsafeBufferPointer<Float>
  /// For `l1`: places of the elements, that of the largest weight first.
  private let order: [Int]

  /// - Parameter normal: Finite numbers; valid as long as the projection is used.
  package init(_ norm: Norm, box: ClosedRange<Float>, normal: UnsafeBufferPointer<Float>) {
    self.norm = norm
    self.box = box
    self.normal = normal
    order = norm == .l1 ? Self.byWeight(normal) : []
  }

  /// Magnitudes are ordered as their bits are: with its place below it, each is one whole number.
  private static func byWeight(_ normal: UnsafeBufferPointer<Float>) -> [Int] {
    var keys: [UInt64] = []
    keys.reserveCapacity(normal.count)
    for i in 0..<normal.count where normal[i] != 0 {
      keys.append(UInt64(normal[i].magnitude.bitPattern) << 32 | UInt64(i))
    }
    keys.sort(by: >)
    return keys.map { Int($0 & 0xFFFF_FFFF) }
  }

  /// Writes the way from `point`; where no point of the box is on the plane, that to the corner of the
  /// box that comes closest to it.
  ///
  /// - Parameters:
  ///   - point: In the box.
  ///   - gap: By what the plane's constant is larger than the sum at `point`.
  ///   - way: What has to be added to `point`.
  /// - Returns: The way's length.
  @discardableResult package func way(
    from point: UnsafeBufferPointer<Float>, gap: Double,
    into way: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    precondition(point.count == normal.count && way.count == normal.count, "another size")
    way.update(repeating: 0)
    guard gap != 0, gap.isFinite else { return 0 }
    return norm == .l1
      ? moveInOrder(point, gap, into: way) : moveTogether(point, gap, into: way)
  }

  /// Whether an element has to become larger, and how far the box lets it move.
  private func room(_ i: Int, _ point: UnsafeBufferPointer<Float>, _ gap: Double) -> Double {
    let room =
      (normal[i] > 0) == (gap > 0)
      ? Double(box.upperBound) - Double(point[i]) : Double(point[i]) - Double(box.lowerBound)
    return max(room, 0)
  }

  private func signed(_ distance: Double, _ i: Int, _ gap: Double) -> Float {
    Float((normal[i] > 0) == (gap > 0) ? distance : -distance)
  }

  private func moveInOrder(
    _ point: UnsafeBufferPointer<Float>, _ gap: Double,
    into way: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    var rest = gap.magnitude
    var length = 0.0
    for i in order where rest > 0 {
      let weight = Double(normal[i].magnitude)
      let distance = min(room(i, point, gap), rest / weight)
      way[i] = signed(distance, i, gap)
      rest -= weight * distance
      length += distance
    }
    return length
  }

  private func moveTogether(
    _ point: UnsafeBufferPointer<Float>, _ gap: Double,
    into way: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    let isL2 = isL2
    let time = time(point, gap)
    var (largest, squares) = (Lanes.zero, Lanes.zero)
    for first in stride(from: 0, to: normal.count, by: Lanes.scalarCount) {
      let (weight, room, sign) = lanes(first, point, gap)
      // Not 0 times infinity where the plane is not reached.
      let far =
        isL2 ? (time * weight).replacing(with: 0, where: weight .== 0) : Lanes(repeating: time)
      let distance = room.replacing(with: far, where: far .< room)
        .replacing(with: 0, where: weight .== 0)
      let signed = SIMD8<Float>(distance * sign)
      for lane in 0..<min(Lanes.scalarCount, normal.count - first) {
        way[first + lane] = signed[lane]
      }
      largest.replace(with: distance, where: distance .> largest)
      squares += distance * distance
    }
    return isL2 ? Self.sum(squares).squareRoot() : largest.max()
  }

  /// When the plane is reached; infinite where it is not.
  ///
  /// What the elements have added to the sum rises with time, more slowly whenever one of them meets
  /// the box. Newton's steps up such a function end at its root, after at most as many steps as there
  /// are elements, mostly after a few: there is nothing to sort.
  private func time(_ point: UnsafeBufferPointer<Float>, _ gap: Double) -> Double {
    let isL2 = isL2
    var time = 0.0
    while true {
      var (used, rates) = (Lanes.zero, Lanes.zero)
      for first in stride(from: 0, to: normal.count, by: Lanes.scalarCount) {
        let (weight, room, _) = lanes(first, point, gap)
        let speed = isL2 ? weight : Lanes(repeating: 1)
        let moves = time * speed .< room
        rates += (weight * speed).replacing(with: 0, where: .!moves)
        used += (weight * room).replacing(with: 0, where: moves)
      }
      let rate = Self.sum(rates)
      guard rate > 0 else { return .infinity }
      let next = (gap.magnitude - Self.sum(used)) / rate
      guard next > time else { return time }
      time = next
    }
  }

  // MARK: Eight elements at a time

  /// A sum of so many sums, the same on every machine.
  private typealias Lanes = SIMD8<Double>

  /// From the first lane to the last; `sum()` promises no order.
  private static func sum(_ lanes: Lanes) -> Double {
    var sum = 0.0
    for lane in lanes.indices { sum += lanes[lane] }
    return sum
  }

  private var isL2: Bool {
    switch norm {
    case .l2: true
    case .infinity, .l1: false
    }
  }

  /// The elements' weights, how far the box lets them move, and 1 or -1 for their direction. Behind the
  /// last element all weights are 0.
  @inline(__always)
  private func lanes(
    _ first: Int, _ point: UnsafeBufferPointer<Float>, _ gap: Double
  ) -> (weight: Lanes, room: Lanes, sign: Lanes) {
    let weight = Lanes(Self.load(normal, first))
    let place = Lanes(Self.load(point, first))
    let rises = gap > 0 ? weight .> 0 : weight .<= 0
    let room = (place - Double(box.lowerBound)).replacing(
      with: Double(box.upperBound) - place, where: rises)
    return (
      weight.replacing(with: -weight, where: weight .< 0),
      room.replacing(with: 0, where: room .< 0),
      Lanes(repeating: -1).replacing(with: 1, where: rises)
    )
  }

  @inline(__always)
  private static func load(_ elements: UnsafeBufferPointer<Float>, _ first: Int) -> SIMD8<Float> {
    guard first + SIMD8<Float>.scalarCount > elements.count else {
      return UnsafeRawBufferPointer(elements).loadUnaligned(
        fromByteOffset: first * MemoryLayout<Float>.stride, as: SIMD8<Float>.self)
    }
    var lanes = SIMD8<Float>.zero
    for i in first..<elements.count { lanes[i - first] = elements[i] }
    return lanes
  }
}
