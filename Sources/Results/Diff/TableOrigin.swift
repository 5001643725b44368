internal import FoundationEssentials
internal import Glibc

/// What a table was made with, as far as it explains differences: a part of its ``Provenance``.
package struct TableOrigin: Codable, Hashable, Sendable {
  package var nslRunVersion: String
  package var gitRevision: String?
  package var environment: Provenance.Environment
  /// Name of a dataset -> what names its content.
  package var datasetDigests: [String: String]
  /// As ``Provenance/portable``.
  package var portable: Bool?

  package init(
    nslRunVersion: String, gitRevision: String? = nil, environment: Provenance.Environment,
    datasetDigests: [String: String], portable: Bool? = nil
  ) {
    self.nslRunVersion = nslRunVersion
    self.gitRevision = gitRevision
    self.environment = environment
    self.datasetDigests = datasetDigests
    self.portable = portable
  }

  private enum CodingKeys: String, CodingKey {
    case environment, portable
    case nslRunVersion = "nsl_run_version"
    case gitRevision = "git_revision"
    case datasetDigests = "dataset_digests"
  }

  /// Reads the provenance of a `results.json` as this program writes it, without the rest, which may
  /// be a hundred times as large as the tables; `nil` for other files.
  package init?(document bytes: UnsafeRawBufferPointer) {
    // No text of a JSON file has a line break, so that only the document's own key begins so.
    let key = "  \"provenance\" : {\n"
    guard let start = Self.line(key, in: bytes, from: 0),
      let end = Self.line("  }", in: bytes, from: start)
    else { return nil }
    let object = Data("{\n".utf8) + bytes[(start + key.utf8.count)..<end] + Data("}".utf8)
    guard let origin = try? JSONDecoder().decode(TableOrigin.self, from: object) else { return nil }
    self = origin
  }

  /// Where the first line after `place` begins that begins with `text`.
  private static func line(
    _ text: String, in bytes: UnsafeRawBufferPointer, from place: Int
  ) -> Int? {
    var place = place
    while place < bytes.count, let start = bytes.baseAddress,
      let lineFeed = memchr(start + place, 0x0A, bytes.count - place)
    {
      place = UnsafeRawPointer(lineFeed) - start + 1
      if bytes[place...].starts(with: text.utf8) { return place }
    }
    return nil
  }

  /// The notes that a diff begins with; none where all is alike.
  func differences(from baseline: TableOrigin) -> [String] {
    var notes: [String] = []
    let note = { (how: String, before: String, after: String) in
      "the tables were made \(how): baseline \(before), candidate \(after)"
    }
    if !(isPortable && baseline.isPortable) {
      let (before, after) = (baseline.environment, environment)
      if before.vectors != after.vectors {
        notes.append(note("on unlike machines", before.machine, after.machine))
      } else if before.cpu != after.cpu {
        notes.append(note("on unlike processors", before.cpu, after.cpu))
      }
    }
    if baseline.program != program {
      notes.append(note("by unlike versions of nsl-run", baseline.program, program))
    }
    for name in datasetDigests.keys.sorted() {
      guard let now = datasetDigests[name], let was = baseline.datasetDigests[name], was != now
      else { continue }
      notes.append(note("from unlike contents of the dataset \(name)", was, now))
    }
    return notes
  }
}

extension TableOrigin {
  /// Whether no number depends on the machine.
  var isPortable: Bool { portable == true }

  /// What computed the numbers: `0.1.0`, of older versions `0.1.0 with oneDNN 2.6.3`.
  var program: String {
    nslRunVersion + (environment.oneDNNVersion.map { " with oneDNN \($0)" } ?? "")
  }
}

extension Provenance.Environment {
  fileprivate var machine: String { cpu.isEmpty ? instructionSet : "\(instructionSet) (\(cpu))" }

  /// The width of the vectors: `avx512` of older versions' `avx512_core`.
  fileprivate var vectors: Substring { instructionSet.prefix { $0 != "_" } }
}

/// What `diff --update` writes beside a baseline, `NAME.provenance.json` beside `NAME.csv`: where its
/// numbers come from.
package struct BaselineProvenance: Codable, Hashable, Sendable {
  /// Raised when a program that reads the older form would fail.
  package var schemaVersion = 2
  package var provenance: TableOrigin
  /// Of the bytes of the table, in hexadecimal: of another table nothing is known.
  package var tableDigest: String

  package init(_ provenance: TableOrigin, tableDigest: String) {
    self.provenance = provenance
    self.tableDigest = tableDigest
  }

  private enum CodingKeys: String, CodingKey {
    case provenance
    case schemaVersion = "schema_version"
    case tableDigest = "table_sha256"
  }

  /// Reads what ``json()`` wrote; `nil` for other bytes.
  package init?(json: [UInt8]) {
    guard let value = try? JSONDecoder().decode(Self.self, from: Data(json)),
      (1...2).contains(value.schemaVersion)
    else { return nil }
    self = value
  }

  /// Sorted keys, two spaces, a line feed at the end.
  ///
  /// - Throws: `EncodingError`, never for a provenance.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }
}
