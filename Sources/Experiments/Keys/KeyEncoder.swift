internal import Digest

/// The canonical text whose SHA-256 names a stage's output.
///
/// One `name=value` a line, in the order in which the encodings below add them, after a first line
/// with the encoding's version, the engine's revision and the kind of stage. Numbers are the
/// shortest decimal text that is read back as the same `Double`; texts carry their length, so that
/// none can imitate two lines. Whatever does not decide the output stays out: names of models and
/// experiments, labels, comments, the order of keys, paths, and settings without effect.
struct KeyEncoder: Sendable {
  /// Raised when the encoding itself changes.
  static let version = 1
  /// Raised when the same settings lead to other numbers than before: a kernel, an initializer or
  /// the order of examples has changed.
  static let engineRevision = 4

  /// UTF-8.
  private(set) var bytes: [UInt8] = []

  var text: String { String(decoding: bytes, as: UTF8.self) }

  private static let opening = Array(
    "nsl-run key \(KeyEncoder.version) engine \(KeyEncoder.engineRevision) ".utf8)

  init(_ kind: String) {
    bytes.reserveCapacity(640)
    bytes += KeyEncoder.opening
    bytes += kind.utf8
    bytes.append(UInt8(ascii: "\n"))
  }

  /// Lines that several texts share, without a first line.
  static func lines(_ add: (inout KeyEncoder) -> Void) -> KeyEncoder {
    var encoder = KeyEncoder()
    add(&encoder)
    return encoder
  }

  private init() {}

  mutating func add(_ name: String, _ value: Int) { line(name, "\(value)") }
  mutating func add(_ name: String, _ value: Int?) { line(name, value.map { "\($0)" } ?? "all") }
  mutating func add(_ name: String, _ value: Bool) { line(name, value ? "true" : "false") }
  mutating func add(_ name: String, _ value: Double) { line(name, (value + 0).description) }
  mutating func add(_ name: String, _ values: [Int]) { line(name, "\(values)") }
  mutating func add(_ name: String, _ value: String) { line(name, "\(value.utf8.count):\(value)") }

  mutating func add(_ name: String, _ key: StageKey) {
    bytes.append(contentsOf: name.utf8)
    bytes.append(UInt8(ascii: "="))
    key.appendHex(to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
  }

  /// Adds lines made before.
  mutating func add(_ lines: KeyEncoder) { bytes.append(contentsOf: lines.bytes) }

  private mutating func line(_ name: String, _ value: String) {
    bytes.append(contentsOf: name.utf8)
    bytes.append(UInt8(ascii: "="))
    bytes.append(contentsOf: value.utf8)
    bytes.append(UInt8(ascii: "\n"))
  }

  /// SHA-256 of the text.
  var key: StageKey {
    let words = ContentDigest.sha256(bytes).words
    return StageKey(words: (words[0], words[1], words[2], words[3]))
  }
}
