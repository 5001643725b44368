internal import SwiftProtobuf

/// The records of an event file, in the framing of TFRecord: length, its checksum, data, their checksum.
///
/// - Source: TensorFlow, tensorflow/core/lib/io/record_writer.h.
package enum EventRecord {
  package static func bytes(_ data: [UInt8]) -> [UInt8] {
    let length = littleEndian(UInt64(data.count))
    return length + littleEndian(CRC32C.masked(length)) + data + littleEndian(CRC32C.masked(data))
  }

  /// A record of an event. Its time is its step, in seconds from the beginning of 1970.
  static func bytes(step: Int, _ what: TensorBoardEvent.OneOf_What) -> [UInt8] {
    var event = TensorBoardEvent()
    event.wallTime = Double(step)
    event.step = Int64(step)
    event.what = what
    return bytes(serialized(event))
  }

  /// A record with several values of one step.
  static func bytes(step: Int, _ values: [TensorBoardSummary.Value]) -> [UInt8] {
    var summary = TensorBoardSummary()
    summary.value = values
    return bytes(step: step, .summary(summary))
  }

  /// The entries of maps are sorted by key.
  static func serialized(_ message: some Message) -> [UInt8] {
    var options = BinaryEncodingOptions()
    options.useDeterministicOrdering = true
    do {
      return try message.serializedBytes(options: options)
    } catch {
      preconditionFailure("our messages have no required fields, and are below 2 GiB: \(error)")
    }
  }

  private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}
