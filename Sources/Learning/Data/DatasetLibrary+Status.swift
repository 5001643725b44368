package import SystemPackage

/// Where a data set is or would come from, without making it ready.
package struct DatasetStatus: Sendable, CustomStringConvertible {
  package enum Place: Sendable {
    /// The user's own files; not checked unless they were before.
    case dataFolder(FilePath)
    case cache(FilePath)
    /// Would be downloaded from the first of these that answers.
    case mirrors([String])
    /// Would be drawn by the program.
    case drawn
    /// The user's own, wherever a spec says.
    case own
    /// Some of the user's files are missing or cannot be read.
    case broken(DatasetError)
  }

  package var name: KnownDataset
  package var place: Place

  /// One line: `mnist: in the cache, …`.
  package var description: String {
    switch place {
    case .dataFolder(let folder): "\(name.rawValue): in NSL_DATA_DIR, \(folder)"
    case .cache(let folder): "\(name.rawValue): in the cache, \(folder)"
    case .mirrors(let mirrors):
      "\(name.rawValue): not here; would be downloaded from \(mirrors.joined(separator: " or "))"
    case .own: "\(name.rawValue): your own files, in the folder that a spec's `dataset.path` names"
    case .drawn: "\(name.rawValue): would be drawn by the program"
    case .broken(let error): "\(name.rawValue): error: \(error)"
    }
  }
}

extension DatasetLibrary {
  /// Where a data set is or would come from; downloads, draws and writes nothing.
  package func status(
    of name: KnownDataset, trainLimit: Int? = nil, testLimit: Int? = nil
  ) -> DatasetStatus {
    let cache = DatasetCache(locations: locations) { _ in }
    func place() -> DatasetStatus.Place {
      switch name {
      case .mnist, .fashionMNIST, .kmnist:
        let dataset = published(name)
        do {
          if let folder = try userFolder(of: dataset) { return .dataFolder(folder) }
        } catch {
          return .broken(error)
        }
        return cache.find(dataset.cacheFolder, sizes: dataset.sizes).map { .cache($0) }
          ?? .mirrors(dataset.mirrors)
      case .cifar10:
        do {
          if case .file(let path, _) = try userArchive(in: nil) {
            return .dataFolder(path.removingLastComponent())
          }
        } catch {
          return .broken(error)
        }
        return cache.find(cifar10.cacheFolder, sizes: cifar10.sizes).map { .cache($0) }
          ?? .mirrors(cifar10.mirrors)
      case .idx: return .own
      case .syntheticDigits:
        let layout = syntheticLayout(trainLimit, testLimit)
        return cache.find(layout.folder, sizes: layout.sizes).map { .cache($0) } ?? .drawn
      }
    }
    return DatasetStatus(name: name, place: place())
  }
}
