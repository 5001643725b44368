import FoundationEssentials
import Measurements
import Results
import Statistics
import TestSupport
import Testing

/// The committed tables, beside numbers that others published or measured.
@Suite struct BaselineTests {
  /// One seed of the tutorial as TensorFlow 2.15.1 and NSL 1.4.0 trained it.
  private struct Reference: Decodable {
    /// Accuracies under the base model's FGSM of 0.2.
    var attack_base: [String: Double]
  }

  private func baseline(_ name: String) throws -> ResultTable {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../results/baselines/\(name).csv")
    return try ResultTable(
      CSVTable(parsing: [UInt8](Data(contentsOf: file)), file: name), file: name)
  }

  /// Accuracy by seed, of the rows of the tutorial's step that `isWanted` takes.
  private func accuracies(
    _ table: ResultTable, _ isWanted: (RowKey) -> Bool
  ) -> [Int: Double] {
    let rows = table.rows.filter { $0.key.point == ["0.2"] && isWanted($0.key) }
    return Dictionary(
      uniqueKeysWithValues: rows.compactMap { row in
        row.metrics.map { (row.key.seed, $0.accuracy) }
      })
  }

  @Test func `the MNIST sweep agrees with the tutorial, seed by seed`() throws {
    let table = try baseline("mnist-sweep")
    #expect(table.rows.count == 560)
    #expect(table.rows.allSatisfy { $0.status == .ok && $0.key.dataset == "mnist" })
    #expect(
      table.rows.filter(\.key.isClean).allSatisfy { ($0.metrics?.accuracy ?? 0) >= 0.985 })
    let base = accuracies(table) { $0.model == "base" && $0.source == "base" }
    let regularized = accuracies(table) { $0.model == "adv-regularized" && $0.source == "base" }
    #expect(base.count == 10 && regularized.count == 10)
    #expect(base.values.allSatisfy { (0.30...0.65).contains($0) }, "\(base)")
    #expect(regularized.values.allSatisfy { (0.92...0.985).contains($0) }, "\(regularized)")
  }

  @Test func `the MNIST sweep's means agree with TensorFlow's and NSL's`() throws {
    let table = try baseline("mnist-sweep")
    let lines = String(decoding: try fixture("tutorial-tf.jsonl"), as: UTF8.self)
    let references = try lines.split(separator: "\n").map {
      try JSONDecoder().decode(Reference.self, from: Data($0.utf8))
    }
    #expect(references.count == 3)
    for (model, name) in [("base", "base"), ("adv-regularized", "adv")] {
      let ours = accuracies(table) { $0.model == model && $0.source == "base" }
      let theirs = references.compactMap { $0.attack_base[name] }
      let difference =
        try #require(Statistics.Sample(Array(ours.values)).mean)
        - (try #require(Statistics.Sample(theirs).mean))
      // Seeds differ by 0.04 in either program.
      #expect(abs(difference) < 0.08, "\(model): \(difference)")
    }
  }
}
