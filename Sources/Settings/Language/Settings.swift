/// One section of the language: stored properties are its settings with their defaults, and each
/// has one ``Field``.
///
/// From the fields come decoding, the JSON Schema, the reference, completion and `help`, the text
/// of a stage's key, the resolved spec and `explain`.
package protocol SectionSettings: Codable, Hashable, Sendable {
  /// In the order of the reference and of keys.
  static var fields: [Field<Self>] { get }
  /// Every default. A required setting has some value of its type.
  init()
  /// Checks settings against each other and against the document, and fills in defaults that
  /// depend on other settings, so that a default and the same value written out are equal.
  mutating func complete(_ reader: any SettingsReader)
  /// Reads over the values that are there, without a look at what they mean together.
  ///
  /// Requirements, though all have the implementation below: so that it is compiled for each type. They
  /// are called for every point of a sweep.
  mutating func readValues(_ reader: any SettingsReader)
  /// Calls `body` with every setting that is part of a stage's key, in the order of the fields.
  func forEachKeyValue(_ body: (_ name: String, _ value: SettingValue) -> Void)
}

extension SectionSettings {
  package mutating func complete(_ reader: any SettingsReader) {}

  /// Reads what a section gives; the rest keeps its defaults.
  package init(reading reader: any SettingsReader) {
    self.init()
    read(reader)
  }

  /// Reads over the values that are there.
  package mutating func read(_ reader: any SettingsReader) {
    readValues(reader)
    for field in Self.fields where field.isRequired {
      if reader.source(field.key.name) == nil { reader.require(field.key) }
    }
    complete(reader)
  }

  package mutating func readValues(_ reader: any SettingsReader) {
    for field in Self.fields {
      if let source = reader.source(field.key.name) { field.read(source, &self) }
    }
  }

  /// What the reference says of each key.
  package static var keys: [KeyDescription] { fields.map(\.key) }

  /// Every setting with its value, in the order of the fields.
  package var lines: [SettingLine] {
    var lines: [SettingLine] = []
    lines.reserveCapacity(Self.fields.count)
    for field in Self.fields { lines.append(field.line(self)) }
    return lines
  }

  package func forEachKeyValue(_ body: (_ name: String, _ value: SettingValue) -> Void) {
    for field in Self.fields {
      if let value = field.keyValue(self) { body(field.key.name, value) }
    }
  }

  /// What about these settings no spec can say; `nil` where they are in range.
  ///
  /// Requests and manifests are files, which may hold anything.
  package var problem: String? {
    for field in Self.fields {
      if let problem = field.problem(self) { return problem }
    }
    return nil
  }
}

/// A setting and its value.
package struct SettingLine: Hashable, Sendable {
  package var name: String
  /// `nil` where the setting has no value.
  package var value: SettingValue?
  /// Whether it is part of the text that a stage's key is the digest of.
  package var isInKey = true
  /// What a spec says in its place where it has no value.
  package var absent = "null"

  package init(name: String, value: SettingValue?, isInKey: Bool = true, absent: String = "null") {
    self.name = name
    self.value = value
    self.isInKey = isInKey
    self.absent = absent
  }
}
