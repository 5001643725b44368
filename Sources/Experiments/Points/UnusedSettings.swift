import Settings
import YAML

/// Settings that may have no effect: those of the command line, where every model has its own,
/// and those of a kind that the sweep never chooses.
struct UnusedSettings {
  private struct Setting {
    var path: String
    var key: SourceRange
    /// The swept path that takes its place, and the key of its kind, if it has kinds; `nil` for one
    /// of the command line.
    var axis: (path: String, kind: String?, hasSections: Bool)?
  }

  private var settings: [Setting] = []

  /// Where their keys stand.
  var places: Set<SourceRange> { Set(settings.map(\.key)) }

  init(_ root: Node, _ axes: [SweepAxis]) {
    for name in ["architecture", "hparams", "adversarial", "models"] {
      root[name].map { findSet(in: $0, [name]) }
    }
    for axis in axes { findChosen(by: axis, in: root) }
  }

  /// Scalars and lists that the command line has set.
  private mutating func findSet(in node: Node, _ path: [String]) {
    for entry in node.mapping ?? [] {
      let whole = path + [entry.key.scalar?.text ?? ""]
      if entry.value.mapping != nil {
        findSet(in: entry.value, whole)
      } else if entry.key.range.isOfOverride, !entry.value.isNull, isRead(whole) {
        settings.append(Setting(path: whole.joined(separator: "."), key: entry.key.range))
      }
    }
  }

  /// Whether a key is one that models read: `models.base.adversarial` is laid over a section.
  private func isRead(_ path: [String]) -> Bool { path[0] != "models" || path.count > 3 }

  /// What the spec says where an axis chooses between sections.
  private mutating func findChosen(by axis: SweepAxis, in root: Node) {
    guard axis.isSection else { return }
    let kind = axis.keys.last.flatMap(Node.kindKey)
    for entry in root.at(axis.keys[...])?.mapping ?? [] where !entry.value.isNull {
      let key = entry.key.scalar?.text ?? ""
      // A value that the sweep writes takes the place of the spec's, as on any axis.
      guard key != kind, !SectionValue.keysOfImages.contains(key),
        !axis.values.contains(where: { $0.node[key] != nil })
      else { continue }
      let path = axis.path + "." + key
      guard !settings.contains(where: { $0.key == entry.key.range }) else { continue }
      settings.append(
        Setting(path: path, key: entry.key.range, axis: (axis.path, kind, axis.hasSections)))
    }
  }

  /// Reports those that no model of any point has read; those of one section are one mistake.
  func report(read: Set<SourceRange>, _ diagnostics: Diagnostics) {
    var reported: Set<String> = []
    let unread = settings.filter { !read.contains($0.key) }
    for setting in unread {
      if let axis = setting.axis {
        guard reported.insert(axis.path).inserted else { continue }
        let all = unread.filter { $0.axis?.path == axis.path }.map(\.path)
        diagnostics.error(
          .conflict,
          "no point uses \(listed(all)): the sweep sets `\(axis.path)` to other"
            + " \(axis.kind == nil || axis.hasSections ? "values" : "kinds")",
          at: setting.key,
          suggestion: axis.hasSections
            ? "write `inherit: true` in the values of the sweep that keep it, or remove it"
            : axis.kind.map {
              "remove it, or keep it for all kinds that have it and sweep `\(axis.path).\($0)`"
            } ?? "remove it, or write it in the values of the sweep that it is for")
      } else {
        diagnostics.error(
          .conflict, "`\(setting.path)` changes nothing: no model of any point uses it",
          at: setting.key)
      }
    }
  }
}
