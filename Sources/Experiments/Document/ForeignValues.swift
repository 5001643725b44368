import Settings
import YAML

/// Values of an argument in the words of other tools: `range(1,5)`, `loguniform(1e-4,1e-1)`, `1:5`,
/// `0..4`.
struct ForeignValues {
  /// `range`; `:` and `..` are no functions.
  private let function: String
  private let arguments: [String]

  /// `nil` for a text that is none.
  init?(_ text: Substring) {
    let text = text.filter { $0 != " " }
    if let open = text.firstIndex(of: "("), text.hasSuffix(")") {
      let name = text[..<open].lowercased()
      guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0 == "_" }) else { return nil }
      function = name
      arguments = text[text.index(after: open)...].dropLast().split(separator: ",").map {
        // `start=1`
        String($0.split(separator: "=").last ?? $0)
      }
      return
    }
    for sign in ["..", ":"] {
      let parts = text.components(around: sign)
      guard parts.count == 2 || parts.count == 3, parts.allSatisfy({ Int($0) != nil }) else {
        continue
      }
      function = sign
      arguments = parts
      return
    }
    return nil
  }

  /// What to write instead.
  func answer(_ key: String, _ action: SpecOverride.Action) -> String {
    guard let values else {
      return "functions are not available: list the values, `--sweep \(key)=…,…`, or give a range,"
        + " `--sweep '\(key)={min: …, max: …, count: …}'`"
    }
    if key == "seeds" { return "write `seeds=\(seeds ?? "[1, 2, 3]")`" }
    let isRange = values.hasPrefix("{")
    let written = isRange ? "--sweep '\(key)=\(values)'" : "--sweep \(key)=\(values)"
    return "write `\(written)`" + (isRange ? ", both ends included" : "")
  }

  private var values: String? {
    switch function {
    case "range", "..", ":":
      guard let (first, last, step) = integers else { return nil }
      return "{min: \(first), max: \(last), step: \(step)}"
    case "choice", "choices", "grid", "list":
      return arguments.isEmpty ? nil : arguments.joined(separator: ",")
    case "uniform", "interval", "quniform", "linspace", "loguniform", "log_uniform", "logspace":
      guard arguments.count >= 2 else { return nil }
      let scale = function.hasPrefix("log") ? ", scale: log" : ""
      return "{min: \(arguments[0]), max: \(arguments[1]), count: 5\(scale)}"
    default: return nil
    }
  }

  /// The first, the last and the step; the end of Python's `range` is not one of its values.
  private var integers: (Int, Int, Int)? {
    let numbers = arguments.compactMap(Int.init)
    guard numbers.count == arguments.count, (1...3).contains(numbers.count) else { return nil }
    let (first, end) = numbers.count == 1 ? (0, numbers[0]) : (numbers[0], numbers[1])
    let step = numbers.count == 3 ? numbers[2] : 1
    guard step > 0, first.magnitude < 1 << 40, end.magnitude < 1 << 40 else { return nil }
    let last = function == "range" ? end - 1 : end
    return last > first ? (first, last, step) : nil
  }

  private var seeds: String? {
    guard let (first, last, step) = integers, (last - first) / step < 20 else { return nil }
    let all = stride(from: first, through: last, by: step).map(String.init)
    return "[\(all.joined(separator: ", "))]"
  }
}

extension String {
  /// The parts between every occurrence of a sign.
  fileprivate func components(around sign: String) -> [String] {
    var parts: [String] = []
    var rest = self[...]
    while let found = rest.firstRange(of: sign) {
      parts.append(String(rest[..<found.lowerBound]))
      rest = rest[found.upperBound...]
    }
    return parts + [String(rest)]
  }
}
