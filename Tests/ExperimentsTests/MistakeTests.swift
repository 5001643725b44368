import PlainText
import Experiments
import Settings
import FoundationEssentials
import TestSupport
import Testing
import YAML

@Suite struct `Mistakes` {
  @Test func `ten in one spec are found in one pass`() throws {
    let text = String(decoding: try fixture("ten-mistakes.yaml"), as: UTF8.self)
    do {
      _ = try SpecLoader.load(text: text, name: "ten-mistakes.yaml")
      Issue.record("accepted")
    } catch let error as DiagnosticsError {
      #expect(error.diagnostics.count == 10)
      try expectSnapshot(error.description, named: "ten-mistakes.txt")
    }
  }

  @Test func `have a place, all of them`() throws {
    for lines in specsWithMistakes {
      let text =
        lines.hasPrefix("dataset") || lines.hasPrefix("-")
        ? lines : "dataset: {name: mnist}\n" + lines
      do {
        _ = try SpecLoader.load(text: text, name: "t.yaml")
      } catch let error as DiagnosticsError {
        #expect(error.diagnostics.allSatisfy { $0.range != nil }, "\(error)")
      }
    }
  }

  @Test func `of every kind say what is wrong, where, and what to do`() throws {
    var snapshot = ""
    for lines in specsWithMistakes {
      let text =
        lines.hasPrefix("dataset") || lines.hasPrefix("-")
        ? lines : "dataset: {name: mnist}\n" + lines
      let found = mistakes(text)
      #expect(!found.isEmpty, "accepted: \(lines)")
      snapshot += found + "\n"
    }
    try expectSnapshot(snapshot, named: "mistakes.txt")
  }

  @Test func `are not made by typos alone: each has the right suggestion`() throws {
    for section in Vocabulary.sections {
      // `beta_` may be either.
      for key in section.keys where key.name.count > 3 && !key.name.hasPrefix("beta") {
        for typo in [String(key.name.dropLast()), key.name + "s", swapped(key.name)] {
          let rivals = section.keys.filter { $0.name != key.name }.map(\.name)
          guard rivals.allSatisfy({ editDistance(typo, $0) > editDistance(typo, key.name) })
          else { continue }
          #expect(
            closest(to: typo, among: section.keys.map(\.name)) == key.name,
            "\(typo) in \(section.name)")
        }
      }
    }
  }

  private func swapped(_ word: String) -> String {
    var letters = Array(word)
    letters.swapAt(1, 2)
    return String(letters)
  }
}

@Suite struct `Damaged specs` {
  @Test(arguments: ["mnist-sweep", "quickstart"])
  func `never crash the loader`(name: String) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix64(seed: seed)
    let original = Array(try text(of: "experiments/\(name).yaml").utf8)
    let tokens = [
      "[", "]", "{", "}", ": ", "- ", "&a ", "*a", "<<: ", "\n", "\t", "!!int ", "null",
      "-1", "1e999", "9223372036854775807", "''", "|", "..", "\u{FEFF}", "é",
    ].map { Array($0.utf8) }
    for _ in 0..<400 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(contentsOf: tokens.randomElement(using: &random) ?? [], at: place)
        case 3:
          let end = min(bytes.count, place + Int.random(in: 1...40, using: &random))
          bytes.insert(
            contentsOf: bytes[place..<end], at: Int.random(in: 0...place, using: &random))
        default: bytes.removeSubrange(place..<min(bytes.count, place + 12))
        }
        if bytes.isEmpty { bytes = [0x0A] }
      }
      do {
        let source = try SourceText(name: "experiments/damaged.yaml", bytes: bytes)
        let spec = try SpecLoader.load(text: source.text, name: "experiments/damaged.yaml")
        if spec.points.count * spec.seeds.count < 50 { _ = plan(spec).text() }
      } catch let error as DiagnosticsError {
        #expect(!error.diagnostics.isEmpty, "seed \(seed)")
        #expect(!error.description.isEmpty, "seed \(seed)")
      }
    }
    print("damaged \(name): seed \(seed)")
  }
}
