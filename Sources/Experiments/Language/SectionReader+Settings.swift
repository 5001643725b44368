import Settings
import YAML

extension SectionReader: SettingsReader {
  func source(_ key: String) -> (any SettingSource)? {
    node(key).map {
      NodeSource(node: $0, key: key, context: context, section: section.name, diagnostics)
    }
  }

  func require(_ key: KeyDescription) { requireKeys(key) }

  func report(
    _ code: SettingProblem, _ message: String, at key: String?, suggestion: String?
  ) {
    diagnostics.error(
      Diagnostic.Code(code.rawValue), message, at: key.map(place) ?? range, suggestion: suggestion)
  }

  func report(
    _ code: SettingProblem, _ message: String, atKey key: String, suggestion: String?
  ) {
    diagnostics.error(
      Diagnostic.Code(code.rawValue), message, at: keyRange(key) ?? range, suggestion: suggestion)
  }

  func reportConflict(of key: String, with other: String) {
    diagnostics.error(
      .conflict, "`\(key)` and `\(other)` cannot both be given", at: keyRange(key),
      notes: [Diagnostic.Note("the other one", at: keyRange(other))])
  }

  func requireOne(of keys: [String]) {
    guard keys.allSatisfy(lacks) else { return }
    diagnostics.error(
      .missingKey, "one of \(listed(keys)) is missing \(section.placeInWords)", at: range,
      suggestion: "write a mapping with it: `{ name: …, \(keys[0]): … }`")
  }

  func warn(
    _ code: SettingProblem, _ message: String, at key: String?, item: Int?, suggestion: String?
  ) {
    let node = key.flatMap(node)
    let items = node?.sequence ?? []
    let place = item.flatMap { items.indices.contains($0) ? items[$0].range : nil }
    diagnostics.warn(
      Diagnostic.Code(code.rawValue), message, at: place ?? node?.range ?? range,
      suggestion: suggestion)
  }

  func isGiven(_ key: String) -> Bool {
    guard let node = node(key) else { return false }
    return !diagnostics.all.contains { $0.range == node.range }
  }
}
