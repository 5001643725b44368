import Settings
import YAML

/// Values of an argument in the words of other tools: `range(1,5)`, `np.linspace(0,1,3)`,
/// `loguniform(1e-4,1e-1)`, `1:5`, `0..4`.
struct ForeignValues {
  /// `range`; `:` and `..` are no functions.
  private let function: String
  private let arguments: [String]

  /// `nil` for a text that is none.
  init?(_ text: Substring) {
    let text = text.filter { $0 != " " }
    if let open = text.firstIndex(of: "("), text.hasSuffix(")") {
      let path = text[..<open].lowercased()
      guard !path.isEmpty, path.allSatisfy({ $0.isLetter || "_.".contains($0) }) else { return nil }
      // `np.linspace`, `torch.linspace`
      function = path.split(separator: ".").last.map(String.init) ?? path
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
    guard let values = values(of: key) else {
      return "functions are not available: list the values, `--sweep \(key)=…,…`, or give a range,"
        + " `--sweep '\(key)={min: …, max: …, count: …}'`"
    }
    if key == "seeds" { return "write `seeds=\(seeds ?? "[1, 2, 3]")`" }
    let isRange = values.hasPrefix("{")
    let written = isRange ? "--sweep '\(key)=\(values)'" : "--sweep \(key)=\(values)"
    return "write `\(written)`" + (isRange ? ", both ends included" : "")
  }

  private func values(of key: String) -> String? {
    switch function {
    case "range", "arange", "..", ":": return stepped
    case "choice", "choices", "grid", "list":
      return arguments.isEmpty ? nil : arguments.joined(separator: ",")
    case "uniform", "interval", "quniform", "linspace": return spaced(isWhole: isWhole(key))
    case "loguniform", "log_uniform", "logspace", "geomspace":
      guard let (low, _) = bounds, low > 0 || function == "logspace" else { return nil }
      // NumPy's are the powers of 10.
      let ends =
        function == "logspace"
        ? ["1e\(arguments[0])", "1e\(arguments[1])"] : Array(arguments[..<2])
      return "{min: \(ends[0]), max: \(ends[1]), count: \(count ?? 5), scale: log}"
    default: return nil
    }
  }

  /// The first two arguments, in order.
  private var bounds: (Double, Double)? {
    guard arguments.count >= 2, let low = Scalar(arguments[0]).number,
      let high = Scalar(arguments[1]).number, low < high
    else { return nil }
    return (low, high)
  }

  /// The number of values, which is the third argument.
  private var count: Int? {
    guard arguments.count > 2, let count = Int(arguments[2]), count > 1 else { return nil }
    return count
  }

  /// Values between two bounds: at a distance, or a number of them.
  private func spaced(isWhole: Bool) -> String? {
    guard let (low, high) = bounds else { return nil }
    let ends = "min: \(arguments[0]), max: \(arguments[1])"
    if function == "quniform", arguments.count > 2 { return "{\(ends), step: \(arguments[2])}" }
    guard isWhole, let first = Int(exactly: low), let last = Int(exactly: high) else {
      return "{\(ends), count: \(count ?? 5)}"
    }
    let gaps = max(1, (count ?? 5) - 1)
    let step = max(1, Int((Double(last - first) / Double(gaps)).rounded()))
    return "{min: \(first), max: \(last), step: \(step)}"
  }

  /// Whether a key takes whole numbers only.
  private func isWhole(_ key: String) -> Bool {
    let name = key.split(separator: ".").last.map(String.init) ?? key
    let schemas = Vocabulary.sections.flatMap(\.keys).filter { $0.name == name }.map(\.schema)
    return !schemas.isEmpty && !schemas.contains(where: \.takesNumbers)
  }

  /// Values from a first one on; the end of Python's ranges is not one of them.
  private var stepped: String? {
    if let (first, last, step) = integers { return "{min: \(first), max: \(last), step: \(step)}" }
    guard function == "arange", let (low, high) = bounds, arguments.count == 3,
      let step = Scalar(arguments[2]).number, step > 0
    else { return nil }
    let steps = ((high - low) / step * (1 - 1e-12)).rounded(.down)
    let last = (low + steps * step).rounded(toDigits: 6).plainText
    return steps < 1 ? nil : "{min: \(low.plainText), max: \(last), step: \(step.plainText)}"
  }

  /// The first, the last and the step.
  private var integers: (Int, Int, Int)? {
    let numbers = arguments.compactMap(Int.init)
    guard numbers.count == arguments.count, (1...3).contains(numbers.count) else { return nil }
    let (first, end) = numbers.count == 1 ? (0, numbers[0]) : (numbers[0], numbers[1])
    let step = numbers.count == 3 ? numbers[2] : 1
    guard step > 0, first.magnitude < 1 << 40, end.magnitude < 1 << 40 else { return nil }
    let last = function.hasSuffix("range") ? end - 1 : end
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
