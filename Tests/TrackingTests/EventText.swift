import Tracking

/// Event files as text, read without the code that writes them: by the framing of TFRecord and the wire
/// format of protocol buffers, with TensorBoard's names of the fields.
struct EventText {
  struct Malformed: Error { var what: String }

  /// - Source: https://protobuf.dev/programming-guides/encoding/
  private struct Reader {
    var bytes: ArraySlice<UInt8>

    mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
      guard count >= 0, bytes.count >= count else { throw Malformed(what: "it ends too early") }
      defer { bytes = bytes.dropFirst(count) }
      return bytes.prefix(count)
    }

    mutating func fixed(_ count: Int) throws -> UInt64 {
      try take(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func varint() throws -> UInt64 {
      var (value, shift) = (0 as UInt64, 0 as UInt64)
      while true {
        let byte = try fixed(1)
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128 { return value }
      }
    }
  }

  /// The data of all records of a file whose checksums are right.
  static func records(_ bytes: [UInt8]) throws -> [ArraySlice<UInt8>] {
    var reader = Reader(bytes: bytes[...])
    var records: [ArraySlice<UInt8>] = []
    while !reader.bytes.isEmpty {
      let start = reader.bytes.prefix(8)
      let length = try reader.fixed(8)
      guard try reader.fixed(4) == UInt64(CRC32C.masked(start)) else {
        throw Malformed(what: "the checksum of a length")
      }
      let data = try reader.take(Int(length))
      guard try reader.fixed(4) == UInt64(CRC32C.masked(data)) else {
        throw Malformed(what: "the checksum of data")
      }
      records.append(data)
    }
    return records
  }

  static func text(_ bytes: [UInt8]) throws -> String {
    try records(bytes).map { try "Event\n" + message($0, "Event", indent: "  ") }.joined()
  }

  private enum Kind {
    case double, float, integer, text
    case bytes
    case message(String)
  }

  private static let fields: [String: [UInt64: (String, Kind)]] = [
    "Event": [
      1: ("wall_time", .double), 2: ("step", .integer), 3: ("file_version", .text),
      5: ("summary", .message("Summary")),
    ],
    "Summary": [1: ("value", .message("Value"))],
    "Value": [
      1: ("tag", .text), 2: ("simple_value", .float), 4: ("image", .message("Image")),
      9: ("metadata", .message("SummaryMetadata")),
    ],
    "Image": [
      1: ("height", .integer), 2: ("width", .integer), 3: ("colorspace", .integer),
      4: ("encoded_image_string", .bytes),
    ],
    "SummaryMetadata": [1: ("plugin_data", .message("PluginData"))],
    "PluginData": [1: ("plugin_name", .text), 2: ("content", .message("HParamsPluginData"))],
    "HParamsPluginData": [
      2: ("experiment", .message("Experiment")),
      3: ("session_start_info", .message("SessionStartInfo")),
      4: ("session_end_info", .message("SessionEndInfo")),
    ],
    "Experiment": [
      1: ("description", .text), 4: ("hparam_infos", .message("HParamInfo")),
      5: ("metric_infos", .message("MetricInfo")), 6: ("name", .text),
    ],
    "HParamInfo": [
      1: ("name", .text), 4: ("type", .integer), 5: ("domain_discrete", .message("ListValue")),
      6: ("domain_interval", .message("Interval")), 7: ("differs", .integer),
    ],
    "ListValue": [1: ("values", .message("GoogleValue"))],
    "GoogleValue": [
      2: ("number_value", .double), 3: ("string_value", .text), 4: ("bool_value", .integer),
    ],
    "Interval": [1: ("min_value", .double), 2: ("max_value", .double)],
    "MetricInfo": [1: ("name", .message("MetricName")), 3: ("display_name", .text)],
    "MetricName": [2: ("tag", .text)],
    "SessionStartInfo": [
      1: ("hparams", .message("HParamsEntry")), 4: ("group_name", .text),
      5: ("start_time_secs", .double),
    ],
    "HParamsEntry": [1: ("key", .text), 2: ("value", .message("GoogleValue"))],
    "SessionEndInfo": [1: ("status", .integer), 2: ("end_time_secs", .double)],
  ]

  private static func message(
    _ bytes: ArraySlice<UInt8>, _ name: String, indent: String
  ) throws -> String {
    var reader = Reader(bytes: bytes)
    var text = ""
    while !reader.bytes.isEmpty {
      let key = try reader.varint()
      guard let (field, kind) = fields[name]?[key >> 3] else {
        throw Malformed(what: "\(name) has no field \(key >> 3)")
      }
      switch (key & 7, kind) {
      case (0, .integer): text += "\(indent)\(field) \(Int64(bitPattern: try reader.varint()))\n"
      case (1, .double): text += "\(indent)\(field) \(Double(bitPattern: try reader.fixed(8)))\n"
      case (5, .float):
        text += "\(indent)\(field) \(Float(bitPattern: UInt32(try reader.fixed(4))))\n"
      case (2, .text):
        let value = String(decoding: try reader.take(Int(reader.varint())), as: UTF8.self)
        text += "\(indent)\(field) \(value.debugDescription)\n"
      case (2, .bytes):
        text += "\(indent)\(field) of \(try reader.take(Int(reader.varint())).count) bytes\n"
      case (2, .message(let inner)):
        let content = try reader.take(Int(reader.varint()))
        text += "\(indent)\(field)\n" + (try message(content, inner, indent: indent + "  "))
      default: throw Malformed(what: "\(name).\(field) of wire type \(key & 7)")
      }
    }
    return text
  }
}
