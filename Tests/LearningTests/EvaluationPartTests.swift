import Engine
import Learning
import Settings
import Testing

@Suite struct `An evaluation in parts` {
  private let data = BrightBars.source(count: 50, seed: 3)

  private func evaluator(_ attack: (any Attack)?, keepsImages: Bool = false) throws -> Evaluator {
    try Evaluator(
      subject: TrainedModel(
        model: Model(BrightBars.architecture), parameters: try BrightBars.trained.get().parameters),
      attack: attack, batchSize: 16, seed: 1, keepsImages: keepsImages)
  }

  private func pgd() -> any Attack {
    GradientAttack.pgd(
      PerturbationBall(norm: .infinity, epsilon: 0.1), stepSize: 0.02, steps: 8, restarts: 2)
  }

  /// A result, and a part for every so many batches but the last.
  private func parts(
    _ attack: (any Attack)?, keepsImages: Bool = false, every batches: Int = 1
  ) throws -> (EvaluationResult, [EvaluationPart]) {
    var (parts, calls): ([EvaluationPart], Int) = ([], 0)
    let result = try evaluator(attack, keepsImages: keepsImages).evaluate(
      data,
      keep: { part in
        calls += 1
        guard calls % batches == 0 else { return false }
        parts.append(part())
        return true
      })
    #expect(calls == 3)
    return (result, parts)
  }

  @Test(arguments: ["clean", "pgd", "kept", "apgd-ce"])
  func `goes on after any of them to the same result`(what: String) throws {
    let ball = PerturbationBall(norm: .infinity, epsilon: 0.1)
    let attack: (any Attack)? =
      switch what {
      case "clean": nil
      case "apgd-ce": AutoPGD(.crossEntropy, ball: ball, steps: 6)
      default: pgd()
      }
    let keepsImages = what == "kept"
    for batches in [1, 2] {
      let (result, parts) = try parts(attack, keepsImages: keepsImages, every: batches)
      #expect(parts.map(\.first) == (batches == 1 ? [0, 16, 32] : [0]))
      #expect(parts.last?.end == (batches == 1 ? 48 : 32))
      for count in 1...parts.count {
        var done: [Int] = []
        let again = try evaluator(attack, keepsImages: keepsImages).evaluate(
          data, after: Array(parts.prefix(count)), progress: { done.append($0.done) })
        #expect(again == result)
        // What is done is not done again.
        #expect(done == [16, 32, 48, 50].filter { $0 > parts[count - 1].end })
      }
    }
  }

  @Test(arguments: [false, true])
  func `is read back as it was written`(keepsImages: Bool) throws {
    let (_, parts) = try parts(pgd(), keepsImages: keepsImages)
    for part in parts {
      var part = part
      part.seconds = 1.25
      let read = try EvaluationPart(
        decoding: part.encoded(by: "me"), by: "me", of: BrightBars.architecture,
        keepsImages: keepsImages)
      #expect(read == part)
    }
  }

  @Test func `is not taken where it is damaged, or somebody else's`() throws {
    let bytes = try #require(try parts(pgd()).1.first).encoded(by: "me")
    func problem(_ bytes: [UInt8], keepsImages: Bool = false) -> SealedFile.Problem? {
      do throws(SealedFile.Problem) {
        _ = try EvaluationPart(
          decoding: bytes, by: "me", of: BrightBars.architecture, keepsImages: keepsImages)
        return nil
      } catch {
        return error
      }
    }
    #expect(problem(bytes) == nil)
    #expect(problem(bytes, keepsImages: true) == .damaged)
    for length in [0, 1, 31, 32, 40, bytes.count / 2, bytes.count - 1] {
      #expect(problem(Array(bytes.prefix(length))) == .damaged)
    }
    for place in stride(from: 0, to: bytes.count, by: 97) {
      var changed = bytes
      changed[place] ^= 4
      #expect(problem(changed) == .damaged)
    }
    let foreign = try #require(try parts(pgd()).1.first).encoded(by: "you")
    #expect(problem(foreign) == .foreign)
  }

  @Test func `tells how far an attack is within a batch`() throws {
    let evaluator = try evaluator(pgd())
    evaluator.expectedCost = 60
    var shares: [Double] = []
    evaluator.onAttackProgress = { shares.append(Double($0.done) + $0.underWay) }
    _ = try evaluator.evaluate(data)
    #expect(shares.count > 4 * 8)
    #expect(shares == shares.sorted())
    #expect(shares.allSatisfy { $0 > 0 && $0 <= 50 })
  }
}
