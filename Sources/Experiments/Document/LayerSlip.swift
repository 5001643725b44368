import Settings
import YAML

/// Settings that stand beside a layer's short form: `- dense: 10, activation: relu`.
enum LayerSlip {
  /// A mistake of YAML's with advice for such a line, and for one that is indented below it.
  static func advised(_ diagnostic: Diagnostic) -> Diagnostic {
    guard diagnostic.code == .yamlSyntax, let range = diagnostic.range else { return diagnostic }
    let line = range.start.line
    var text = content(range.source.line(line))
    if !text.hasPrefix("- "), line > 1 {
      text = content(range.source.line(line - 1)) + ", " + text
    }
    guard text.hasPrefix("- "),
      let entries = YAMLDocument(
        SourceText(name: "line", text: "{ \(text.dropFirst(2)) }")
      ).root?.mapping,
      let first = entries.first, let word = first.key.scalar?.text,
      let advice = advice(word, entries)
    else { return diagnostic }
    var advised = diagnostic
    advised.suggestion = advice
    return advised
  }

  /// What to write for a layer with its short form and settings beside it; `nil` where the first
  /// entry is none.
  static func advice(_ word: String, _ entries: [Node.Entry]) -> String? {
    guard let layer = LayerSection.layer(word), let main = type(of: layer.layer).mainKey,
      let first = entries.first, first.value.mapping == nil, !first.value.isNull
    else { return nil }
    let settings = entries.dropFirst().filter { $0.value.scalar?.text != "softmax" }
    let names = LayerSection.section(of: layer).names
    guard settings.allSatisfy({ names.contains($0.key.scalar?.text ?? "") }) else { return nil }
    let written =
      settings.isEmpty
      ? first.value.flow
      : "{ \(main): \(first.value.flow)"
        + settings.map { ", \($0.key.flow): \($0.value.flow)" }.joined() + " }"
    let hasSoftmax = settings.count < entries.count - 1
    return "write `\(word): \(written)`"
      + (hasSoftmax ? ", without `softmax`: losses and attacks work on logits" : "")
  }

  /// A line without indentation and comment.
  private static func content(_ line: Substring?) -> String {
    var text = (line ?? "").drop { $0 == " " }
    if let comment = text.firstRange(of: " #") { text = text[..<comment.lowerBound] }
    return String(text)
  }
}
