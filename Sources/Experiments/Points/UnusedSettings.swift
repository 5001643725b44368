import Settings
import YAML

/// Settings that may come to nothing: those of the command line, where every model has its own,
/// and those of a kind that the sweep never chooses.
struct UnusedSettings {
  private struct Setting {
    var path: String
    var key: SourceRange
    /// The swept path that takes its place, and the key of its kind, if it has kinds; `nil` for one
    /// of the command line.
    var axis: (path: String, kind: String?)?
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

  /// What the spec says where an axis chooses between mappings.
  private mutating func findChosen(by axis: SweepAxis, in root: Node) {
    let kind = axis.keys.last.flatMap(Node.kindKey)
    for entry in root.at(axis.keys[...])?.mapping ?? [] where !entry.value.isNull {
      let key = entry.key.scalar?.text ?? ""
      // A value that the sweep writes takes the place of the spec's, as on any axis.
      guard key != kind, !axis.values.contains(where: { $0.node[key] != nil }) else { continue }
      let path = axis.path + "." + key
      guard !settings.contains(where: { $0.key == entry.key.range }) else { continue }
      settings.append(Setting(path: path, key: entry.key.range, axis: (axis.path, kind)))
    }
  }

  /// Reports those that no model of any point has read.
  func report(read: Set<SourceRange>, _ diagnostics: Diagnostics) {
    for setting in settings where !read.contains(setting.key) {
      if let axis = setting.axis {
        diagnostics.error(
          .conflict,
          "no point uses `\(setting.path)`: the sweep sets `\(axis.path)` to other"
            + " \(axis.kind == nil ? "values" : "kinds")",
          at: setting.key,
          suggestion: axis.kind.map {
            "remove it, or keep it for all kinds that know it and sweep `\(axis.path).\($0)`"
          } ?? "remove it, or write it in the values of the sweep that it is for")
      } else {
        diagnostics.error(
          .conflict, "`\(setting.path)` changes nothing: no model of any point uses it",
          at: setting.key)
      }
    }
  }
}
