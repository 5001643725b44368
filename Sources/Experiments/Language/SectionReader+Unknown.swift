import PlainText
import Settings
import YAML

extension SectionReader {
  /// Reports an unknown key of the section, with what may be meant.
  func reportUnknown(_ name: String, _ entry: Node.Entry) {
    let key = entry.key
    let shown = Scalar(name).excerpt
    if section.later.contains(name) {
      let supported = listed(section.keys.map(\.name))
      diagnostics.error(
        .notSupported,
        "`\(shown)` \(section.placeInWords) is not supported in this version; supported: "
          + supported, at: key.range)
      return
    }
    let message = "unknown key `\(shown)` \(section.placeInWords)"
    if let opened = section.opened(word: name, entry.value) {
      diagnostics.error(
        .unknownKey, message, at: key.range, suggestion: "write `\(opened)`")
      return
    }
    if let foreign = ForeignWord.find(name, in: section.name, value: entry.value.scalar?.text) {
      diagnostics.error(
        .unknownKey, message, at: key.range, suggestion: foreign.answer,
        notes: foreign.example.map { [Diagnostic.Note("for example `\($0)`")] } ?? [])
      return
    }
    diagnostics.error(.unknownKey, message, at: key.range, suggestion: suggestion(for: name))
  }

  /// A key that holds what only looks like a space, or its value, too.
  private func keySlip(_ name: String, _ names: [String]) -> String? {
    let stranger = name.unicodeScalars.first { scalar in
      switch scalar.properties.generalCategory {
      case .spaceSeparator: scalar != " "
      case .format: true
      default: false
      }
    }
    if let stranger {
      let code = String(stranger.value, radix: 16, uppercase: true)
      let zeros = String(repeating: "0", count: max(0, 4 - code.count))
      return
        "it contains the character U+\(zeros)\(code), which is not a space: type the line again"
    }
    guard let colon = name.firstIndex(of: ":"), names.contains(String(name[..<colon])) else {
      return nil
    }
    let value = name[name.index(after: colon)...]
    return "write a space after the `:`: `\(name[..<colon]): \(value)`"
  }

  /// Another tool's word for a key of another section.
  private func foreign(_ name: String) -> String? {
    var paths = ForeignKeys.paths([name])
    if let setting = ForeignKeys.settingOfAttacks(name) {
      paths.append("\(AttackSection.section.name).\(setting)")
    }
    guard !paths.isEmpty else { return nil }
    let words = paths.prefix(3).map { path in
      let key = path.split(separator: ".").last ?? ""
      return "`\(key)` under `\(path.dropLast(key.count + 1))`"
    }
    return "it is called " + words.joined(separator: ", or ")
  }

  /// A near word of this section, or the section where the word is at home.
  private func suggestion(for name: String) -> String {
    let names = section.names
    if let slip = keySlip(name, names) { return slip }
    if name.contains(".") {
      return section.name == SweepSection.section.name
        ? "paths belong under `grid`" : "only a sweep's paths have dots: nest the keys instead"
    }
    let near = closestMatch(to: name, among: names)
    if let near, near.distance <= 1 { return "did you mean `\(near.candidate)`?" }
    let homes = Vocabulary.sections.filter { home in
      home.name != section.name && home.keys.contains { $0.name == name }
    }
    if !homes.isEmpty {
      return "`\(name)` belongs " + homes.prefix(3).map(\.homeInWords).joined(separator: ", or ")
    }
    if let elsewhere = foreign(name) { return elsewhere }
    if let near { return "did you mean `\(near.candidate)`?" }
    // `lmit` where there are `train_limit` and `test_limit`.
    let parts = names.filter { $0.contains("_") }.filter { candidate in
      closestMatch(to: name, among: [String(candidate.split(separator: "_").last ?? "")]).map {
        $0.distance <= 1
      } ?? false
    }
    if !parts.isEmpty {
      let words = parts.prefix(3).map { "`\($0)`" }.joined(separator: " or ")
      return "did you mean \(words)?"
    }
    for home in Vocabulary.sections where home.name != section.name {
      if let near = closest(to: name, among: home.keys.map(\.name)) {
        return "did you mean `\(near)`? It belongs \(home.homeInWords)"
      }
    }
    return "use one of \(listed(names))"
  }
}
