import Measurements
import Results

/// Tables as a sweep of two points, two models and three seeds makes them.
enum Sample {
  static func key(
    _ index: Int, point: [String], seed: Int, model: String, attack: String, source: String = "",
    epsilon: Double = 0
  ) -> RowKey {
    let run = "00\(index)-0a1b2c3d"
    if attack == "clean" {
      return RowKey(run: run, point: point, seed: seed, dataset: "mnist", model: model)
    }
    return RowKey(
      run: run, point: point, seed: seed, dataset: "mnist", model: model, attack: attack,
      source: source, norm: "linf", epsilon: epsilon)
  }

  /// The third seed of the second point diverges where `failing`.
  static func table(failing: Bool = false, points: [String] = ["0.05", "0.2"]) -> ResultTable {
    var rows: [ResultRow] = []
    var index = 0
    for (place, point) in points.enumerated() {
      for seed in 1...3 {
        for model in ["base", "adv-regularized"] {
          let isBase = model == "base"
          for attack in ["clean", "fgsm"] {
            let key = key(
              index, point: points.count == 1 ? [] : [point], seed: seed, model: model,
              attack: attack, source: "base", epsilon: 0.2)
            if failing, place == 1, seed == 3, !isBase {
              rows.append(ResultRow(key, failed: .diverged))
              continue
            }
            let correct =
              attack == "clean" ? 9890 + 3 * seed : isBase ? 4600 + 70 * seed : 8900 + 600 * place
            rows.append(
              ResultRow(
                key,
                Measurement(
                  examples: 10_000, correct: correct + seed,
                  loss: attack == "clean" ? 0.034567 : 1.5 + Double(seed) / 8,
                  meanLinf: attack == "clean" ? 0 : 0.2, meanL2: attack == "clean" ? 0 : 4.913)))
          }
        }
        index += 1
      }
    }
    return ResultTable(axes: points.count == 1 ? [] : ["adv_step_size"], rows: rows)
  }
}

extension CSVTable {
  /// The table with another text in one cell.
  func with(_ column: String, row: Int, _ text: String) -> CSVTable {
    var rows = rows
    if let place = index(of: column) { rows[row][place] = text }
    return CSVTable(columns: columns, rows: rows)
  }

  /// The table without some rows.
  func without(rows removed: [Int]) -> CSVTable {
    CSVTable(
      columns: columns,
      rows: rows.enumerated().filter { !removed.contains($0.offset) }.map(\.element))
  }
}
