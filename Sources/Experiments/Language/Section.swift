/// One section of the language: its keys, declared once for decoding, reference and schema.
package struct Section: Sendable {
  /// As a path from the top: `hparams.optimizer`; empty for the document itself.
  package var name: String
  /// One line, without a full stop.
  package var summary: String
  package let keys: [KeyDescription]
  /// The keys' names, in their order.
  let names: [String]
  /// Keys of the language that this version does not know yet.
  package var later: [String]

  init(_ name: String, _ summary: String, keys: [KeyDescription], later: [String] = []) {
    self.name = name
    self.summary = summary
    self.keys = keys
    names = keys.map(\.name)
    self.later = later
  }

  /// "in `hparams`", "at the top level".
  var placeInWords: String { name.isEmpty ? "at the top level" : "in `\(name)`" }

  /// "under `hparams`": where a key of this section goes.
  var homeInWords: String { name.isEmpty ? "at the top level" : "under `\(name)`" }

  /// The same section of a thing with a name of its own: `models.base`.
  func named(_ name: String) -> Section {
    var section = self
    section.name = name
    return section
  }
}
