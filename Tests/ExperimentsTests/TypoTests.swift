import PlainText
import Experiments
import Settings
import FoundationEssentials
import Testing
import TestSupport
import YAML

@Suite struct `Typos` {
  /// One word and the words it is chosen from.
  private struct Choice {
    var word: String
    var words: [String]
  }

  /// Every key of every section, and every word that a key may take.
  private var choices: [Choice] {
    var result: [Choice] = []
    func visit(_ schema: ValueSchema) {
      switch schema {
      case .choice(let words): result += words.map { Choice(word: $0, words: words) }
      case .list(let item, _, _): visit(item)
      case .map(let value): visit(value)
      case .either(let schemas): schemas.forEach(visit)
      default: return
      }
    }
    for section in Vocabulary.sections {
      let names = section.keys.map(\.name)
      result += names.map { Choice(word: $0, words: names) }
      for key in section.keys { visit(key.schema) }
    }
    return result.filter { $0.word.count > 2 }
  }

  /// The word with one letter left out, two swapped, one replaced, one put in.
  private func typos(_ word: String, _ random: inout SplitMix64) -> [String] {
    let letters = Array(word)
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz_")
    func place() -> Int { Int.random(in: 0..<letters.count, using: &random) }
    func letter() -> Character { alphabet.randomElement(using: &random) ?? "x" }
    var typos: [[Character]] = [letters, letters, letters, letters]
    typos[0].remove(at: place())
    let swapped = Int.random(in: 0..<(letters.count - 1), using: &random)
    typos[1].swapAt(swapped, swapped + 1)
    typos[2][place()] = letter()
    typos[3].insert(letter(), at: place())
    return typos.map { String($0) }
  }

  @Test func `get the right first suggestion in 95 of 100 cases`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix64(seed: seed)
    var (right, all) = (0, 0)
    var wrong: [String] = []
    for choice in choices {
      for _ in 0..<4 {
        for typo in typos(choice.word, &random) where !choice.words.contains(typo) {
          all += 1
          let found = closest(to: typo, among: choice.words)
          if found == choice.word {
            right += 1
          } else {
            wrong.append("\(typo): \(found ?? "nothing"), not \(choice.word)")
          }
        }
      }
    }
    let score = Double(right) / Double(max(all, 1))
    print("typos: \(right) of \(all) (\(score)) have the right first suggestion, seed \(seed)")
    #expect(all > 1000)
    #expect(score >= 0.95, "seed \(seed): \(wrong.prefix(40).joined(separator: "; "))")
  }
}
