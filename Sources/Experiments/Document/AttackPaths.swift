import PlainText
import Settings
import YAML

/// The attacks of a document as paths lead to them: by label, `eval.attacks.pgd.epsilon`, or by
/// position, `eval.attacks.0.epsilon`.
struct AttackPaths {
  static let start = ["eval", EvaluationSection.attacks.name]
  /// What says which attack it is, and what its rows are called.
  static let fixed: Set<String> = [AttackSection.name, AttackSection.label]

  struct Item {
    /// In the list, from 0.
    var position: Int
    /// `nil` where it has none that can be read.
    var kind: AttackMethod?
    /// `nil` where it has none that can be read.
    var label: String?
    /// The label, or the position where another attack has the same label.
    var name: String
    /// The keys that mean something to the attack.
    var settings: [String]
  }

  let items: [Item]
  /// Whether the attacks cannot be read, all or one of them: which paths there are is not known.
  let isBroken: Bool

  init(_ root: Node) {
    let list = root.at(AttackPaths.start[...])
    let section = root["eval"]
    let isElsewhere =
      list == nil && section.map { EvaluationSection.section.mended($0)["attacks"] != nil } == true
    let isWrong = section.map { !$0.isNull && $0.mapping == nil } ?? false
    isBroken =
      isElsewhere || isWrong
      || list.map { list in
        !list.isNull && list.sequence?.allSatisfy { AttackSection.label(of: $0) != nil } != true
      } == true
    let nodes = list?.sequence ?? []
    let labels = nodes.map(AttackSection.label)
    items = nodes.indices.map { position in
      let label = labels[position]
      let isUnique = label.map { label in labels.count { $0 == label } == 1 } ?? false
      // A number is a position.
      let isName = isUnique && label.flatMap(Int.init) == nil
      let kind = AttackSection.kind(of: nodes[position])
      return Item(
        position: position, kind: kind, label: label,
        name: isName ? label ?? "" : String(position), settings: AttackSection.settings(of: kind))
    }
  }

  /// What is called so: one, none, or several of the same label.
  func items(_ word: String) -> [Item] {
    if let position = Int(word), items.indices.contains(position) { return [items[position]] }
    return items.filter { $0.label == word }
  }

  /// An attack's setting as the keys of the document lead to it.
  static func keys(_ item: Item, _ setting: String) -> [String] {
    start + [String(item.position), setting]
  }

  /// The same as people read it.
  static func names(_ item: Item, _ setting: String) -> [String] { start + [item.name, setting] }

  /// A path with its attack's label; `nil` where it leads to no setting of an attack.
  func names(_ path: [String]) -> [String]? {
    let start = AttackPaths.start
    guard path.count == start.count + 2, path.starts(with: start),
      let position = Int(path[start.count]), items.indices.contains(position)
    else { return nil }
    return AttackPaths.names(items[position], path[start.count + 1])
  }

  /// All that a path may be called: one to a setting of an attack has its position or its label.
  func spellings(of path: [String]) -> [String] {
    let start = AttackPaths.start.count
    guard path.count > start + 1, path.starts(with: AttackPaths.start),
      let position = Int(path[start]), items.indices.contains(position)
    else { return [path.joined(separator: ".")] }
    let names = Set([path[start], items[position].label ?? path[start]])
    return names.sorted().map { name in
      (AttackPaths.start + [name] + path[(start + 1)...]).joined(separator: ".")
    }
  }

  /// The position of the attack that a path leads into; `nil` where it leads to none.
  static func position(in keys: [String]) -> Int? {
    keys.starts(with: start) && keys.count > start.count ? Int(keys[start.count]) : nil
  }

  /// The name of an attack and its setting in a path below `eval.attacks`; labels may have dots.
  static func parts(_ path: String) -> (name: String, setting: String)? {
    let prefix = start.joined(separator: ".") + "."
    guard path.hasPrefix(prefix) else { return nil }
    let rest = path.dropFirst(prefix.count)
    guard let dot = rest.lastIndex(of: ".") else { return (String(rest), "") }
    return (String(rest[..<dot]), String(rest[rest.index(after: dot)...]))
  }

  /// The keys that lead to a whole attack by its label: `eval.attacks.pgd`, or the end of it.
  func path(ofItem key: String) -> [String]? {
    let starts = ["eval.attacks.", "attacks."]
    guard let start = starts.first(where: key.hasPrefix) else { return nil }
    let found = items.filter { $0.label == String(key.dropFirst(start.count)) }
    return found.count == 1 ? AttackPaths.start + [String(found[0].position)] : nil
  }

  /// The whole path of a setting that is named by its attack, `pgd.steps`; the path itself where it
  /// is none.
  func completed(_ path: String) -> String {
    let start = AttackPaths.start.joined(separator: ".") + "."
    let rest = path.hasPrefix("attacks.") ? String(path.dropFirst("attacks.".count)) : path
    guard !path.hasPrefix(start), let (name, _) = AttackPaths.parts(start + rest),
      !items(name).isEmpty, Int(name) == nil
    else { return path }
    return start + rest
  }

  /// What is wrong with a path below `eval.attacks`, and what to do about it.
  func problem(with path: String) -> (message: String, suggestion: String?)? {
    guard let (name, setting) = AttackPaths.parts(path) else { return nil }
    let start = AttackPaths.start.joined(separator: ".")
    let shown = Scalar(path).excerpt
    guard !items.isEmpty else {
      return ("the spec has no path `\(shown)`: it has no attacks", "list them under `\(start)`")
    }
    let found = items(name)
    if found.count > 1 {
      let paths = found.map { "`\(start).\($0.position)\(setting.isEmpty ? "" : ".\(setting)")`" }
      return (
        "`\(Scalar(name).excerpt)` is the label of \(found.count) attacks",
        "write \(paths.joined(separator: " or ")), or give them a `label` each"
      )
    }
    guard let item = found.first else {
      let names = items.map(\.name)
      let near = closest(to: name, among: names)
      return (
        "the spec has no attack `\(Scalar(name).excerpt)`",
        near.map { "did you mean `\(start).\($0)\(setting.isEmpty ? "" : ".\(setting)")`?" }
          ?? (Int(name) == nil
            ? "its attacks are \(listed(names))"
            : "its attacks are \(listed(names)), numbered from 0")
      )
    }
    let whole = "\(start).\(item.name)"
    if let kind = item.kind, let why = AttackSection.refusal(of: setting, kind) {
      return (why, nil)
    }
    let near = closest(to: setting, among: item.settings)
    return (
      "the spec has no path `\(shown)`",
      near.map { "did you mean `\(whole).\($0)`?" }
        ?? "the keys of `\(whole)` are \(listed(item.settings))"
    )
  }
}
