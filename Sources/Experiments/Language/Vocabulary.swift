internal import Settings

/// The whole language of specs: what the reference, a JSON Schema and suggestions are made from.
package enum Vocabulary {
  /// The document first, then its sections in its order.
  package static let sections: [Section] =
    [
      DocumentSection.section, DatasetSection.section, ArchitectureSection.section,
      TrainingSection.section, OptimizerSection.section, ScheduleSection.section,
      EarlyStoppingSection.section, AdversarialSection.section, ModelsSection.section,
      EvaluationSection.section, AttackSection.section, SweepSection.section,
      SectionValue.section, SweepRange.section, RandomSearch.section, DistributionSection.section,
      ComparisonSection.section, ToleranceSection.section, LauncherSection.section,
    ] + LayerSection.sections

  private static let positions: [String: Int] = Dictionary(
    uniqueKeysWithValues: sections.enumerated().map { ($1.name, $0) })

  /// The section of a name that there is.
  static subscript(name: String) -> Section {
    guard let position = positions[name] else { preconditionFailure("no section \(name)") }
    return sections[position]
  }
}

extension Vocabulary {
  /// Whether some key of the language may have this word as its value.
  static func isWord(_ word: String) -> Bool {
    func holds(_ schema: ValueSchema) -> Bool {
      switch schema {
      case .choice(let words): words.contains(word)
      case .either(let schemas): schemas.contains(where: holds)
      case .list(let item, _, _): holds(item)
      default: false
      }
    }
    return Norm(word: word) != nil
      || sections.contains { $0.keys.contains { holds($0.schema) } }
  }
}
