import PlainText
import Settings
import YAML

/// The paths that an override may name, and the whole path that an end of it means.
struct OverridePaths {
  /// Of the language, but for names and positions of one's own, and those that the spec holds.
  private let candidates: [[String]]
  /// Settings of the spec's models that are not written there: only with the model's name.
  private let ofModels: [[String]]
  private let attacks: AttackPaths

  init(_ root: Node) {
    var found = OverridePaths.declared
    var seen = Set(found)
    func visit(_ node: Node, _ path: [String]) {
      if !path.isEmpty, seen.insert(path).inserted { found.append(path) }
      for entry in node.mapping ?? [] {
        guard let name = entry.key.scalar?.text, path != [] || name != "sweep" else { continue }
        visit(entry.value, path + [name])
      }
      for (position, item) in (node.sequence ?? []).enumerated() where item.scalar == nil {
        visit(item, path + [String(position)])
      }
      for name in path.last == ArchitectureSection.layers.name ? node.layerNames : [] {
        node.settings(ofLayer: name).map { visit($0, path + [name]) }
      }
    }
    visit(root, [])
    attacks = AttackPaths(root)
    for item in attacks.items {
      for setting in item.settings {
        let path = AttackPaths.keys(item, setting)
        if seen.insert(path).inserted { found.append(path) }
      }
    }
    candidates = found.filter { OverridePaths.schema(at: $0) != nil }
    let models = root["models"]?.mapping?.compactMap { $0.key.scalar?.text } ?? []
    ofModels = models.flatMap { model in
      OverridePaths.declared.map { ["models", model] + $0 }
    }.filter { !seen.contains($0) && OverridePaths.schema(at: $0) != nil }
  }

  /// Every path of the language that needs no name or position of the user's.
  static let declared: [[String]] = {
    var paths: [[String]] = []
    func visit(_ schema: ValueSchema, _ path: [String]) {
      switch schema {
      case .section(let name):
        guard let section = section(name), path.count < 8 else { return }
        for key in section.keys where path != ["sweep"] {
          paths.append(path + [key.name])
          visit(key.schema, path + [key.name])
        }
      case .either(let schemas): schemas.forEach { visit($0, path) }
      default: return
      }
    }
    visit(.section(DocumentSection.section.name), [])
    return paths.filter { $0 != [DocumentSection.extends.name] }
  }()

  static func section(_ name: String) -> Section? {
    Vocabulary.sections.first { $0.name == name }
  }

  /// What the language allows at a path; `nil` where it has no such path.
  static func schema(at path: [String]) -> ValueSchema? {
    func walk(_ schema: ValueSchema, _ path: ArraySlice<String>) -> ValueSchema? {
      guard let name = path.first else { return schema }
      let rest = path.dropFirst()
      switch schema {
      case .section(let home):
        return section(home)?.keys.first { $0.name == name }.flatMap { walk($0.schema, rest) }
      case .map(let value): return name.isEmpty ? nil : walk(value, rest)
      case .list(let item, _, _):
        if item == LayerSection.schema, rest.count == 1, Int(name) == nil {
          return LayerSection.schema(ofSetting: rest[rest.startIndex])
        }
        return Int(name).map { $0 >= 0 } == true ? walk(item, rest) : nil
      case .either(let schemas): return schemas.lazy.compactMap { walk($0, path) }.first
      default: return nil
      }
    }
    return walk(.section(DocumentSection.section.name), path[...])
  }

  /// The whole path that a key stands for, or `nil` after reporting it.
  func path(of key: String, at range: SourceRange, _ diagnostics: Diagnostics) -> [String]? {
    if key == DocumentSection.extends.name {
      diagnostics.error(
        .unknownPath, "`\(key)` cannot be overridden: it is read before the overrides", at: range)
      return nil
    }
    let known = candidates + ofModels
    if let exact = known.first(where: { $0.joined(separator: ".") == key }) { return exact }
    let grid = "sweep.grid."
    if key.hasPrefix(grid), key.count > grid.count {
      return ["sweep", "grid", String(key.dropFirst(grid.count))]
    }
    let whole = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if OverridePaths.schema(at: whole) != nil, whole.first != "sweep" { return whole }

    if let attack = attacks.path(ofItem: key) { return attack }
    let fitting = candidates.filter { fits($0, key) } + ofModels.filter { fits($0, key, from: 1) }
    if fitting.count == 1, !isOfAttacksAlone(key, fitting[0]) { return fitting[0] }
    report(key, fitting, at: range, diagnostics)
    return nil
  }

  /// Whether a key is a word of attacks, of which the spec has none: it is not taken to what else
  /// happens to be called so. A key of `eval` is about attacks, too.
  private func isOfAttacksAlone(_ key: String, _ path: [String]) -> Bool {
    attacks.items.isEmpty && path.first != AttackPaths.start[0]
      && path.joined(separator: ".") != key && AttackSection.section.names.contains(key)
  }

  private func report(
    _ key: String, _ fitting: [[String]], at range: SourceRange, _ diagnostics: Diagnostics
  ) {
    // That the attacks are wrong is said where they stand.
    if attacks.isBroken, fitting.isEmpty, AttackPaths.parts(key) != nil { return }
    let shown = Scalar(key).excerpt
    if fitting.count > 1 {
      diagnostics.error(
        .ambiguousPath, "`\(shown)` is ambiguous: it is the end of \(fitting.count) paths",
        at: range,
        suggestion: "write one of \(listed(fitting.map(words)))")
    } else if let only = fitting.first {
      diagnostics.error(
        .ambiguousPath, "`\(shown)` is also a setting of attacks, and the spec has no attacks",
        at: range, suggestion: "write `\(words(only))` if you mean that one")
    } else if let problem = attacks.problem(with: attacks.completed(key)) {
      diagnostics.error(.unknownPath, problem.message, at: range, suggestion: problem.suggestion)
    } else {
      diagnostics.error(
        .unknownPath, "the spec has no path `\(shown)`", at: range,
        suggestion: suggestion(for: key))
    }
  }

  /// A path as people read it.
  private func words(_ path: [String]) -> String {
    (attacks.names(path) ?? path).joined(separator: ".")
  }

  /// Whether a key is the end of a path that begins at `start` or before. Into a list leads only
  /// its position.
  private func fits(_ path: [String], _ key: String, from start: Int? = nil) -> Bool {
    if let position = path.dropFirst(2).first.flatMap(Int.init), path.count == 4,
      path.starts(with: AttackPaths.start), attacks.items.indices.contains(position)
    {
      // By position, by label, or by the setting alone.
      return [attacks.items[position].label ?? "\(position)", "\(position)"].contains { name in
        let words = AttackPaths.start + [name, path[3]]
        return words.indices.contains { words[$0...].joined(separator: ".") == key }
      }
    }
    let lastStart = start ?? path.lastIndex { Int($0) != nil } ?? path.count - 1
    return (0...lastStart).contains { path[$0...].joined(separator: ".") == key }
  }

  private func suggestion(for key: String) -> String {
    if let plain = SweepPaths.withDots(key) { return "write `\(plain)`" }
    if AttackSection.section.names.contains(key) {
      return "it is a setting of attacks, and no attack of the spec has it"
    }
    let parts = key.split(separator: ".").map(String.init)
    // `model` is a part of a spec, not first of all a setting of attacks.
    let document = ForeignWord.find(key, in: "", value: nil)?.answer
    if let document, ForeignKeys.paths(parts).isEmpty { return document }
    if let meant = meant(by: parts) { return meant }
    // As far as the language has such a path, what goes on from there.
    if let length = (1..<max(parts.count, 1)).last(where: {
      OverridePaths.schema(at: Array(parts[..<$0])) != nil
    }) {
      let start = Array(parts[..<length])
      let words = start.joined(separator: ".")
      if case .list = OverridePaths.schema(at: start) {
        return "`\(words)` is a list: its items are `\(words).0`, `\(words).1`, …"
      }
      let names = candidates.filter { $0.count == length + 1 && $0.starts(with: start) }
        .compactMap(\.last)
      if let near = closest(to: parts[length], among: names) {
        let whole = start + [near] + parts[(length + 1)...]
        return "did you mean `\(whole.joined(separator: "."))`?"
      }
      if let home = homes(of: parts[parts.count - 1]) { return home }
      return names.isEmpty
        ? "`\(words)` has no keys" : "the keys of `\(words)` are \(listed(names))"
    }
    let names = candidates.map { $0.joined(separator: ".") }
    if parts.count > 1, let near = closest(to: key, among: names) {
      return "did you mean `\(near)`?"
    }
    return homes(of: parts.last ?? key) ?? "write a section and a key, such as `hparams.epochs`"
  }

  /// Paths that end with another tool's word for a key.
  private func meant(by parts: [String]) -> String? {
    guard let word = parts.last else { return nil }
    let setting = ForeignKeys.settingOfAttacks(word)
    let ofAttacks = attacks.items.filter { item in
      setting.map(item.settings.contains) == true
        && (parts.count == 1 || AttackPaths.names(item, word).suffix(parts.count) == parts[...])
    }
    let found =
      ofAttacks.map { words(AttackPaths.keys($0, setting ?? "")) } + ForeignKeys.paths(parts)
    guard !found.isEmpty else { return nil }
    return "did you mean " + found.prefix(3).map { "`\($0)`" }.joined(separator: " or ") + "?"
  }

  /// Paths that end with a word, or with one near to it.
  private func homes(of word: String) -> String? {
    guard let near = closest(to: word, among: candidates.compactMap(\.last)) else { return nil }
    let all = candidates.filter { $0.last == near }
    let plain = all.filter { $0.allSatisfy { Int($0) == nil } }
    let words = (plain.isEmpty ? all : plain).prefix(3).map {
      "`\($0.joined(separator: "."))`"
    }
    return "did you mean \(words.joined(separator: " or "))?"
  }
}

/// The keys that the command line may set, for completion in the shell.
package enum OverrideKeys {
  /// Whether a sweep may vary a path of ``all``.
  package static func canSweep(_ path: String) -> Bool { SweepPaths.canVary(path) }

  /// Whole paths, in the order of the language.
  package static var all: [String] {
    OverridePaths.declared.map { $0.joined(separator: ".") }
  }
}
