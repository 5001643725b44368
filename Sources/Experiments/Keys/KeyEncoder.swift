import Settings
internal import Digest

/// The canonical text whose SHA-256 names a stage's output.
///
/// One `path=value` a line, where the path is that of a setting in a spec, in the order in which the
/// sections declare them, after a first line with the encoding's version, the engine's revision and
/// the kind of stage. Numbers are the shortest decimal text that is read back as the same `Double`;
/// texts carry their length, so that none can imitate two lines. Whatever does not decide the output
/// stays out: names of models and experiments, labels, comments, the order of keys, places of files,
/// and settings without effect.
struct KeyEncoder: Sendable {
  /// Raised when the encoding itself changes.
  static let version = 2

  /// UTF-8.
  private(set) var bytes: [UInt8] = []

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// - Parameters:
  ///   - kind: What the text names: `train`.
  ///   - engine: The engine's revision.
  init(_ kind: String, engine: Int) {
    bytes.reserveCapacity(640)
    bytes += "nsl-run key \(KeyEncoder.version) engine \(engine) \(kind)\n".utf8
  }

  /// Lines that several texts share, without a first line.
  static func lines(_ add: (inout KeyEncoder) -> Void) -> KeyEncoder {
    var encoder = KeyEncoder()
    add(&encoder)
    return encoder
  }

  private init() {}

  mutating func add(_ path: String, _ value: String) { line(path, "\(value.utf8.count):\(value)") }
  mutating func add(_ path: String, _ value: Int) { line(path, "\(value)") }

  /// A setting; nothing where it has no value. Those of a section follow its word, if it has one.
  mutating func add(_ path: String, _ value: SettingValue?) {
    switch value {
    case nil, .null?: break
    case .text(let text)?: add(path, text)
    case .section(let lines)?: add(lines, under: path)
    case .choice(let word, let lines)?:
      add(path, word)
      add(lines, under: path)
    case let value?: line(path, value.yaml)
    }
  }

  /// The settings of a section that decide a result.
  mutating func add(_ lines: [SettingLine], under path: String) {
    for setting in lines where setting.isInKey { add("\(path).\(setting.name)", setting.value) }
  }

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
