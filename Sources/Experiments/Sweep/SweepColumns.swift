import Measurements
import Settings

/// The names of a sweep's columns in tables.
enum SweepColumns {
  /// Columns that every table has, and words that say nothing by themselves.
  static let taken = Column.taken.union(["name"])

  /// For each path the shortest suffix that no other has and no fixed column is called.
  static func columns(of paths: [[String]]) -> [String] {
    paths.indices.map { index in
      let path = paths[index]
      for length in 1...max(path.count, 1) {
        let suffix = path.suffix(length)
        let column = suffix.joined(separator: ".")
        let isUnique = paths.indices.allSatisfy {
          $0 == index || Array(paths[$0].suffix(length)) != Array(suffix)
        }
        if isUnique, !taken.contains(column) { return column }
      }
      return path.joined(separator: ".")
    }
  }
}
