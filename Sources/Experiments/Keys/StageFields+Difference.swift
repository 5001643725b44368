import Settings

/// One setting in which two stages differ.
package struct FieldChange: Hashable, Sendable {
  package var path: String
  /// `nil` where the old stage has no such setting.
  package var old: StageFields.Field?
  /// `nil` where the new stage has no such setting.
  package var new: StageFields.Field?

  /// `hparams.learning_rate: 0.001 -> 0.01`.
  package var words: String { "\(path): \(valueWords)" }

  /// `0.001 -> 0.01`.
  package var valueWords: String { "\(old?.shown ?? "none") -> \(new?.shown ?? "none")" }
}

extension StageFields {
  /// The settings in which this stage differs from an older one, in the order of the key.
  ///
  /// What only one of them has, because it belongs to a method, an optimizer or an attack that the
  /// other has not, is no difference of its own; neither is what differs in the source of an
  /// attack in the same way as in the attacked model.
  package func changes(since old: StageFields) -> [FieldChange] {
    // Keys of another version have other paths for the same settings.
    if let version = fields.first, let other = old.fields.first, version != other,
      version.path == StageFields.keyVersion
    {
      return [FieldChange(path: version.path, old: other, new: version)]
    }
    let before = Dictionary(uniqueKeysWithValues: old.fields.map { ($0.path, $0) })
    let after = Dictionary(uniqueKeysWithValues: fields.map { ($0.path, $0) })
    let paths = fields.map(\.path) + old.fields.map(\.path).filter { after[$0] == nil }
    var all: [FieldChange] = []
    var replaced: Set<String> = []
    for path in paths where before[path] != after[path] {
      all.append(FieldChange(path: path, old: before[path], new: after[path]))
      if before[path] != nil, after[path] != nil { replaced.insert(path) }
    }
    return all.filter { change in
      if change.old == nil || change.new == nil {
        return !StageFields.owners(of: change.path).contains { replaced.contains($0) }
      }
      guard let own = StageFields.pathOfSubject(change.path) else { return true }
      return
        !(replaced.contains(own) && before[own]?.value == change.old?.value
        && after[own]?.value == change.new?.value)
    }
  }

  /// For a setting of an attack's source, the path of the attacked model's same setting.
  package static func pathOfSubject(_ path: String) -> String? {
    path.hasPrefix(sourcePrefix) ? String(path.dropFirst(sourcePrefix.count)) : nil
  }

  /// The settings whose value decides whether a setting exists: of `adversarial.pgd_epsilon`, the
  /// method.
  package static func owners(of path: String) -> [String] {
    var owners: [String] = []
    if path.hasPrefix(sourcePrefix) { owners = ["eval.attacks.source", "eval.attacks.name"] }
    if path == "eval.attacks.source" || path == smallerEpsilons { owners = ["eval.attacks.name"] }
    if let dot = path.lastIndex(of: ".") {
      let section = String(path[..<dot])
      owners += [section, "\(section).name", "\(section).method"].filter { $0 != path }
    }
    return owners
  }
}
