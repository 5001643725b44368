internal import Measurements

extension ResultRow: Codable {
  /// Writes one flat object with the columns of `results.csv`; a failed row has no metrics.
  package func encode(to encoder: any Encoder) throws {
    var row = encoder.container(keyedBy: Column.self)
    try row.encode(key.run, forKey: .run)
    try row.encode(PlainPoint(wrappedValue: key.point), forKey: .point)
    try row.encode(key.seed, forKey: .seed)
    try row.encode(key.dataset, forKey: .dataset)
    try row.encode(key.model, forKey: .model)
    try row.encode(key.attack, forKey: .attack)
    try row.encode(key.source, forKey: .source)
    try row.encode(key.norm, forKey: .norm)
    try row.encode(key.epsilon, forKey: .epsilon)
    try row.encode(status, forKey: .status)
    guard let metrics else { return }
    for column in Column.metrics {
      guard let value = metrics.value(column) else { continue }
      if value.isFinite {
        try row.encode(value, forKey: column)
      } else {
        // JSON has no other word for a distance at which nothing was found.
        try row.encode(NumberText.shortest(value), forKey: column)
      }
    }
    try row.encodeIfPresent(metrics.attack?.verdict, forKey: .verdict)
  }

  /// Reads a row; the accuracy and its interval follow from the counts.
  package init(from decoder: any Decoder) throws {
    let row = try decoder.container(keyedBy: Column.self)
    let key = RowKey(
      run: try row.decode(String.self, forKey: .run),
      point: try row.decode(PlainPoint.self, forKey: .point).wrappedValue,
      seed: try row.decode(Int.self, forKey: .seed),
      dataset: try row.decode(String.self, forKey: .dataset),
      model: try row.decode(String.self, forKey: .model),
      attack: try row.decode(String.self, forKey: .attack),
      source: try row.decode(String.self, forKey: .source),
      norm: try row.decode(String.self, forKey: .norm),
      epsilon: try row.decode(Double.self, forKey: .epsilon))
    let status = try row.decode(RowStatus.self, forKey: .status)
    guard status == .ok else {
      self.init(key, failed: status)
      return
    }
    let examples = try row.decode(Int.self, forKey: .examples)
    let correct = try row.decode(Int.self, forKey: .correct)
    guard examples > 0, (0...examples).contains(correct) else {
      throw DecodingError.dataCorruptedError(
        forKey: .correct, in: row, debugDescription: "\(correct) of \(examples) is not a proportion"
      )
    }
    var measurement = Measurement(
      examples: examples, correct: correct, loss: try row.decode(Double.self, forKey: .loss),
      meanLinf: try row.decode(Double.self, forKey: .meanLinf),
      meanL2: try row.decode(Double.self, forKey: .meanL2))
    measurement.attack = AttackMeasurement(examples: examples) { column in
      if let number = try? row.decode(Double.self, forKey: column) { return number }
      return (try? row.decode(String.self, forKey: column)).flatMap(Double.init)
    }
    if let verdict = try row.decodeIfPresent(AttackVerdict.self, forKey: .verdict) {
      measurement.attack?.verdict = verdict
    }
    self.init(key, measurement)
  }
}
