import Learning
import Settings
import TestSupport
import Testing

@Suite("Pickled batches")
struct DataPickleTests {
  private func read(_ bytes: [UInt8]) throws -> PickledBatch {
    try PickledBatch(bytes[...], imageSize: 3072, origin: "data_batch_1")
  }

  @Test func `are read as Python writes them`() throws {
    let batch = try read(try #require(try arrayFixtures()["data_batch_1"]))
    #expect(batch.labels == [7, 2])
    #expect(batch.pixels.count == 2 * 3072)
    #expect(batch.pixels.first == 10 && batch.pixels.last == 22)
  }

  @Test func `that would run something, or are of another form, are refused by name`() throws {
    let whole = try #require(try arrayFixtures()["data_batch_1"])
    func pickle(_ operations: String, _ end: [UInt8] = []) -> [UInt8] {
      [0x80, 2] + Array(operations.utf8) + end
    }
    func replacing(_ old: String, _ new: String) -> [UInt8] {
      let (old, new) = (Array(old.utf8), Array(new.utf8))
      let place = whole.indices.first { whole[$0...].starts(with: old) } ?? 0
      return whole[..<place] + new + whole[(place + old.count)...]
    }
    let cases: [(String, [UInt8])] = [
      ("a call of the system", pickle("cposix\nsystem\n(U\u{4}true", [0x85] + Array("R.".utf8))),
      ("an old-style instance", pickle("(U\u{4}trueiposix\nsystem\n.")),
      ("a class's instance", pickle("}", [0x81])),
      ("a persistent object", pickle("U\u{1}aQ.")),
      ("Python 3's protocol", [0x80, 4, 0x95] + Array(whole.dropFirst(2))),
      ("Python 3's strings", pickle("}X\u{1}\0\0\0a")),
      ("an unknown operation", pickle("\u{1}")),
      ("no dictionary", pickle("K\u{1}.")),
      ("no labels", replacing("labels", "labelz")),
      ("no data", replacing("U\u{4}data", "U\u{4}date")),
      ("another type", replacing("u1", "O8")),
      ("another function", replacing("_reconstruct", "frombuffer__")),
      ("fewer rows", replacing("M\u{2}\0M\0\u{C}", "M\u{1}\0M\0\u{C}")),
      ("labels that are none", replacing("K\u{7}K\u{2}e", "M\0\u{4}e")),
      ("nothing on the stack", pickle("u.")),
      ("a reference to nothing", pickle("h\u{7}.")),
      ("bytes behind its end", whole + [0]),
      ("deep tuples", pickle("N", [UInt8](repeating: 0x85, count: 1_000_000))),
      (
        "deep dictionaries",
        pickle(
          String(repeating: "}(U\u{1}a", count: 1000) + "}"
            + String(
              repeating: "u", count: 1000))
      ),
      ("many values", pickle(String(repeating: "N", count: 1_000_000))),
      ("many marks", pickle(String(repeating: "(", count: 1_000_000))),
      ("a long string", pickle("T", [255, 255, 255, 127])),
      ("a string of negative length", pickle("T", [255, 255, 255, 255])),
    ]
    var texts = ""
    for (name, bytes) in cases {
      let error = #expect(throws: DatasetError.self, "\(name)") { try read(bytes) }
      texts += "\(name): \(error.map { $0.message } ?? "no error")\n"
    }
    try expectSnapshot(texts, named: "pickles-refused.txt")
  }

  @Test func `that are shortened are errors`() throws {
    let whole = try #require(try arrayFixtures()["test_batch"])
    for length in stride(from: 0, to: whole.count, by: 7) {
      #expect(throws: DatasetError.self, "\(length) bytes") {
        try read(Array(whole.prefix(length)))
      }
    }
  }
}
