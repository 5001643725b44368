/// Cochran's Q test: whether several trained models are right equally often, on the same examples.
///
/// Of two models it is McNemar's test with the chi-square distribution. Where all models agree on
/// every example (or there is none), Q is 0 and p is 1: nothing tells them apart.
///
/// - Source: Cochran 1950, Biometrika 37(3/4). Good for 24 or more examples on which the models
///   do not all agree.
package struct CochranQTest: Hashable, Sendable {
  package let statistic: Double
  /// Number of models less 1.
  package let degreesOfFreedom: Int
  package let pValue: Double
  /// Examples on which the models do not all agree; the others do not count.
  package let informativeExamples: Int

  /// - Parameter outcomes: For each model, of which there are two or more, whether it is right on
  ///   each example.
  package init(_ outcomes: [[Bool]]) {
    let models = outcomes.count
    let examples = outcomes.first?.count ?? 0
    precondition(models > 1, "one model cannot be compared")
    precondition(
      outcomes.allSatisfy { $0.count == examples }, "the models were evaluated on other examples")
    var rights = Array(repeating: 0, count: examples)
    for model in outcomes {
      for example in 0..<examples where model[example] { rights[example] += 1 }
    }
    let columns = outcomes.map { model in model.count { $0 } }
    let total = columns.reduce(0, +)
    // All whole numbers; the squares may be too large for `Int`.
    let between = Sample.sum(
      columns.map { column in
        let excess = Double(models * column - total)
        return excess * excess
      })
    let within = rights.reduce(0.0) { $0 + Double($1 * (models - $1)) }
    informativeExamples = rights.count { $0 > 0 && $0 < models }
    degreesOfFreedom = models - 1
    guard within > 0 else {
      statistic = 0
      pValue = 1
      return
    }
    statistic = Double(models - 1) / Double(models) * between / within
    pValue = PValue.limited(
      ChiSquare(degreesOfFreedom: degreesOfFreedom).survival(statistic))
  }
}
