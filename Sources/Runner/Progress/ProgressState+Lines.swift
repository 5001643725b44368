internal import Experiments
internal import Results

extension ProgressState {
  /// The lines that an event prints and that stay; none for most. Called before the event is
  /// applied.
  ///
  /// - Parameter detail: Whether beginnings and epochs have lines, too.
  package func lines(for event: SchedulerEvent, detail: Bool) -> [String] {
    switch event {
    case .planned(let stages, let stored):
      let new = stages.count - stored.count
      let all = Words.count(stages.count, "stage")
      if new == 0 { return ["\(experiment): \(all), all stored already"] }
      return [
        "\(experiment): \(all), "
          + (stored.isEmpty ? "" : "\(NumberText.grouped(stored.count)) stored already, ")
          + "\(NumberText.grouped(new)) to run"
      ]
    case .started(let stage): return detail ? ["\(stage.title): started"] : []
    case .worker(let key, .epoch(let position)):
      guard detail, let stage = entry(of: key)?.stage else { return [] }
      return ["\(stage.title): \(Words.epoch(position))"]
    case .worker: return []
    case .retrying(let stage, let result, let retry, let most):
      return [
        "\(stage.title): \(result.status.rawValue), retry \(retry) of \(most)"
          + (result.reason.map { ": \($0)" } ?? "")
      ]
    case .ended(let stage, let result):
      // What was never started has a cause that has a line of its own.
      let isNews = entry(of: stage.key) != nil && result.status != .cancelled
      return isNews ? [ending(stage, result)] : []
    }
  }

  private func entry(of key: StageKey) -> Running? { running.first { $0.stage.key == key } }

  private func ending(_ stage: Stage, _ result: StageResult) -> String {
    let start = "\(counter(done + 1)) \(stage.title): "
    guard result.status == .ok else {
      return start + result.status.rawValue + (result.reason.map { ": \($0)" } ?? "")
    }
    return start + "done in \(Words.seconds(result.seconds))"
      + (entry(of: stage.key).flatMap(\.position.result).map { ", \($0)" } ?? "")
  }

  /// `[ 7/75]`.
  private func counter(_ number: Int) -> String {
    let (number, total) = (String(number), String(total))
    return
      "[\(String(repeating: " ", count: max(0, total.count - number.count)))\(number)/\(total)]"
  }
}

extension ProgressState.Position {
  /// The measures at the end of a stage that ended well.
  var result: String? {
    switch self {
    case .starting: nil
    case .training(let at): Words.measures(at)
    case .evaluating(let at):
      at.done > 0 ? "accuracy \(Words.percent(Double(at.correct) / Double(at.done)))" : nil
    }
  }
}
