import Engine
import FoundationEssentials
import Learning
import Settings
import TestSupport
import Testing

/// `plane-projections.json`, made by `make_plane_projections.py` beside it.
private struct PlaneProjections: Decodable {
  struct Case: Decodable {
    let norm: Norm
    let low: Float
    let high: Float
    let point: [Float]
    let normal: [Float]
    let gap: Double
    let length: Double?
  }

  let cases: [Case]

  static let loaded = Result {
    try decoded(PlaneProjections.self, "plane-projections.json")
  }
}

@Suite struct `The way to a plane in a box` {
  /// The way and its length.
  private func way(
    _ norm: Norm, _ box: ClosedRange<Float>, from point: [Float], normal: [Float], gap: Double
  ) -> (way: [Float], length: Double) {
    var way = [Float](repeating: .nan, count: point.count)
    let length = normal.withUnsafeBufferPointer { normal in
      point.withUnsafeBufferPointer { point in
        way.withUnsafeMutableBufferPointer {
          PlaneProjection(norm, box: box, normal: normal).way(from: point, gap: gap, into: $0)
        }
      }
    }
    return (way, length)
  }

  private func sum(_ normal: [Float], _ way: [Float]) -> Double {
    zip(normal, way).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  private func length(_ norm: Norm, _ way: [Float]) -> Double {
    way.withUnsafeBufferPointer { way in
      [Float](repeating: 0, count: way.count).withUnsafeBufferPointer { norm.distance(way, $0) }
    }
  }

  @Test func `is as short as scipy's solvers find it`() throws {
    let cases = try PlaneProjections.loaded.get().cases
    #expect(cases.count == 90)
    for item in cases {
      let box = item.low...item.high
      let (way, length) = way(
        item.norm, box, from: item.point, normal: item.normal, gap: item.gap)
      for (x, step) in zip(item.point, way) {
        #expect(x + step >= item.low - 1e-6 && x + step <= item.high + 1e-6)
      }
      #expect((self.length(item.norm, way) - length).magnitude < 1e-6)
      if let expected = item.length {
        #expect((sum(item.normal, way) - item.gap).magnitude < 1e-5, "\(item)")
        #expect((length - expected).magnitude < 2e-6, "\(length), not \(expected): \(item)")
      } else {
        // The corner that comes closest.
        #expect(sum(item.normal, way).magnitude < item.gap.magnitude)
        for i in way.indices where item.normal[i] != 0 {
          let end = (item.normal[i] > 0) == (item.gap > 0) ? item.high : item.low
          #expect((item.point[i] + way[i] - end).magnitude < 1e-6)
        }
      }
    }
  }

  @Test(arguments: Norm.allCases, [1, 2, 3, 4] as [Int])
  func `leads to the plane, and no other point there is closer`(norm: Norm, seed: Int) {
    var random = RandomStream(seed: seed, purpose: .synthetic)
    let size = 100
    // Half of the elements at an end of the box, as in pictures of digits.
    let point = (0..<size).map { _ in min(max(2 * random.uniform() - 0.5, 0), 1) }
    let normal = (0..<size).map { _ in random.normal() }
    let most = (0..<size).reduce(0.0) {
      $0 + Double(normal[$1]) * Double(normal[$1] > 0 ? 1 - point[$1] : -point[$1])
    }
    for share in [0.001, 0.1, 0.7, 0.999] {
      let gap = share * most
      let (shortest, length) = way(norm, 0...1, from: point, normal: normal, gap: gap)
      #expect((sum(normal, shortest) - gap).magnitude < 1e-5 * most, "seed \(seed)")
      for spread: Float in [1e-3, 0.1, 1] {
        // Somewhere in the box, and from there to the plane.
        let other = zip(point, shortest).map {
          min(max($0 + $1 + spread * random.normal(), 0), 1)
        }
        let away = zip(other, point).map { $0 - $1 }
        let back = way(
          norm, 0...1, from: other, normal: normal, gap: gap - sum(normal, away)
        ).way
        let competitor = zip(away, back).map { $0 + $1 }
        #expect(
          self.length(norm, competitor) > length * (1 - 1e-5) - 1e-6, "seed \(seed), \(share)")
      }
    }
  }

  @Test(arguments: Norm.allCases)
  func `is no way where there is nothing to do, or nothing that helps`(norm: Norm) {
    let point: [Float] = [0, 0.5, 1]
    #expect(way(norm, 0...1, from: point, normal: [1, 2, -3], gap: 0).way == [0, 0, 0])
    #expect(way(norm, 0...1, from: point, normal: [0, 0, 0], gap: 1).way == [0, 0, 0])
    #expect(way(norm, 0...1, from: point, normal: [1, 2, 3], gap: .nan).way == [0, 0, 0])
  }

  @Test func `is known for three elements`() {
    // The first cannot move down, the others have a room of 0.5 and 1.
    let (point, normal): ([Float], [Float]) = ([0, 0.5, 1], [4, 1, 2])
    func way(_ norm: Norm, _ gap: Double) -> [Float] {
      self.way(norm, 0...1, from: point, normal: normal, gap: gap).way
    }
    #expect(way(.infinity, -0.75) == [0, -0.25, -0.25])
    #expect(way(.infinity, -2) == [0, -0.5, -0.75])
    #expect(way(.l2, -1.25) == [0, -0.25, -0.5])
    #expect(way(.l1, -1) == [0, 0, -0.5])
    #expect(way(.l1, -2.25) == [0, -0.25, -1])
    #expect(way(.l1, 2) == [0.5, 0, 0])
  }
}
