import Statistics
import TestSupport
import Testing

@Suite struct `Holm's correction` {
  @Test func `agrees with statsmodels`() throws {
    for v in try Vectors.load().holm {
      let adjusted = HolmCorrection.adjusted(v.raw)
      #expect(zip(adjusted, v.adjusted).allSatisfy { isClose($0, $1, 1e-14) }, "\(v)")
    }
  }

  @Test func `never makes a value smaller, keeps their order, and ends at 1`() {
    let seed: UInt64 = 3
    var random = SplitMix64(seed: seed)
    for _ in 0..<500 {
      let raw = (0..<Int.random(in: 0...12, using: &random)).map { _ in
        // Few distinct values, so that many are equal.
        let share = Double.random(in: 0...1, using: &random)
        return (share * share * share * 20).rounded() / 20
      }
      let adjusted = HolmCorrection.adjusted(raw)
      #expect(zip(raw, adjusted).allSatisfy { $0 <= $1 && $1 <= 1 }, "seed \(seed), \(raw)")
      for i in raw.indices {
        for j in raw.indices where raw[i] <= raw[j] {
          #expect(adjusted[i] <= adjusted[j], "seed \(seed), \(raw)")
        }
      }
      let order = raw.indices.shuffled(using: &random)
      #expect(HolmCorrection.adjusted(order.map { raw[$0] }) == order.map { adjusted[$0] })
    }
  }

  @Test func `leaves out tests that could not be made`() {
    let adjusted = HolmCorrection.adjusted([0.02, .nan, 0.03, .nan])
    #expect(adjusted[0] == 0.04 && adjusted[2] == 0.04)
    #expect(adjusted[1].isNaN && adjusted[3].isNaN)
    #expect(HolmCorrection.adjusted([0.04]) == [0.04])
    #expect(HolmCorrection.adjusted([]) == [])
  }

  /// Six pairs of four settings, of which the three with the best one were tested.
  @Test func `counts tests that could have been made as accepted`() {
    let adjusted = HolmCorrection.adjusted([0.01, 0.004, 0.02], family: 6)
    #expect(adjusted == [0.05, 0.024, 0.08])
    let few = [0.02, 0.03]
    #expect(HolmCorrection.adjusted(few, family: 1) == HolmCorrection.adjusted(few))
  }
}
