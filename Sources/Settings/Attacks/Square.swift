/// Square attack: random search with squares of one color; asks for logits only.
///
/// - Source: Andriushchenko et al. 2020, arXiv:1912.00049, algorithms 1-3; queries and first size are
///   those of AutoAttack (Croce and Hein 2020, arXiv:2003.01690).
package struct Square: AttackDeclaration {
  /// Images that the model is asked about, at most, for each restart.
  package var queries = 5000
  /// Share of the image that the first squares cover.
  package var initialShare = 0.8
  /// Searches, of which the worst is kept for each image.
  package var restarts = 1

  package init() {}

  package static let word = "square"
  package static let summary = "random search with squares, without gradients; in `linf` and `l2`"
  package static let traits: AttackTraits = []
  package static let norms: [Norm] = [.infinity, .l2]
  package static let hint = "square asks for logits only and takes no steps; it has `queries`"
  package static let fields: [Field<Square>] = [
    Field(
      \.queries, "queries", .queries,
      "images that the model is asked about, at most, for each restart"),
    Field(
      \.initialShare, "p_init", .number(NumberRange(lower: 0, upper: 1, isLowerOpen: true)),
      "share of the image that the first squares cover"),
    Field(
      \.restarts, "restarts", .restarts, "searches, of which the worst is kept for each image"),
  ]

  package var isRandom: Bool { true }
  package var startCount: Int? { restarts }
  package var stopsWhenFooled: Bool { true }
  package var passes: Passes {
    // The clean image is asked about, too; of several restarts the results once more.
    let each = queries + 1 + (restarts > 1 ? 1 : 0)
    return Passes(forward: Double(each) * Double(restarts))
  }
  package var words: [String] {
    let queries = "\(queries) \(queries == 1 ? "query" : "queries")"
    return [queries] + (restarts > 1 ? [count(restarts, "restart")] : [])
  }

  package func build<Builder: AttackBuilder>(with builder: Builder) -> Builder.Attack {
    builder.build(self)
  }
}
