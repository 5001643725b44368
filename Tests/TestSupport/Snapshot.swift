package import FoundationEssentials
package import Testing

/// Compares `text` with the file `Snapshots/<name>` beside the calling test, or writes that file
/// where the environment says `NSL_RECORD_SNAPSHOTS=1`.
package func expectSnapshot(
  _ text: String, named name: String, filePath: String = #filePath,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let folder = URL(filePath: filePath).deletingLastPathComponent().appending(path: "Snapshots")
  let file = folder.appending(path: name)
  if ProcessInfo.processInfo.environment["NSL_RECORD_SNAPSHOTS"] == "1" {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file, options: .atomic)
    return
  }
  guard let data = try? Data(contentsOf: file) else {
    Issue.record(
      "no snapshot \(name); record it with NSL_RECORD_SNAPSHOTS=1\n--- actual\n\(text)",
      sourceLocation: sourceLocation)
    return
  }
  let expected = String(decoding: data, as: UTF8.self)
  if expected != text {
    Issue.record(
      "snapshot \(name) differs\n--- expected\n\(expected)\n--- actual\n\(text)",
      sourceLocation: sourceLocation)
  }
}

/// The bytes of `Fixtures/<name>` beside the calling test.
package func fixture(_ name: String, filePath: String = #filePath) throws -> Data {
  try Data(
    contentsOf: URL(filePath: filePath).deletingLastPathComponent()
      .appending(path: "Fixtures").appending(path: name))
}

/// What a JSON file holds in the folder `Fixtures` beside the file that asks.
package func decoded<Value: Decodable>(
  _ type: Value.Type, _ name: String, filePath: String = #filePath
) throws -> Value {
  try JSONDecoder().decode(type, from: fixture(name, filePath: filePath))
}
