import Settings
package import YAML

/// Collects what is wrong with a spec, or doubtful, while it is decoded; decoding goes on with
/// defaults.
final class Diagnostics {
  private(set) var all: [Diagnostic] = []
  private var seen: Set<Diagnostic> = []
  /// How often something was found wrong, the same thing again included.
  private(set) var reports = 0

  /// Adds a diagnostic, unless the same was said of the same place.
  func add(_ diagnostic: Diagnostic) {
    reports += 1
    if seen.insert(diagnostic).inserted { all.append(diagnostic) }
  }

  func error(
    _ code: Diagnostic.Code, _ message: String, at range: SourceRange?, suggestion: String? = nil,
    notes: [Diagnostic.Note] = []
  ) {
    add(
      Diagnostic(code: code, message, at: range, suggestion: suggestion, notes: notes))
  }

  /// What is possible but hardly meant; it keeps nothing from being run.
  private(set) var warnings: [Diagnostic] = []

  func warn(
    _ code: Diagnostic.Code, _ message: String, at range: SourceRange?, suggestion: String? = nil
  ) {
    let warning = Diagnostic(.warning, code: code, message, at: range, suggestion: suggestion)
    if !warnings.contains(warning) { warnings.append(warning) }
  }

  /// Gives away the warnings so far.
  func takeWarnings() -> [Diagnostic] {
    defer { warnings = [] }
    return warnings
  }

  /// Gives away what was found so far.
  func take() -> [Diagnostic] {
    defer {
      all = []
      seen = []
    }
    return all
  }

  // MARK: SectionSettings without effect

  /// What is wrong with keys that mean nothing beside the other values of their section.
  private(set) var deferred: [SourceRange: [Diagnostic]] = [:]
  /// The places of keys of such sections that mean something.
  private(set) var used: Set<SourceRange> = []
  /// Of each such section that was read, by its name, the keys that mean something.
  private(set) var settled: [(section: String, own: [String])] = []

  /// A mistake, unless a key at the same place is used elsewhere: see `addDeferred`.
  func deferError(_ diagnostic: Diagnostic) {
    guard let range = diagnostic.range else { return add(diagnostic) }
    note([diagnostic], at: range)
  }

  /// Points may have different reasons; a few say it.
  private func note(_ reasons: [Diagnostic], at range: SourceRange) {
    var known = deferred[range] ?? []
    for reason in reasons where known.count < 4 && !known.contains(reason) { known.append(reason) }
    deferred[range] = known
  }

  func use(_ range: SourceRange) { used.insert(range) }

  func settle(_ section: String, _ own: [String]) { settled.append((section, own)) }

  /// Forgets which keys mean something in the sections read so far.
  func forgetSettled() { settled.removeAll(keepingCapacity: true) }

  // MARK: SectionSettings that are never read

  /// The places of keys of which somebody asks whether any model reads them.
  var watched: Set<SourceRange> = []
  /// Whether what is read now counts: what no model has does not.
  var isWatching = true
  /// Those of them that were read.
  private(set) var read: Set<SourceRange> = []

  func noteRead(_ range: SourceRange) {
    if isWatching, watched.contains(range) { read.insert(range) }
  }

  /// Adds what another collection knows about keys that are used or not.
  func takeDeferred(of other: Diagnostics) {
    for (range, reasons) in other.deferred { note(reasons, at: range) }
    used.formUnion(other.used)
  }

  /// Reports the keys that were used nowhere.
  func addDeferred(where isMeant: (Diagnostic) -> Bool = { _ in true }) {
    for (range, reasons) in deferred where !used.contains(range) {
      guard let first = reasons.first, isMeant(first) else { continue }
      guard reasons.count > 1 else {
        add(first)
        continue
      }
      error(
        first.code, "no point uses `\(Scalar(range.text).excerpt)`", at: range,
        notes: reasons.map { Diagnostic.Note($0.message) })
    }
    deferred = [:]
  }
}

extension Diagnostic.Code {
  package static let unknownKey = Self("unknown-key")
  package static let unknownValue = Self("unknown-value")
  package static let wrongType = Self("wrong-type")
  package static let outOfRange = Self("out-of-range")
  package static let missingKey = Self("missing-key")
  /// A word of the language that this version does not know yet.
  package static let notSupported = Self("not-supported")
  package static let conflict = Self("conflict")
  package static let impossibleShape = Self("impossible-shape")
  package static let unknownModel = Self("unknown-model")
  package static let unknownPath = Self("unknown-path")
  package static let badName = Self("bad-name")
  /// A path with a variable that has no value.
  package static let badPath = Self("bad-path")
  package static let duplicate = Self("duplicate")
  /// What cannot be read, or decided, in a sweep's `where`.
  package static let condition = Self("condition")
  package static let extendsCycle = Self("extends-cycle")
  /// An argument that is no `key=value`.
  package static let badOverride = Self("bad-override")
  package static let ambiguousPath = Self("ambiguous-path")
  /// An attack that cannot do what its epsilon says.
  package static let weakAttack = Self("weak-attack")
  /// A change of pixels by more than they have.
  package static let tooLargeRadius = Self("too-large-radius")
  /// A key without a value, which counts as if it were not there.
  package static let emptyValue = Self("empty-value")
}
