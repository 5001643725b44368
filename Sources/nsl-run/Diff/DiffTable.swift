import Digest
import Files
import Results
import Runner
import SystemPackage

/// A table that `diff` compares, with what is known of where it comes from.
struct DiffTable {
  let file: ResultsFile
  let bytes: [UInt8]
  let table: CSVTable
  let origin: TableOrigin?

  /// Which examples the models of rows have right; `nil` for a table that is not beside its experiment.
  func right() -> StoredRight? { file.document.flatMap { StoredRight(document: $0, table: table) } }

  /// What texts call it.
  var name: String { file.path.string }

  /// Reads a table.
  ///
  /// - Throws: `CommandFailure` with status 4: where there is no table, there is nothing to compare.
  init(_ argument: String, in results: FilePath) throws {
    do {
      file = try ResultsFile.find(argument, in: results, status: .incomparable)
      guard file.run == nil else {
        throw CommandFailure(
          "`\(argument)` is one run; only whole experiments can be compared", status: .incomparable,
          suggestion: "did you mean `\(file.path)`?")
      }
      bytes = try file.bytes()
      table = try CSVTable(parsing: bytes, file: file.path.string)
    } catch let error as FileError {
      throw CommandFailure(error.message, status: .incomparable)
    } catch let error as CSVError {
      throw CommandFailure(
        "\(error.file):\(error.line):\(error.column): \(error.message)", status: .incomparable)
    }
    origin = file.origin(of: bytes)
  }
}

extension ResultsFile {
  /// What `diff --update` writes beside a baseline: `NAME.provenance.json` beside `NAME.csv`.
  var provenanceFile: FilePath {
    var file = path
    file.extension = nil
    return file.removingLastComponent().appending(
      "\(file.lastComponent?.string ?? "").provenance.json")
  }

  /// The `results.json` of the run that has written this table; `nil` for other tables.
  var document: FilePath? {
    guard ["results.csv", "summary.csv"].contains(path.lastComponent?.string) else { return nil }
    let document = path.removingLastComponent().appending("results.json")
    return (try? FileSystem.information(document)) == .some(nil) ? nil : document
  }

  /// Where the numbers come from, by the files beside the table; `nil` where none says so.
  ///
  /// - Parameter bytes: The table's.
  func origin(of bytes: [UInt8]) -> TableOrigin? {
    if InputFile.isDescriptor(path) { return nil }
    if let note = try? FileSystem.read(provenanceFile, limit: 1 << 20),
      let provenance = BaselineProvenance(json: note)
    {
      // A table that somebody has copied there since is another one.
      let isOfTable = provenance.tableDigest == ContentDigest.sha256(bytes).hex
      if isOfTable { return provenance.provenance }
    }
    guard let document, let mapped = try? MappedFile(document) else { return nil }
    return withExtendedLifetime(mapped) { TableOrigin(document: mapped.bytes) }
  }
}
