import YAML

/// What paths to an attack's settings need to know before anything is decoded.
extension AttackSection {
  /// What tables call an attack; `nil` where its node does not say which it is.
  static func label(of node: Node) -> String? {
    if let label = node[label.name]?.scalar, !label.text.isEmpty { return label.text }
    guard let name = node[name.name]?.scalar?.text else { return nil }
    let target = node[targeted.name].flatMap {
      targeted.type.decode($0, targeted.name, Diagnostics()) ?? nil
    }
    return name + (target.map { "-to-\($0.name)" } ?? "")
  }

  /// Which attack it is; `nil` where its node does not say so.
  static func kind(of node: Node) -> AttackName? {
    (node[name.name]?.scalar?.text).flatMap(AttackName.init)
  }

  /// The keys that mean something to an attack; all where it is not known.
  static func settings(of attack: AttackName?) -> [String] {
    let others = attack.map { foreign(to: $0).map(\.key) } ?? []
    return section.names.filter { !others.contains($0) }
  }
}
