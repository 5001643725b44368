internal import Crypto

/// The canonical text whose SHA-256 names a stage's output.
///
/// One `name=value` a line, in the order in which the encodings below add them, after a first line
/// with the encoding's version, the engine's revision and the kind of stage. Numbers are the
/// shortest decimal text that is read back as the same `Double`; texts carry their length, so that
/// none can imitate two lines. Whatever does not decide the output stays out: names of models and
/// experiments, labels, comments, the order of keys, paths, and settings without effect.
struct KeyEncoder {
  /// Raised when the encoding itself changes.
  static let version = 1
  /// Raised when the same settings lead to other numbers than before: a kernel, an initializer or
  /// the order of examples has changed.
  static let engineRevision = 1

  private(set) var text: String

  init(_ kind: String) {
    text =
      "nsl-run key \(KeyEncoder.version) engine \(KeyEncoder.engineRevision) \(kind)\n"
  }

  mutating func add(_ name: String, _ value: Int) { line(name, "\(value)") }
  mutating func add(_ name: String, _ value: Int?) { line(name, value.map { "\($0)" } ?? "all") }
  mutating func add(_ name: String, _ value: Bool) { line(name, "\(value)") }
  mutating func add(_ name: String, _ value: Double) { line(name, "\(value + 0)") }
  mutating func add(_ name: String, _ values: [Int]) { line(name, "\(values)") }
  mutating func add(_ name: String, _ value: String) { line(name, "\(value.utf8.count):\(value)") }
  mutating func add(_ name: String, _ key: StageKey) { line(name, key.hex) }

  private mutating func line(_ name: String, _ value: String) {
    text += "\(name)=\(value)\n"
  }

  /// SHA-256 of the text, in lowercase hexadecimal.
  var digest: String {
    SHA256.hash(data: Array(text.utf8)).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }

  var key: StageKey { StageKey(hex: digest) }
}
