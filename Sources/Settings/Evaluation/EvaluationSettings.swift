/// The part of a dataset that attacks are evaluated on.
package enum EvaluationSplit: String, Codable, Hashable, Sendable, CaseIterable {
  case test
  case train
}

/// `eval:`.
package struct EvaluationSettings: SectionSettings {
  package var split = EvaluationSplit.test
  package var limit: Int?
  package var batchSize = 512
  /// In the order of the tables; the row of clean images comes before them.
  package var attacks: [AttackSettings] = []
  /// For each of `attacks`, its position in the spec's list: an attack with several epsilons is
  /// several rows.
  package var positions: [Int] = []

  package init() {}

  package static let fields: [Field<EvaluationSettings>] = [
    Field(\.split, "split", .choice("split"), "the part of the data to evaluate on"),
    Field(
      \.limit, "limit", .integer(1...), "maximum number of images; the first ones are used",
      default: "all"),
    Field(
      \.batchSize, "batch_size", .integer(1...1_000_000),
      "images that are attacked together; does not change results", rule: .never),
  ]

  /// The number of examples under an attack, or of clean ones.
  package func limit(under attack: AttackSettings?) -> Int? {
    [limit, attack?.limit].compactMap { $0 }.min()
  }
}
