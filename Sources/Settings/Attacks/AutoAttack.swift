/// AutoAttack: several attacks of one ball, one after the other, each on the images that are left.
///
/// In `l1` there is no `square`, which is not defined there.
///
/// - Source: Croce and Hein 2020, arXiv:2003.01690, section 6; versions, order and settings are those of
///   the authors' program.
package struct AutoAttack: AttackDeclaration {
  package var version = AutoAttackVersion.standard
  /// Of each start of auto-PGD and FAB.
  package var steps = CrossEntropyAPGD().steps
  /// Of the attacks that have no targets, without `square`; filled in by ``complete(norm:epsilon:)``.
  package var restarts: Int?
  /// Of `apgd-t` and `fab-t`, where there are these; filled in by ``complete(norm:epsilon:)`` but where
  /// the two differ.
  package var targets: Int?
  /// Of `square`, where there is one; filled in by ``complete(norm:epsilon:)``.
  package var queries: Int?
  /// Of auto-PGD; filled in by ``complete(norm:epsilon:)``.
  package var eot: Int?

  package init() {}

  package static let word = "autoattack"
  package static let summary =
    "apgd-ce, apgd-t, fab-t and square, or others, each on the images that are left"
  package static let traits: AttackTraits = []
  /// That of FAB.
  package static var computation: Int { TargetedFAB.computation }
  package static let hint =
    "autoattack runs other attacks with the model's own gradients; `version` says which"
  package static let fields: [Field<AutoAttack>] = [
    Field(
      \.version, "version", .choice("version"),
      "`standard`, `plus` (more attacks and restarts) or `rand` (for models with randomness)"),
    Field(\.steps, "steps", .steps, "the number of steps of apgd and fab"),
    Field(
      \.restarts, "restarts", .restarts, "starts of apgd-ce, apgd-dlr and fab",
      default: "1, in `plus` 5, in `standard` in `l1` 5"),
    Field(
      \.targets, "targets", .rivals, "to how many classes apgd-t and fab-t drive images",
      default: "9; of apgd-t in `standard` in `l1` 5; none in `rand`"),
    Field(
      \.queries, "queries", .queries, "images that square asks the model about, at most",
      default: "5000; none in `rand` and in `l1`"),
    Field(
      \.eot, "eot", .gradientsOfStep, "gradients whose mean each step of apgd follows",
      default: "1, in `rand` 20"),
  ]

  package mutating func complete(_ reader: any SettingsReader) {
    let isL1 = reader.source("norm")?.word.flatMap { Norm(word: $0) } == .l1
    for (key, owners) in [("targets", "apgd-t and fab-t"), ("queries", "square")]
    where reader.isGiven(key) {
      if version == .rand {
        reader.report(
          .conflict, "`\(key)` is of \(owners), which `version: rand` does not run", at: key)
      } else if isL1, key == "queries" {
        reader.report(.conflict, "`queries` is of square, which does not run in `l1`", at: key)
      }
    }
    if version == .rand {
      reader.warn(
        .weakAttack,
        "`version: rand` is for models with randomness, which none has here while it is attacked:"
          + " it runs fewer attacks than `standard`, and the gradients of a step are all equal",
        at: "version", suggestion: "use `standard` or `plus`")
    }
  }

  package mutating func complete(norm: Norm, epsilon: Double) {
    let isLong = version == .plus || version == .standard && norm == .l1
    restarts = restarts ?? (isLong ? 5 : 1)
    eot = eot ?? (version == .rand ? 20 : 1)
    let hasSquare = version != .rand && Square.norms.contains(norm)
    queries = hasSquare ? queries ?? Square().queries : nil
    switch version {
    case .standard where norm == .l1: break
    case .standard, .plus: targets = targets ?? TargetedAPGD().targets
    case .rand: targets = nil
    }
  }

  package func fewestClasses(isTargeted: Bool) -> Int {
    attacks.map { $0.fewestClasses(isTargeted: isTargeted) }.max() ?? 1
  }
  package var isRandom: Bool { attacks.contains(where: \.isRandom) }
  package var stopsWhenFooled: Bool { true }
  /// Those for an image that stands all attacks.
  package var passes: Passes {
    attacks.map(\.passes).reduce(into: Passes(forward: 1)) { sum, passes in
      // What each attack leaves is looked at again.
      sum.forward += passes.forward + 1
      sum.gradient += passes.gradient
    }
  }
  package var words: [String] {
    [
      "\(version.rawValue): \(members.joined(separator: ", "))", count(steps, "step"),
      restarts.map { count($0, "start") }, targets.map { count($0, "target") },
      queries.map { "\($0) \($0 == 1 ? "query" : "queries")" },
      eot.flatMap { $0 > 1 ? "each step of \($0) gradients" : nil },
    ].compactMap { $0 }
  }
  package var members: [String] { attacks.map { type(of: $0).word } }
  package var stepCount: Int? { steps }
  package var startCount: Int? { restarts }

  package func build<Builder: AttackBuilder>(with builder: Builder) -> Builder.Attack {
    builder.build(self)
  }
}

/// Which attacks there are.
package enum AutoAttackVersion: String, Codable, Hashable, Sendable, CaseIterable {
  case standard
  case plus
  case rand
}

extension AutoAttack {
  /// The attacks with their settings, in the order in which they run. Where settings are filled in.
  package var attacks: [any AttackDeclaration] {
    switch version {
    case .standard: [apgd(CrossEntropyAPGD()), targetedAPGD, targetedFAB] + square
    case .plus:
      [apgd(CrossEntropyAPGD()), apgd(LogitRatioAPGD()), fab] + square
        + [targetedAPGD, targetedFAB]
    case .rand: [apgd(CrossEntropyAPGD()), apgd(LogitRatioAPGD())]
    }
  }

  private func apgd<Attack: APGDDeclaration>(_ attack: Attack) -> Attack {
    var attack = attack
    attack.steps = steps
    attack.restarts = restarts ?? attack.restarts
    attack.eot = eot ?? attack.eot
    return attack
  }

  private var targetedAPGD: TargetedAPGD {
    var attack = apgd(TargetedAPGD())
    attack.restarts = 1
    // Only `standard` in `l1` leaves them open.
    attack.targets = targets ?? 5
    return attack
  }

  private var fab: FAB {
    var attack = FAB()
    attack.steps = steps
    attack.restarts = restarts ?? attack.restarts
    return attack
  }

  private var targetedFAB: TargetedFAB {
    var attack = TargetedFAB()
    attack.steps = steps
    attack.targets = targets ?? attack.targets
    return attack
  }

  private var square: [any AttackDeclaration] {
    guard let queries else { return [] }
    var attack = Square()
    attack.queries = queries
    return [attack]
  }
}
