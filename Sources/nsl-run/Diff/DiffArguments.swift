import ArgumentParser
import Files
import Measurements
import PlainText
import Results
import SystemPackage

/// A form in which `diff` shows a comparison.
enum DiffFormat: String, ExpressibleByArgument, CaseIterable {
  case text
  case markdown
  case json
  case junit
  case github

  /// The comparison as a file has it, without what could play tricks on a terminal.
  func text(of diff: TableDiff) throws -> String {
    switch self {
    case .text: diff.text()
    case .markdown: diff.markdown().printableLines
    case .json: try diff.json()
    case .junit: diff.junit
    case .github: diff.github
    }
  }
}

extension FailOn: ExpressibleByArgument {}

/// `junit=report.xml`.
struct WriteArgument {
  var format: DiffFormat
  var path: String

  init(_ text: String) throws {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[1].isEmpty else {
      throw ValidationError("write format=file")
    }
    let names = DiffFormat.allCases.map(\.rawValue)
    guard let format = DiffFormat(rawValue: String(parts[0])) else {
      let hint = closest(to: String(parts[0]), among: names).map { "did you mean `\($0)`?" }
      throw ValidationError(
        "there is no format `\(parts[0])`; "
          + (hint ?? "formats are \(names.joined(separator: ", "))"))
    }
    self.format = format
    path = String(parts[1])
  }
}

/// `accuracy=0.01` or `loss=0.05,0.1`.
struct ToleranceArgument {
  var metric: String
  var tolerance: Results.Tolerance

  init(_ text: String) throws {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw ValidationError("write metric=atol or metric=atol,rtol")
    }
    metric = String(parts[0])
    let names = Results.Tolerance.metricNames
    guard names.contains(metric) else {
      let hint = closest(to: metric, among: names).map { "did you mean `\($0)`?" }
      throw ValidationError(
        "there is no metric `\(metric)`; "
          + (hint ?? "metrics are \(names.joined(separator: ", "))"))
    }
    let numbers = parts[1].split(separator: ",", omittingEmptySubsequences: false).map {
      Double($0).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
    }
    guard (1...2).contains(numbers.count), let atol = numbers[0], let rtol = numbers.last ?? nil
    else {
      throw ValidationError("write one or two numbers >= 0: atol or atol,rtol")
    }
    tolerance = Results.Tolerance(atol: atol, rtol: numbers.count == 2 ? rtol : 0)
  }
}

/// `0.05`.
struct SignificanceLevel {
  var value: Double

  init(_ text: String) throws {
    guard let value = Double(text), value > 0, value < 1 else {
      throw ValidationError("write a probability between 0 and 1, such as 0.05")
    }
    self.value = value
  }
}
