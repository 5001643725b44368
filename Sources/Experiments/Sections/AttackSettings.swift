/// The attacks a spec may name.
package enum AttackName: String, Codable, Hashable, Sendable, CaseIterable {
  case fgsm
  case bim
  case pgd
  case noiseUniform = "noise-uniform"
  case noiseGaussian = "noise-gaussian"
}

/// Whose gradients make the perturbation.
package enum AttackSource: Codable, Hashable, Sendable {
  /// The attacked model's own (`source: self`).
  case own
  /// Those of the model of that name in the same run.
  case model(String)
}

/// The class that an attack drives images to (`targeted`).
package enum AttackTargetName: Codable, Hashable, Sendable {
  case next
  case leastLikely
  case random
  case label(Int)

  /// As specs have it.
  package var name: String {
    switch self {
    case .next: "next"
    case .leastLikely: "least-likely"
    case .random: "random"
    case .label(let label): "\(label)"
    }
  }
}

extension AttackTargetName {
  /// "the next class".
  var phrase: String {
    switch self {
    case .next: "the next class"
    case .leastLikely: "the least likely class"
    case .random: "a random class"
    case .label(let label): "class \(label)"
    }
  }
}

/// One row of `eval.attacks`: one attack at one epsilon (a list of epsilons was expanded).
package struct AttackSettings: Codable, Hashable, Sendable {
  package var name: AttackName
  /// What the tables and pictures call it, unique among the attacks of a spec at one epsilon;
  /// by default the attack's name.
  package var label: String
  package var source: AttackSource
  package var norm: NormName
  /// Radius of the ball, in pixel units.
  package var epsilon: Double
  /// Length of one step; every attack's published default is filled in by the decoder.
  package var stepSize: Double
  package var steps: Int
  /// Independent starts (draws, for noise); the worst is kept per example. At least 1.
  package var restarts: Int
  package var randomStart: Bool
  /// `nil` to drive images away from their own class.
  package var target: AttackTargetName?
  /// The box that adversarial images stay in; the decoder's default is `0...1`.
  package var clipMin: Double
  package var clipMax: Double
  /// At most this many examples of the split, from the front.
  package var limit: Int?
}

/// The part of a data set that attacks are evaluated on.
package enum EvaluationSplit: String, Codable, Hashable, Sendable, CaseIterable {
  case test
  case train
}

/// `eval:`.
package struct EvaluationSettings: Codable, Hashable, Sendable {
  package var split: EvaluationSplit
  package var limit: Int?
  package var batchSize: Int
  package var attacks: [AttackSettings]
}
