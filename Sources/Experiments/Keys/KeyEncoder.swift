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

  /// Without any line.
  init() {}

  mutating func add(_ path: String, _ value: String) {
    begin(path)
    end(text: value)
  }

  mutating func add(_ path: String, _ value: Int) {
    begin(path)
    end("\(value)")
  }

  /// A setting; nothing where it has no value. Those of a section follow its word, if it has one.
  mutating func add(_ path: String, _ value: SettingValue?) { add(path, nil, value) }

  /// The settings of a section that decide a result.
  mutating func add(_ lines: [SettingLine], under path: String) {
    for setting in lines where setting.isInKey { add(path, setting.name, setting.value) }
  }

  /// The same, without a list of them.
  mutating func add(_ settings: some SectionSettings, under path: String) {
    settings.forEachKeyValue { add(path, $0, $1) }
  }

  private mutating func add(_ path: String, _ name: String?, _ value: SettingValue?) {
    func whole() -> String { name.map { "\(path).\($0)" } ?? path }
    switch value {
    case nil, .null?: break
    case .text(let text)?:
      begin(path, name)
      end(text: text)
    case .section(let lines)?: add(lines, under: whole())
    case .choice(let word, let lines)?:
      begin(path, name)
      end(text: word)
      add(lines, under: whole())
    case let value?:
      begin(path, name)
      end(value.yaml)
    }
  }

  mutating func add(_ name: String, _ key: StageKey) {
    bytes.append(contentsOf: name.utf8)
    bytes.append(UInt8(ascii: "="))
    key.appendHex(to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
  }

  /// Begins another text, in the room of the last one.
  mutating func start(_ opening: KeyEncoder) {
    bytes.removeAll(keepingCapacity: true)
    add(opening)
  }

  /// Adds lines made before.
  mutating func add(_ lines: KeyEncoder) { bytes.append(contentsOf: lines.bytes) }

  private mutating func begin(_ path: String, _ name: String? = nil) {
    append(path)
    if let name {
      bytes.append(UInt8(ascii: "."))
      append(name)
    }
    bytes.append(UInt8(ascii: "="))
  }

  private mutating func end(text: String) {
    append("\(text.utf8.count)")
    bytes.append(UInt8(ascii: ":"))
    end(text)
  }

  private mutating func end(_ value: String) {
    append(value)
    bytes.append(UInt8(ascii: "\n"))
  }

  private mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { bytes.append(contentsOf: $0) }
  }

  /// SHA-256 of the text.
  var key: StageKey {
    StageKey(words: ContentDigest.sha256Words(bytes))
  }
}

extension StageKey {
  /// The digest of a stage's text.
  package init(ofText text: String) {
    self.init(words: ContentDigest.sha256Words(Array(text.utf8)))
  }
}
