internal import FoundationEssentials

extension ResultsDocument {
  /// A list of the plan that is too long to be made at once.
  package struct PlanList {
    /// The plan's key; the plan itself has no elements there.
    package var name: String
    package var count: Int
    package var element: (Int) throws -> any Encodable

    package init(_ name: String, count: Int, element: @escaping (Int) throws -> any Encodable) {
      self.name = name
      self.count = count
      self.element = element
    }
  }

  /// The bytes of ``json()``, part by part: the long lists are never there as a whole.
  ///
  /// - Parameters:
  ///   - lists: What lists of the plan hold.
  ///   - write: Gets one part after the other.
  /// - Throws: What `write`, the elements and their encoding throw.
  package func json(_ lists: [PlanList], write: ([UInt8]) throws -> Void) throws {
    var frame = self
    (frame.rows, frame.summary, frame.statuses) = ([], [], [])
    let all =
      lists.map { LongList($0, depth: 2) } + [
        LongList(PlanList("rows", count: rows.count) { [rows] in rows[$0] }, depth: 1),
        LongList(PlanList("summary", count: summary.count) { [summary] in summary[$0] }, depth: 1),
        LongList(
          PlanList("statuses", count: statuses.count) { [statuses] in statuses[$0] }, depth: 1),
      ]
    let encoder = encoder
    let text = try frame.json()
    let places = all.map { ($0, $0.place(in: text)) }.sorted { $0.1.lowerBound < $1.1.lowerBound }
    var end = 0
    for (list, place) in places {
      try write(Array(text[end..<place.lowerBound]))
      try list.write(by: encoder, write)
      end = place.upperBound
    }
    try write(Array(text[end...]))
  }

  /// A list and where it stands.
  private struct LongList {
    private let list: PlanList
    private let depth: Int

    init(_ list: PlanList, depth: Int) { (self.list, self.depth) = (list, depth) }

    private func indent(_ depth: Int) -> String { String(repeating: "  ", count: depth) }

    /// Where the brackets of an empty list of that name are, from the first line after the opening one
    /// to the closing one's; at the end for a list that stays empty.
    func place(in text: [UInt8]) -> Range<Int> {
      guard list.count > 0 else { return text.count..<text.count }
      let opening = Array("\n\(indent(depth))\"\(list.name)\" : [\n".utf8)
      let empty = Array("\n\(indent(depth))]".utf8)
      // Lines are those of JSON: texts have no line feeds.
      guard let start = text.firstRange(of: opening + empty) else {
        preconditionFailure("the document has no empty list '\(list.name)'")
      }
      return start.lowerBound + opening.count..<start.upperBound - empty.count
    }

    func write(by encoder: JSONEncoder, _ write: ([UInt8]) throws -> Void) throws {
      let indent = Array(indent(depth + 1).utf8)
      let lineFeed = UInt8(ascii: "\n")
      var part: [UInt8] = []
      for index in 0..<list.count {
        let element = try list.element(index)
        var isAtStart = true
        for byte in try encoder.encode(element) {
          // Empty lists have an empty line.
          if isAtStart, byte != lineFeed { part += indent }
          isAtStart = byte == lineFeed
          part.append(byte)
        }
        if index + 1 < list.count { part += [UInt8(ascii: ","), lineFeed] }
        if part.count >= 1 << 16 {
          try write(part)
          part.removeAll(keepingCapacity: true)
        }
      }
      try write(part)
    }
  }
}
