import Engine
import Learning
import Measurements
import Settings
import Testing

@Suite struct `Images that an evaluation keeps` {
  private let data = BrightBars.source(count: 50, seed: 3)
  private let attack = GradientAttack.fgsm(PerturbationBall(norm: .infinity, epsilon: 0.125))

  private func evaluate(
    _ attack: (any Attack)?, keepsImages: Bool, batchSize: Int = 16
  ) throws -> EvaluationResult {
    try Evaluator(
      subject: TrainedModel(
        model: Model(BrightBars.architecture), parameters: try BrightBars.trained.get().parameters),
      attack: attack, batchSize: batchSize, seed: 1, keepsImages: keepsImages
    ).evaluate(data)
  }

  private func kept() throws -> KeptImages {
    try #require(try evaluate(attack, keepsImages: true).kept)
  }

  @Test func `change no number`() throws {
    let without = try evaluate(attack, keepsImages: false)
    var with = try evaluate(attack, keepsImages: true)
    #expect(without.kept == nil && with.kept != nil)
    with.kept = nil
    #expect(with == without)
    // Clean images are not kept: the dataset has them.
    #expect(try evaluate(nil, keepsImages: true).kept == nil)
  }

  @Test(arguments: [7, 16, 50])
  func `are those that the subject saw, with what it said`(batchSize: Int) throws {
    let result = try evaluate(attack, keepsImages: true, batchSize: batchSize)
    let kept = try #require(result.kept)
    #expect(kept.count == 50 && kept.imageShape == [1, 9, 9])
    #expect(kept.labels == data.labels.map(Int.init))
    #expect(kept.predictions == result.outcomes.map { Int($0.prediction) })
    let clean = try evaluate(nil, keepsImages: false)
    for index in 0..<kept.count {
      let example = kept[index]
      #expect(example.clean == Array(data.images[81 * index..<81 * (index + 1)]))
      let change = zip(example.adversarial, example.clean).map { ($0 - $1).magnitude }.max() ?? 0
      #expect(change <= 0.125 + 1e-6)
      #expect(change == result.outcomes[index].linf)
      let prediction = example.cleanLogits.withUnsafeBufferPointer(predictedClass)
      #expect(prediction == clean.outcomes[index].prediction)
    }
    #expect(result.firstBatch.images[1] == kept[1].adversarial)
  }

  @Test func `are read back from their file`() throws {
    let kept = try kept()
    let bytes = kept.encoded()
    #expect(try KeptImages(decoding: bytes, origin: "adversarial.npz") == kept)
    #expect(kept.encoded() == bytes)
    let archive = try ZipArchive(bytes, origin: "adversarial.npz")
    for name in [
      "clean", "adversarial", "labels", "clean_predictions", "adversarial_predictions",
      "clean_logits", "adversarial_logits",
    ] {
      #expect(throws: Never.self) { try archive.array(name, origin: "adversarial.npz") }
    }
    let classes = BrightBars.architecture.classes
    let content = 50 * KeptImages.size(imageSize: 81, classes: classes)
    #expect((content...content + 4096).contains(bytes.count))
  }

  /// As `unzip` looks at it: each member's own header says what the directory says.
  @Test func `are in an archive whose headers agree`() throws {
    let bytes = try kept().encoded()
    func number(_ place: Int, _ size: Int) -> Int {
      (0..<size).reversed().reduce(0) { $0 << 8 | Int(bytes[place + $1]) }
    }
    let end = bytes.count - 22
    #expect(number(end, 4) == 0x0605_4B50)
    #expect(number(end + 8, 2) == 7 && number(end + 10, 2) == 7 && number(end + 20, 2) == 0)
    var entry = number(end + 16, 4)
    #expect(entry + number(end + 12, 4) == end)
    var next = 0
    for _ in 0..<7 {
      #expect(number(entry, 4) == 0x0201_4B50)
      let header = number(entry + 42, 4)
      #expect(header == next && number(header, 4) == 0x0403_4B50)
      // From the version to the length of the extra field.
      #expect(bytes[entry + 6..<entry + 32] == bytes[header + 4..<header + 30])
      let nameLength = number(entry + 28, 2)
      let name = header + 30
      #expect(bytes[entry + 46..<entry + 46 + nameLength] == bytes[name..<name + nameLength])
      // NumPy's magic, and elements at a multiple of 64 of the array's own file.
      let file = name + nameLength
      #expect(bytes[file..<file + 6].elementsEqual([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]))
      #expect((10 + number(file + 8, 2)) % 64 == 0)
      next = file + number(entry + 20, 4)
      entry += 46 + nameLength
    }
    #expect(entry == end)
  }

  @Test func `are an error where the file is damaged`() throws {
    let whole = try kept().encoded()
    for length in stride(from: 0, to: whole.count, by: 997) {
      #expect(throws: DatasetError.self, "\(length) bytes") {
        try KeptImages(decoding: Array(whole.prefix(length)), origin: "x")
      }
    }
    // A bit of an element: the checksum of its array is wrong.
    var flipped = whole
    flipped[500] ^= 1
    let error = #expect(throws: DatasetError.self) {
      try KeptImages(decoding: flipped, origin: "x")
    }
    #expect(error?.message.contains("the checksum of clean.npy is wrong") == true)
    let other = npz([("clean", npy([1, 2, 2], [1, 2, 3, 4]))])
    #expect(throws: DatasetError.self) { try KeptImages(decoding: other, origin: "x") }
  }
}
