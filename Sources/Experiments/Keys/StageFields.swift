import Settings

/// What decides a stage's output, setting by setting, under the paths that specs have for them.
///
/// Made from the canonical text of a stage's key, so that two stages have equal fields if, and only
/// if, they have equal keys. In the place of the model that an evaluation asks stand the settings
/// of its training, where these are known.
package struct StageFields: Hashable, Sendable {
  /// One setting.
  package struct Field: Hashable, Sendable {
    /// `hparams.learning_rate`; `data`, `engine revision` and the like for what is no setting.
    package var path: String
    /// As the key's text has it: numbers in their shortest form.
    package var value: String
    /// Whether the value is text, though it may look like a number.
    package var isText: Bool

    package var json: JSONValue {
      if isText { return .text(value) }
      if let integer = Int(value) { return .integer(integer) }
      if let number = Double(value) { return .number(number) }
      return JSONValue(Bool(value).map(AxisValue.boolean) ?? .text(value))
    }

    /// As tables show it: digests and long lists by their beginning.
    package var shown: String {
      value.count <= 28 ? value : "\(value.prefix(16))…"
    }
  }

  package private(set) var isTraining: Bool
  package private(set) var fields: [Field]
  /// Whether the settings of all trainings that belong to it are known.
  package private(set) var isComplete = true
  private var seen: Set<String> = []

  /// What the fields of a source's training have before their paths.
  static let sourcePrefix = "source: "

  /// What no setting decides.
  private static let revisions: Set<String> = [keyVersion, "engine revision"]
  /// The path of the version of keys, which is the first field.
  static let keyVersion = "key version"
  /// The path of the smaller epsilons of a list whose fooled examples are not attacked again.
  static let smallerEpsilons = "smaller epsilons"

  /// - Parameters:
  ///   - text: The canonical text of a key.
  ///   - training: The canonical text of a train stage by its key in hexadecimal; `nil` where
  ///     that is not known.
  /// - Returns: `nil` where `text` is none.
  package init?(_ text: String, training: (String) -> String? = { _ in nil }) {
    guard let parsed = CanonicalText(text) else { return nil }
    isTraining = parsed.kind == "train"
    fields = []
    add(Self.keyVersion, parsed.version)
    add("engine revision", parsed.engine)
    var models: [String: String] = [:]
    for line in parsed.lines {
      if line.name == "subject" || line.name == "source" {
        models[line.name] = line.value
      } else {
        add(line.name, line.value, isText: line.isText)
      }
    }
    guard let subject = models["subject"] else { return }
    add(training: subject, text: training(subject), prefix: "")
    guard let source = models["source"] else { return }
    add("eval.attacks.source", source == subject ? "self" : "another model", isText: true)
    if source != subject {
      add(training: source, text: training(source), prefix: Self.sourcePrefix)
    }
  }

  private mutating func add(_ path: String, _ value: String, isText: Bool = false) {
    if seen.insert(path).inserted {
      fields.append(Field(path: path, value: value, isText: isText))
    }
  }

  /// The settings of a model's training; its key alone where they are not known.
  private mutating func add(training key: String, text: String?, prefix: String) {
    guard let text, let training = StageFields(text) else {
      add(prefix + "trained model", key, isText: true)
      isComplete = false
      return
    }
    // What an evaluation shares with its training (data, seed, revisions) is the same field.
    for field in training.fields where prefix.isEmpty || !Self.revisions.contains(field.path) {
      add(prefix + field.path, field.value, isText: field.isText)
    }
  }

  package subscript(path: String) -> Field? { fields.first { $0.path == path } }
}

/// The lines of a key's canonical text; see `KeyEncoder`.
private struct CanonicalText {
  struct Line {
    var name: String
    var value: String
    var isText: Bool
  }

  var version: String
  var engine: String
  var kind: String
  var lines: [Line] = []

  init?(_ text: String) {
    var rest = text.utf8[...]
    guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    let words = text[..<end].split(separator: " ").map(String.init)
    guard words.count == 6, words[0] == "nsl-run", words[1] == "key", words[3] == "engine" else {
      return nil
    }
    (version, engine, kind) = (words[2], words[4], words[5])
    rest = rest[rest.index(after: end)...]
    while let equals = rest.firstIndex(of: UInt8(ascii: "=")) {
      let name = String(decoding: rest[..<equals], as: UTF8.self)
      rest = rest[rest.index(after: equals)...]
      guard let line = CanonicalText.value(of: name, &rest) else { return nil }
      lines.append(line)
    }
    guard rest.isEmpty else { return nil }
  }

  /// Takes a value with its line feed: `12`, or `3:sgd`, where the number counts bytes.
  private static func value(of name: String, _ rest: inout Substring.UTF8View) -> Line? {
    guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    if let colon = rest[..<end].firstIndex(of: UInt8(ascii: ":")),
      let count = Int(String(decoding: rest[..<colon], as: UTF8.self)), count >= 0
    {
      let start = rest.index(after: colon)
      guard let stop = rest.index(start, offsetBy: count, limitedBy: rest.endIndex),
        stop < rest.endIndex, rest[stop] == UInt8(ascii: "\n")
      else { return nil }
      let value = String(decoding: rest[start..<stop], as: UTF8.self)
      rest = rest[rest.index(after: stop)...]
      return Line(name: name, value: value, isText: true)
    }
    let value = String(decoding: rest[..<end], as: UTF8.self)
    rest = rest[rest.index(after: end)...]
    return Line(name: name, value: value, isText: false)
  }
}
