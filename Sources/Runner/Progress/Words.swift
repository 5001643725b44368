internal import Settings
internal import Experiments
internal import Learning
internal import Results

/// Numbers as progress lines and logs say them.
package enum Words {
  /// `0.42 s`, `48.2 s`, `3 min 12 s`, `1 h 04 min`.
  package static func seconds(_ seconds: Double) -> String {
    if seconds < 9.995 { return NumberText.fixed(max(0, seconds), decimals: 2) + " s" }
    if seconds < 59.95 { return NumberText.fixed(seconds, decimals: 1) + " s" }
    let whole = Int(nearest: min(seconds, 1e9))
    if whole < 3600 { return "\(whole / 60) min \(twoDigits(whole % 60)) s" }
    let minutes = (whole + 30) / 60
    return "\(minutes / 60) h \(twoDigits(minutes % 60)) min"
  }

  /// What an estimate is worth saying: `1 s`, `48 s`, `3 min`, `1 h 04 min`.
  package static func duration(_ seconds: Double) -> String {
    let whole = Int(nearest: min(max(1, seconds), 1e9))
    if whole < 60 { return "\(whole) s" }
    if whole < 3570 { return "\((whole + 30) / 60) min" }
    return self.seconds(max(3600, Double(whole)))
  }

  /// `0:07`, `12:34`, `1:02:03`.
  package static func clock(_ seconds: Double) -> String {
    let whole = Int(nearest: min(max(0, seconds), 1e9))
    let end = "\(twoDigits(whole / 60 % 60)):\(twoDigits(whole % 60))"
    if whole >= 3600 { return "\(whole / 3600):\(end)" }
    return end.hasPrefix("0") ? String(end.dropFirst()) : end
  }

  /// `142 MiB`.
  package static func megabytes(_ bytes: Int) -> String { "\((bytes + (1 << 19)) >> 20) MiB" }

  /// `12 KiB`, `3.4 MiB`, `1.2 GiB`.
  package static func size(_ bytes: Int) -> String {
    let units = [(1 << 30, "GiB"), (1 << 20, "MiB")]
    for (unit, name) in units where bytes >= unit {
      return NumberText.fixed(Double(bytes) / Double(unit), decimals: 1) + " \(name)"
    }
    return "\((bytes + 1023) >> 10) KiB"
  }

  /// `98.71 %`.
  package static func percent(_ share: Double) -> String {
    NumberText.fixed(100 * share, decimals: 2) + " %"
  }

  /// Four decimals; of what has diverged, three digits: `6.02e+27`.
  package static func loss(_ loss: Double) -> String {
    loss.magnitude < 1e5
      ? NumberText.fixed(loss, decimals: 4)
      : NumberText.significant(loss, digits: 3, largest: 5)
  }

  /// `epoch 2/5: loss 0.0421, accuracy 98.71 %`.
  package static func epoch(_ position: WorkerEvent.TrainingPosition) -> String {
    "epoch \(position.epoch)/\(position.epochs): \(measures(position))"
  }

  /// `loss 0.0421, accuracy 98.71 %`, and those of validation examples.
  package static func measures(_ position: WorkerEvent.TrainingPosition) -> String {
    var words = "loss \(loss(position.loss)), accuracy \(percent(position.accuracy))"
    if let loss = position.validationLoss { words += ", val_loss \(self.loss(loss))" }
    if let share = position.validationAccuracy { words += ", val_accuracy \(percent(share))" }
    return words
  }

  /// `stopped early after epoch 7 with the weights of epoch 5`, `ended with the weights of epoch 5`;
  /// `nil` where there is nothing to say.
  package static func ending(stopped: Int?, restored: Int?) -> String? {
    let weights = restored.map { "with the weights of epoch \($0)" }
    guard let stopped else { return weights.map { "ended \($0)" } }
    return (["stopped early after epoch \(stopped)"] + [weights].compactMap { $0 })
      .joined(separator: " ")
  }

  /// `1 stage`, `2 stages`.
  package static func count(_ number: Int, _ noun: String) -> String {
    "\(NumberText.grouped(number)) \(noun)\(number == 1 ? "" : "s")"
  }

  private static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}
