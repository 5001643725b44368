/// McNemar's exact test: whether two trained models are right equally often, on the same examples.
///
/// Only the examples count on which one model is right and the other is wrong. Without a true
/// difference each of them falls to either side with probability ½. It is about these two trained
/// models: it says nothing about other trainings with the same settings.
///
/// - Source: McNemar 1947, Psychometrika 12(2); exact as in Dietterich 1998, Neural Computation
///   10(7).
package struct McNemarTest: Hashable, Sendable {
  /// Examples on which only the first model is right.
  package let onlyFirst: Int
  /// Examples on which only the second model is right.
  package let onlySecond: Int
  /// Two-sided; 1 where no example tells the models apart.
  package let pValue: Double

  package init(onlyFirst: Int, onlySecond: Int) {
    precondition(onlyFirst >= 0 && onlySecond >= 0, "counts are not negative")
    self.onlyFirst = onlyFirst
    self.onlySecond = onlySecond
    let binomial = Binomial(trials: onlyFirst + onlySecond, probability: 0.5)
    pValue = PValue.limited(2 * binomial.atMost(min(onlyFirst, onlySecond)))
  }

  /// - Parameters: for each example, in the same order, whether the model is right.
  package init(_ first: [Bool], _ second: [Bool]) {
    precondition(first.count == second.count, "the models were evaluated on other examples")
    var counts = (first: 0, second: 0)
    for (a, b) in zip(first, second) where a != b {
      if a { counts.first += 1 } else { counts.second += 1 }
    }
    self.init(onlyFirst: counts.first, onlySecond: counts.second)
  }
}
