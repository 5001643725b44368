import Settings
import YAML

/// Finds the value that is to blame for what is wrong with points.
struct SweepBlame {
  /// More mistakes than this say nothing new.
  private static let maximumMistakes = 20
  /// More wrong points say nothing new.
  private static let maximumPoints = 1_000
  /// Longer lists are made by the program.
  private static let maximumWritten = 10_000
  /// What is wrong with a value wherever it stands.
  static let intrinsic: Set<Diagnostic.Code> = [
    .wrongType, .outOfRange, .unknownValue, .unknownKey, .notSupported, .badName, .duplicate,
  ]

  private let axes: [SweepAxis]
  private let names: [String]
  private let decoder: PointDecoder
  private let diagnostics: Diagnostics
  /// What is wrong without the sweep: no value is to blame for it.
  private let base: Set<Diagnostic>
  /// What a value does alone, by axis and value.
  private var alone: [[Int32]: [Diagnostic]] = [:]
  private var wrongPoints = 0
  private var hasCombination = false

  /// - Parameters:
  ///   - decoder: For points that are not run: one of its own.
  ///   - base: What is wrong without the sweep.
  init(
    _ axes: [SweepAxis], _ decoder: PointDecoder, base: [Diagnostic], _ diagnostics: Diagnostics
  ) {
    self.axes = axes
    self.base = Set(base)
    names = SweepColumns.columns(of: axes.map(\.names))
    self.decoder = decoder
    self.diagnostics = diagnostics
  }

  /// Reports what is wrong with the written values themselves, used or not.
  mutating func checkWrittenValues() {
    for (index, axis) in axes.enumerated() where axis.values.count <= SweepBlame.maximumWritten {
      for value in axis.values.indices {
        let node = axis.values[value].node
        for diagnostic in mistakes(of: value, on: index)
        where SweepBlame.intrinsic.contains(diagnostic.code)
          && diagnostic.range.map({ node.range.holds($0) }) == true
        {
          add(diagnostic, value, on: index)
        }
      }
    }
  }

  /// What is wrong with the point of a row.
  func mistakes(of row: ArraySlice<Int32>) -> [Diagnostic] {
    _ = decoder.decode(row)
    return decoder.found.take()
  }

  /// Reports what is wrong with a point.
  ///
  /// - Returns: Whether other points are worth a look.
  mutating func explain(_ row: ArraySlice<Int32>, _ found: [Diagnostic]) -> Bool {
    wrongPoints += 1
    let codes = Set(found.map(\.code))
    var isExplained = false
    for axis in axes.indices where row[row.startIndex + axis] >= 0 {
      let value = Int(row[row.startIndex + axis])
      for diagnostic in mistakes(of: value, on: axis)
      where codes.contains(diagnostic.code) && !base.contains(diagnostic) {
        isExplained = true
        add(diagnostic, value, on: axis)
      }
    }
    if !isExplained, !hasCombination {
      hasCombination = true
      let words = axes.indices.compactMap { axis -> String? in
        let value = row[row.startIndex + axis]
        guard value >= 0 else { return nil }
        return "\(names[axis])=\(axes[axis].words(of: Int(value)))"
      }
      for var diagnostic in found {
        if !words.isEmpty {
          diagnostic.notes.append(
            Diagnostic.Note("at the point \(words.joined(separator: ", "))"))
        }
        diagnostics.add(diagnostic)
      }
    }
    return diagnostics.all.count < SweepBlame.maximumMistakes
      && wrongPoints < SweepBlame.maximumPoints
  }

  private func add(_ diagnostic: Diagnostic, _ value: Int, on axis: Int) {
    var diagnostic = diagnostic
    let range = axes[axis].values[value].node.range
    // The same of another value is the same mistake, where the place does not tell them apart.
    let isKnown = diagnostics.all.contains {
      $0.range == diagnostic.range && $0.message == diagnostic.message
    }
    guard !isKnown else { return }
    if diagnostic.range.map(range.holds) != true {
      diagnostic.notes.append(
        Diagnostic.Note("when the sweep sets `\(axes[axis].path)` to this", at: range))
    }
    if isMade(value, on: axis) {
      // Every value of a range lies where the range does: the first wrong one tells enough.
      guard !diagnostics.all.contains(where: { $0.range == range && $0.code == diagnostic.code })
      else { return }
      if diagnostic.range.map(range.holds) == true {
        diagnostic.suggestion = axes[axis].advice(onMade: diagnostic)
      }
    }
    diagnostics.add(diagnostic)
  }

  /// Whether a value comes from a range or a distribution: others lie at the same place.
  private func isMade(_ value: Int, on axis: Int) -> Bool {
    let values = axes[axis].values
    return [value - 1, value + 1].contains {
      values.indices.contains($0) && values[$0].node.range == values[value].node.range
    }
  }

  /// What is wrong where this value is the only one that the sweep sets.
  private mutating func mistakes(of value: Int, on axis: Int) -> [Diagnostic] {
    let key = [Int32(axis), Int32(value)]
    if let known = alone[key] { return known }
    var row = [Int32](repeating: -1, count: axes.count)
    row[axis] = Int32(value)
    let found = mistakes(of: row[...])
    alone[key] = found
    return found
  }
}

extension SweepAxis {
  /// What to do about a value of a range or a distribution that the axis cannot have.
  fileprivate func advice(onMade diagnostic: Diagnostic) -> String {
    func holdsNumbers(_ schema: ValueSchema) -> Bool {
      switch schema {
      case .integer, .number: true
      case .either(let schemas): schemas.contains(where: holdsNumbers)
      default: false
      }
    }
    guard OverridePaths.schema(at: keys).map(holdsNumbers) == true else {
      return "ranges and distributions give numbers: list the values"
    }
    return "list the values, or choose bounds and a step (or a distribution: `int_uniform`,"
      + " `q_uniform`) that give such values"
  }
}

extension SourceRange {
  /// Whether another range lies inside this one.
  func holds(_ other: SourceRange) -> Bool {
    source === other.source && start <= other.start && other.end <= end
  }
}
