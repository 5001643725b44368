import Settings
import YAML

extension PointDecoder {
  /// What is doubtful about the settings of these points, sorted by place.
  func warnings(of records: [SpecPoints.Record]) -> [Diagnostic] {
    guard !warnings.isEmpty else { return [] }
    let models = Set(records.flatMap(\.models)).map { tables.models.values[Int($0)] }
    let used: [String: Set<UInt32>] = [
      "dataset": Set(records.map(\.dataset)), "eval": Set(records.map(\.evaluation)),
      "architecture": Set(models.map(\.architecture)), "hparams": Set(models.map(\.training)),
      "adversarial": Set(models.map(\.adversarial)),
    ]
    let found = warnings.flatMap { section, all in
      all.filter { used[section]?.contains($0.key) == true }.flatMap(\.value)
    }
    return DiagnosticsError(found).diagnostics
  }
}
