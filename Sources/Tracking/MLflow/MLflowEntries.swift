/// Parameters, metrics or tags of a run: a file each, in a folder of their own.
struct MLflowEntries {
  private let folder: String
  private var names = PlainNames()
  private(set) var files: [TrackedFile] = []

  /// In bytes: MLflow takes texts of 6,000.
  private static let longestText = 6000

  init(_ folder: String) { self.folder = folder }

  /// Adds a text in one line; nothing for one that is empty.
  mutating func add(_ name: String, _ text: String) {
    var line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    if line.utf8.count > Self.longestText {
      while line.utf8.count > Self.longestText - 3 { line.removeLast() }
      line += "…"
    }
    if !line.isEmpty { add(name, file: line) }
  }

  /// Adds a metric. An epoch is a second from the beginning of 1970, in milliseconds.
  mutating func add(_ name: String, points: [TrackedCurve.Point]) {
    guard !points.isEmpty else { return }
    let lines = points.map { point in
      "\(1000 * point.epoch) \(Self.text(point.value)) \(point.epoch)\n"
    }
    add(name, file: lines.joined())
  }

  private mutating func add(_ name: String, file text: String) {
    files.append(TrackedFile("\(folder)/\(names.name(name))", text: text))
  }

  /// As Python reads it.
  private static func text(_ value: Double) -> String {
    value.isNaN ? "nan" : value.isInfinite ? (value < 0 ? "-inf" : "inf") : "\(value)"
  }
}
