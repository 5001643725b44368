internal import Digest
package import Experiments
package import Results

/// `stage.json`: what a stored stage is, what made it, and what its files must be.
package struct StageManifest: Codable, Hashable, Sendable {
  package static let fileName = "stage.json"
  /// Raised when a reader of the older form would go wrong; stages of another form are redone.
  package static let currentSchema = 1
  /// In bytes: what a manifest says of a stage's settings is text.
  static let largestSize = 1 << 26

  /// One of the stage's files.
  package struct File: Codable, Hashable, Sendable {
    package var name: String
    /// In bytes.
    package var size: Int
    /// In lowercase hexadecimal.
    package var sha256: String

    package init(name: String, size: Int, sha256: String) {
      self.name = name
      self.size = size
      self.sha256 = sha256
    }
  }

  /// How a stage that came to its end ended. What crashes is not stored.
  package enum Ending: Codable, Hashable, Sendable {
    case finished
    /// Loss or weights stopped being finite, which the same settings would do again.
    case diverged(reason: String)
  }

  package var schema = StageManifest.currentSchema
  package var key: StageKey
  private var recordedWork: RecordedWork
  /// What the key is the digest of; what was stored by an older program may lack it.
  package var keyText: String?
  package var ending: Ending
  /// All but the manifest itself, in order of name.
  package var files: [File] = []
  package var programVersion: String
  package var environment: Provenance.Environment
  /// Wall-clock time of the worker.
  package var seconds: Double
  /// Examples that went through the model, in all epochs.
  package var examples: Int
  /// Largest resident set of the worker, in bytes.
  package var peakMemory: Int
  /// The SHA-256 of the file that it was read from or written to; it does not stand there.
  var digest = SIMD4<UInt64>()
  /// Whether the key that was read is the digest of the text that was read.
  private var hasKeyOfText = true

  package init(
    key: StageKey, work: StageWork, ending: Ending, programVersion: String,
    environment: Provenance.Environment, seconds: Double, examples: Int, peakMemory: Int
  ) {
    self.key = key
    recordedWork = RecordedWork(value: work)
    keyText = work.canonicalText
    self.ending = ending
    self.programVersion = programVersion
    self.environment = environment
    self.seconds = seconds
    self.examples = examples
    self.peakMemory = peakMemory
  }

  private enum CodingKeys: String, CodingKey {
    case schema, key, keyText, ending, files, programVersion, environment, seconds, examples
    case peakMemory
    case recordedWork = "work"
  }

  /// What was done; `nil` where a program wrote it whose settings are not those of this one, and in
  /// what is ``withoutSettings``. The stage can be used all the same: the key says that it is the one.
  package var work: StageWork? { recordedWork.value }

  /// The same without what the plan says as well: a run holds one for each of its stages.
  var withoutSettings: StageManifest {
    var manifest = self
    manifest.recordedWork = RecordedWork(value: nil)
    manifest.keyText = nil
    return manifest
  }

  /// What the manifest says about the file `name`.
  package func file(_ name: String) -> File? { files.first { $0.name == name } }
}

extension StageManifest {
  /// Reads `stage.json`.
  ///
  /// - Parameter hasSettings: Whether to read what the plan says as well.
  /// - Throws: `DecodingError`.
  init(decoding bytes: [UInt8], hasSettings: Bool) throws {
    let read = try WireFormat.decode(
      StageManifest.self, from: bytes, userInfo: hasSettings ? [:] : [.withoutSettings: true])
    self = hasSettings ? read : read.withoutSettings
    hasKeyOfText = read.keyText.map { read.key == StageKey(ofText: $0) } ?? true
    digest = Self.digest(of: bytes)
  }

  static func digest(of bytes: [UInt8]) -> SIMD4<UInt64> {
    let words = ContentDigest.sha256Words(bytes)
    return SIMD4(words.0, words.1, words.2, words.3)
  }

  /// Why no stage can have been stored with this manifest; `nil` where one can. A manifest may come
  /// from anywhere.
  var problem: String? {
    if let file = files.first(where: { !$0.isPossible }) {
      return "the name, the size or the digest of file `\(file.name)` is impossible"
    }
    if Set(files.map(\.name)).count < files.count { return "it lists a file twice" }
    guard hasKeyOfText else { return "the text of its key has changed" }
    guard (0...1e12).contains(seconds) else { return "it says \(seconds) seconds" }
    guard (0...1 << 60).contains(examples), (0...1 << 60).contains(peakMemory) else {
      return "it says \(examples) examples and \(peakMemory) bytes of memory"
    }
    return nil
  }
}

extension StageManifest.File {
  /// Whether it is a file of the entry's own folder.
  fileprivate var isPossible: Bool {
    !name.isEmpty && !name.hasPrefix(".") && !name.contains { $0 == "/" || $0 == "\0" }
      && name != StageManifest.fileName && size >= 0 && sha256.utf8.count == 64
  }
}

/// The work in a manifest, as far as it can be read.
private struct RecordedWork: Codable, Hashable {
  var value: StageWork?

  init(value: StageWork?) { self.value = value }

  init(from decoder: any Decoder) throws {
    if decoder.userInfo[.withoutSettings] != nil { return }
    // Times are estimated from it, which what no spec can say must not trap.
    if let work = try? StageWork(from: decoder), work.problem == nil { value = work }
  }

  func encode(to encoder: any Encoder) throws {
    if let value {
      try value.encode(to: encoder)
    } else {
      var container = encoder.singleValueContainer()
      try container.encodeNil()
    }
  }
}

extension CodingUserInfoKey {
  /// Has settings left out of what is read.
  fileprivate static let withoutSettings: CodingUserInfoKey = {
    guard let key = CodingUserInfoKey(rawValue: "withoutSettings") else {
      preconditionFailure("every text is a key")
    }
    return key
  }()
}
