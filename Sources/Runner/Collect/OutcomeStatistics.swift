internal import Learning
internal import Measurements
internal import Results
internal import Settings

/// What rows say, from what came of each example: nothing is evaluated again for it.
struct OutcomeStatistics {
  /// Of the clean images, at least as many as any attack has.
  let clean: [ExampleOutcome]

  /// The row of an attack at its epsilon.
  ///
  /// - Parameters:
  ///   - outcomes: Of the evaluation.
  ///   - record: Of the same evaluation.
  func measurement(
    of attack: AttackSettings, _ outcomes: [ExampleOutcome], _ record: EvaluationRecord
  ) -> Measurement {
    let isMinimal = attack.method.traits.contains(.minimalNorm)
    let shown = shown(of: attack, outcomes)
    var measurement = isMinimal ? Self.means(shown) : record.measurement
    var numbers = AttackMeasurement(
      cleanCorrect: cleanCorrect(of: shown.count), fooled: fooled(shown),
      correctAfterRounding: shown.count(where: \.isCorrectAfterRounding))
    let distances = zip(outcomes, clean).filter { $1.isCorrect }.map { Double($0.0.distance) }
    if isMinimal, !distances.isEmpty { numbers.distance = DistanceMeasurement(distances) }
    let (passes, examples) = (record.passes, Double(outcomes.count))
    numbers.gradients = Double(passes.gradients) / examples
    numbers.forwardPasses = Double(passes.forward) / examples
    if passes.gradients > 0 {
      numbers.zeroGradients = Double(passes.zeroGradients) / Double(passes.gradients)
    }
    measurement.attack = numbers
    return measurement
  }

  /// The rows of an ensemble's members: what is right after each.
  func waterfall(of attack: AttackSettings, _ outcomes: [ExampleOutcome]) -> [Measurement] {
    attack.method.attack.members.indices.map { member in
      let reached = left(after: member, outcomes)
      var measurement = Self.means(reached)
      measurement.attack = AttackMeasurement(
        cleanCorrect: cleanCorrect(of: reached.count), fooled: fooled(reached),
        correctAfterRounding: reached.count(where: \.isCorrectAfterRounding))
      return measurement
    }
  }

  /// What an ensemble has come to after one of its members, counted from 0.
  func left(after member: Int, _ outcomes: [ExampleOutcome]) -> [ExampleOutcome] {
    zip(outcomes, clean).map { outcome, clean in
      !outcome.isCorrect && (1...member + 1).contains(Int(outcome.member)) ? outcome : clean
    }
  }

  /// The row of several attacks of one ball: an example counts as right only if it is under all of
  /// them.
  func worstCase(of attacks: [(settings: AttackSettings, outcomes: [ExampleOutcome])])
    -> Measurement
  {
    let all = attacks.map { shown(of: $0.settings, $0.outcomes) }
    let count = all.map(\.count).min() ?? 0
    let worst = (0..<count).map { n in
      all.map { $0[n] }.reduce(all[0][n]) { Self.worse($0, $1) }
    }
    let isRightAfterRounding = (0..<count).map { n in
      all.allSatisfy { $0[n].isCorrectAfterRounding }
    }
    var measurement = Self.means(worst)
    measurement.attack = AttackMeasurement(
      cleanCorrect: cleanCorrect(of: count), fooled: fooled(worst) { !$0.isCorrect },
      correctAfterRounding: isRightAfterRounding.count { $0 })
    return measurement
  }

  /// Which examples are right under all of several attacks.
  func right(
    under attacks: [(settings: AttackSettings, outcomes: [ExampleOutcome])]
  ) -> RightExamples {
    let all = attacks.map { shown(of: $0.settings, $0.outcomes) }
    let count = all.map(\.count).min() ?? 0
    return RightExamples((0..<count).map { n in all.allSatisfy { $0[n].isCorrect } })
  }

  /// What comes of each example at an attack's epsilon.
  func shown(of attack: AttackSettings, _ outcomes: [ExampleOutcome]) -> [ExampleOutcome] {
    attack.method.traits.contains(.minimalNorm)
      ? reached(outcomes, epsilon: attack.epsilon) : outcomes
  }

  /// What an attack of minimal norm comes to with so much room: the closest wrong image where it is
  /// inside, else the clean one.
  private func reached(_ outcomes: [ExampleOutcome], epsilon: Double) -> [ExampleOutcome] {
    zip(outcomes, clean).map { outcome, clean in
      clean.isCorrect && outcome.isFooled && outcome.distance <= Float(epsilon) ? outcome : clean
    }
  }

  private func cleanCorrect(of count: Int) -> Int {
    clean.prefix(count).count(where: \.isCorrect)
  }

  private func fooled(
    _ outcomes: [ExampleOutcome], _ isFooled: (ExampleOutcome) -> Bool = \.isFooled
  ) -> Int {
    zip(outcomes, clean).count { $1.isCorrect && isFooled($0) }
  }

  private static func worse(_ a: ExampleOutcome, _ b: ExampleOutcome) -> ExampleOutcome {
    if a.isCorrect != b.isCorrect { return a.isCorrect ? b : a }
    return a.isCorrect && b.loss > a.loss ? b : a
  }

  private static func means(_ outcomes: [ExampleOutcome]) -> Measurement {
    func mean(_ value: (ExampleOutcome) -> Float) -> Double {
      outcomes.reduce(0) { $0 + Double(value($1)) } / Double(outcomes.count)
    }
    return Measurement(
      examples: outcomes.count, correct: outcomes.count(where: \.isCorrect), loss: mean(\.loss),
      meanLinf: mean(\.linf), meanL2: mean(\.l2))
  }
}
