package import Settings
package import SystemPackage

/// Where a dataset is or would come from, without making it ready.
package struct DatasetStatus: Sendable, CustomStringConvertible {
  package enum Place: Sendable {
    /// What the user or another program has, and whose folder it is in; not checked unless it was
    /// before.
    case found(FilePath, owner: String)
    case cache(FilePath)
    /// Would be downloaded from the first of these that answers.
    case mirrors([String])
    /// Would be drawn by the program.
    case drawn
    /// The user's own, wherever a spec says.
    case own(key: String)
    /// Some of the user's files are missing or cannot be read.
    case broken(DatasetError)
  }

  package var name: DatasetName
  package var place: Place

  /// One line: `mnist: in the cache, …`.
  package var description: String {
    switch place {
    case .found(let path, let owner): "\(name.rawValue): in \(owner), \(path)"
    case .cache(let folder): "\(name.rawValue): in the cache, \(folder)"
    case .mirrors(let mirrors):
      "\(name.rawValue): not here; would be downloaded from \(mirrors.joined(separator: " or "))"
    case .own(let key): "\(name.rawValue): your own files, which a spec names by \(key)"
    case .drawn: "\(name.rawValue): would be drawn by the program"
    case .broken(let error): "\(name.rawValue): error: \(error)"
    }
  }
}
