/// Why nothing is claimed of the numbers of a row, although they stand side by side.
package enum ComparisonObstacle: String, Hashable, Sendable {
  /// Only some experiments have the row.
  case missing
  /// No seed of some experiment ended well.
  case failed
  /// The images are others: another dataset, other content, another split.
  case otherData = "other data"
  /// As many examples were not evaluated in all of them.
  case otherExamples = "other examples"
  /// The attack has other settings: a stronger one lowers every accuracy.
  case otherAttack = "other attack"
  /// One seed: other seeds give other numbers.
  case oneSeed = "1 seed"
}

/// Finds them.
struct ComparisonObstacles {
  private let experiments: [ComparedExperiment]
  private let areDataAlike: Bool
  /// Names of attacks' settings by which rows are matched already.
  private let matched: Set<String>

  init(_ experiments: [ComparedExperiment], _ axes: [ComparedAxis]) {
    self.experiments = experiments
    areDataAlike = ComparedData.differences(experiments).isEmpty
    matched = Set(
      axes.map(\.path).filter { $0.hasPrefix("eval.attacks.") }
        .compactMap { $0.split(separator: ".").last.map(String.init) })
  }

  func obstacle(of key: ComparedKey, _ cells: [ComparedCell?]) -> ComparisonObstacle? {
    let there = cells.compactMap(\.self)
    // Of two, a difference needs both; of more, those that have the row can be ranked.
    if there.count < 2 { return .missing }
    if there.count(where: { !$0.measurements.isEmpty }) < 2 { return .failed }
    if !areDataAlike { return .otherData }
    if Set(there.flatMap(\.examples)).count > 1 { return .otherExamples }
    if !attackDifferences(key, cells).isEmpty { return .otherAttack }
    return there.count { $0.measurements.count > 1 } > 1 ? nil : .oneSeed
  }

  /// The settings in which a row's attack is not the same; of several attacks, which of them.
  func attackDifferences(_ key: ComparedKey, _ cells: [ComparedCell?]) -> [String] {
    let rowKey = key.rowKey()
    let isThere = cells.map { $0 != nil }
    guard !key.norm.isEmpty || !key.isClean else { return [] }
    if key.attack == "worst-case" {
      let members = zip(experiments, isThere).filter { !$0.0.attacks.isEmpty && $0.1 }
        .map { experiment, _ in
          experiment.attacks.filter { $0.key.norm == key.norm && $0.key.epsilon == key.epsilon }
        }
      let names = Set(members.map { Set($0.keys) })
      if names.count > 1 { return ["it is of other attacks"] }
      return (members.first ?? [:]).keys.sorted { $0.name < $1.name }
        .filter { part in !differences(members.compactMap { $0[part] }).isEmpty }.map(\.name)
    }
    let identity = AttackIdentity(rowKey)
    return differences(
      zip(experiments, isThere).filter(\.1).compactMap { $0.0.attacks[identity] })
  }

  private func differences(_ details: [AttackDetails]) -> [String] {
    let names = Set(details.flatMap(\.keys)).subtracting(matched).sorted()
    return names.filter { name in Set(details.map { $0[name] ?? [] }).count > 1 }
  }
}

/// Whether experiments have the same images.
enum ComparedData {
  /// A sentence for each way in which they have not.
  static func differences(_ experiments: [ComparedExperiment]) -> [String] {
    var sentences: [String] = []
    let names = experiments.map { Set($0.table.rows.map(\.key.dataset)).sorted() }
    if Set(names.filter { !$0.isEmpty }).count > 1 {
      let words = zip(experiments, names).map { "\($0.name) has \(list($1))" }
      sentences.append("not the same dataset: \(list(words))")
    } else {
      for dataset in names.first ?? [] {
        let digests = experiments.map { $0.origin?.datasetDigests[dataset] }
        if Set(digests.compactMap(\.self)).count > 1 {
          let words = zip(experiments, digests).compactMap { one, digest in
            digest.map { "\(one.name) has \($0)" }
          }
          sentences.append("not the same content of \(dataset): \(list(words))")
        }
      }
    }
    let splits = experiments.map { one in one.settings?.first { $0.path == "eval.split" }?.values }
    if Set(splits.compactMap(\.self)).count > 1 {
      let words = zip(experiments, splits).compactMap { one, values in
        values.map { "\(one.name) has \(list($0))" }
      }
      sentences.append("not the same part of the dataset: \(list(words))")
    }
    return sentences
  }
}
