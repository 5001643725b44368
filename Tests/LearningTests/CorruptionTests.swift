import Engine
import FoundationEssentials
import Learning
import Measurements
import Settings
import TestSupport
import Testing

/// `corruptions.json`, made by `make_corruptions.py` beside it.
private struct CorruptedImages: Decodable {
  struct Case: Decodable, CustomTestStringConvertible {
    let name: String
    let severity: Int
    /// Its place in `shapes` and `pixels`.
    let image: Int
    /// One for each direction, in millionths.
    let outputs: [[Int]]

    var testDescription: String { "\(name) \(severity), image \(image)" }
  }

  /// `[C, H, W]`.
  let shapes: [[Int]]
  /// In `0...255`.
  let pixels: [[Float]]
  let cases: [Case]

  static let loaded = Result {
    try decoded(CorruptedImages.self, "corruptions.json")
  }

  func shape(_ image: Int) -> Shape { [shapes[image][0], shapes[image][1], shapes[image][2]] }
  func image(_ image: Int) -> [Float] { pixels[image].map { $0 / 255 } }
}

private let words = [
  "rotation", "translation", "shear", "scale", "blur", "contrast", "salt-and-pepper", "stripe",
]

@Suite struct `Corruptions` {
  /// The settings of a corruption.
  private func settings(_ word: String, _ severity: Int) throws -> AttackSettings {
    let found = AttackMethod.alternatives.first { $0.word == word }
    var settings = AttackSettings()
    settings.method = try #require(found).preset.at(severity: severity)
    return settings
  }

  /// A batch of equal images under a corruption.
  ///
  /// - Parameter first: The place of the first one in its split.
  private func images(
    _ settings: AttackSettings, _ image: [Float], _ shape: Shape, count: Int, first: Int = 0,
    seed: Int = 5
  ) -> [[Float]] {
    let model = LinearModel(batchSize: count, size: shape.count, shape: shape)
    let clean = (0..<count).flatMap { _ in image }
    let seen = settings.computation.images(
      from: clean, labels: [Int32](repeating: 0, count: count), on: model, first: first, seed: seed)
    return (0..<count).map { Array(seen[$0 * shape.count..<($0 + 1) * shape.count]) }
  }

  private func length(_ a: [Float], _ b: [Float]) -> Double {
    zip(a, b).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }.squareRoot()
  }

  @Test func `are those of scipy, in each direction`() throws {
    let file = try CorruptedImages.loaded.get()
    #expect(Set(file.cases.map(\.name)) == Set(words).subtracting(["salt-and-pepper"]))
    for item in file.cases {
      let expected = item.outputs.map { $0.map { Float($0) / 1e6 } }
      let seen = images(
        try settings(item.name, item.severity), file.image(item.image), file.shape(item.image),
        count: 24)
      var directions: Set<Int> = []
      for image in seen {
        let direction = expected.firstIndex { largestDifference($0, image) < 1e-5 }
        #expect(direction != nil, "\(item.testDescription)")
        if let direction { directions.insert(direction) }
      }
      #expect(directions.count == expected.count, "\(item.testDescription): \(directions)")
    }
  }

  @Test(arguments: words)
  func `do more with each severity, and stay in the box`(word: String) throws {
    let file = try CorruptedImages.loaded.get()
    let (clean, shape) = (file.image(0), file.shape(0))
    var before = 0.0
    for severity in 1...5 {
      let settings = try settings(word, severity)
      let seen = images(settings, clean, shape, count: 24)
      for image in seen {
        #expect(image.allSatisfy { $0 >= 0 && $0 <= 1 })
        try image.withUnsafeBufferPointer { image in
          try clean.withUnsafeBufferPointer {
            try settings.computation.verify(image, clean: $0, example: 0)
          }
        }
      }
      let mean = seen.reduce(0) { $0 + length($1, clean) } / 24
      #expect(mean > before, "severity \(severity): \(mean), before \(before)")
      before = mean
    }
  }

  @Test(arguments: words)
  func `do not depend on the batch`(word: String) throws {
    let file = try CorruptedImages.loaded.get()
    let (clean, shape) = (file.image(1), file.shape(1))
    let settings = try settings(word, 4)
    let whole = images(settings, clean, shape, count: 32)
    let parts = stride(from: 0, to: 28, by: 7).flatMap {
      images(settings, clean, shape, count: 7, first: $0)
    }
    #expect(Array(whole.prefix(28)) == parts)
    #expect(settings.isRandom == (Set(whole).count > 1))
    #expect(settings.isRandom == (images(settings, clean, shape, count: 32, seed: 6) != whole))
  }

  @Test(arguments: [(1, 0.03), (3, 0.09), (5, 0.27)] as [(Int, Double)])
  func `salt and pepper are as many as they should be, and a higher severity keeps them`(
    severity: Int, share: Double
  ) throws {
    let shape: Shape = [3, 32, 32]
    let gray = [Float](repeating: 0.5, count: shape.count)
    let word = "salt-and-pepper"
    let seen = images(try settings(word, severity), gray, shape, count: 16)
    let elements = seen.flatMap(\.self)
    #expect(Set(elements) == [0, 0.5, 1])
    let (salt, pepper) = (elements.count { $0 == 1 }, elements.count { $0 == 0 })
    let expected = share * Double(elements.count)
    // Five standard deviations.
    #expect((Double(salt + pepper) - expected).magnitude < 5 * expected.squareRoot())
    #expect(Double(salt - pepper).magnitude < 5 * expected.squareRoot())
    let more = images(try settings(word, 5), gray, shape, count: 16).flatMap(\.self)
    #expect(zip(elements, more).allSatisfy { $0 == 0.5 || $0 == $1 })
  }

  @Test func `are evaluated like attacks, without gradients and passes of their own`() throws {
    let model = Model(BrightBars.architecture)
    let trained = TrainedModel(
      model: model, parameters: model.initialParameters(seed: 3))
    let data = BrightBars.source(count: 50, seed: 3)
    func evaluate(_ word: String, batchSize: Int) throws -> EvaluationResult {
      try Evaluator(
        subject: trained, attack: settings(word, 3).computation, batchSize: batchSize, seed: 1
      ).evaluate(data)
    }
    for word in words {
      let result = try evaluate(word, batchSize: 32)
      #expect(result.passes.gradients == 0 && result.passes.forward == 0)
      #expect(result.measurement.meanL2 > 0 && result.measurement.meanLinf <= 1)
      let other = try evaluate(word, batchSize: 7)
      #expect(result.outcomes.map(\.l2) == other.outcomes.map(\.l2))
      #expect(result.outcomes.map(\.prediction) == other.outcomes.map(\.prediction))
    }
  }
}
