internal import FoundationEssentials

extension ModelComparisons {
  /// The comparisons as JSON.
  ///
  /// - Parameter axes: Of the table that they are about.
  package func json(axes: [String]) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.userInfo[.axes] = axes
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return [UInt8](try encoder.encode(comparisons))
  }

  /// Reads what ``json(axes:)`` wrote.
  ///
  /// - Throws: `DecodingError`.
  package init(json: [UInt8], axes: [String]) throws {
    let decoder = JSONDecoder()
    decoder.userInfo[.axes] = axes
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    self.init(try decoder.decode([ModelComparison].self, from: Data(json)))
  }
}
