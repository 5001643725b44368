/// Bytes that are made when they are needed.
package struct TrackedArtifact {
  package var name: String
  /// Names everything that decides the bytes: equal origins make equal bytes.
  package var origin: String
  package var make: () throws -> [UInt8]

  package init(_ name: String, origin: String, make: @escaping () throws -> [UInt8]) {
    self.name = name
    self.origin = origin
    self.make = make
  }
}

/// A file of one of the formats.
package struct TrackedFile {
  package enum Part {
    case bytes([UInt8])
    case made(TrackedArtifact)
  }

  /// Relative, with `/` between its parts, none of which is empty, `.` or `..`.
  package var path: String
  package var parts: [Part]

  init(_ path: String, _ parts: [Part]) {
    self.path = path
    self.parts = parts
  }

  init(_ path: String, text: String) { self.init(path, [.bytes(Array(text.utf8))]) }

  package func bytes() throws -> [UInt8] {
    var bytes: [UInt8] = []
    for part in parts {
      switch part {
      case .bytes(let part): bytes += part
      case .made(let artifact): bytes += try artifact.make()
      }
    }
    return bytes
  }
}
