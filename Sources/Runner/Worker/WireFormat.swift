internal import FoundationEssentials

/// JSON as our processes exchange and store it: sorted keys, numbers that JSON has no word for as
/// the strings `nan`, `inf` and `-inf`.
enum WireFormat {
  static func encode(_ value: some Encodable, pretty: Bool = false) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting =
      pretty
      ? [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      : [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return [UInt8](try encoder.encode(value)) + [UInt8(ascii: "\n")]
  }

  static func decode<Value: Decodable>(
    _ type: Value.Type, from bytes: some Sequence<UInt8>,
    userInfo: [CodingUserInfoKey: any Sendable] = [:]
  ) throws -> Value {
    let decoder = JSONDecoder()
    decoder.userInfo = userInfo
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try decoder.decode(type, from: Data(bytes))
  }

  /// What is wrong with a document, in one line: `stage.work.train.training.epochs: a number is
  /// wanted`.
  static func words(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "\(error)" }
    func place(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
      let path = (context.codingPath + (last.map { [$0] } ?? [])).map(\.stringValue)
      return path.isEmpty ? "" : path.joined(separator: ".") + ": "
    }
    switch error {
    case .keyNotFound(let key, let context): return place(context, key) + "missing"
    case .valueNotFound(_, let context): return place(context) + "missing"
    case .typeMismatch(_, let context): return place(context) + "of another type"
    case .dataCorrupted(let context):
      return place(context) + (context.codingPath.isEmpty ? "not JSON" : "not a value it can have")
    @unknown default: return "it is not a request"
    }
  }
}
