import ArgumentParser
import Settings

extension StageTime {
  /// As the command line says it.
  init(argument text: String) throws {
    guard let time = StageTime(text) else { throw ValidationError("write \(Self.words)") }
    self = time
  }
}
