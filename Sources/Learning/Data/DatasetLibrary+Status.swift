package import SystemPackage

/// Where a data set is or would come from, without making it ready.
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

  package var name: KnownDataset
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

extension DatasetLibrary {
  /// Where a data set is or would come from; downloads, draws and writes nothing.
  package func status(
    of name: KnownDataset, trainLimit: Int? = nil, testLimit: Int? = nil
  ) -> DatasetStatus {
    let cache = DatasetCache(locations: locations) { _ in }
    func found(
      _ lookedFor: String, _ path: (DatasetPlace) throws(DatasetError) -> FilePath?
    ) -> DatasetStatus.Place? {
      do {
        return try search(name, named: nil, lookedFor: lookedFor) { place throws(DatasetError) in
          try path(place).map { DatasetStatus.Place.found($0, owner: place.owner) }
        }.found
      } catch {
        return .broken(error)
      }
    }
    func place() -> DatasetStatus.Place {
      switch name {
      case .mnist, .fashionMNIST, .kmnist:
        let dataset = published(name)
        let folder = dataset.cacheFolder(dataset.digest)
        return found(dataset.lookedFor(isOwn: false)) { place throws(DatasetError) in
          try locate(dataset, in: place)?.path
        } ?? cache.find(folder, sizes: dataset.sizes).map { .cache($0) }
          ?? .mirrors(dataset.mirrors)
      case .cifar10:
        return found(cifar10.lookedFor) { place throws(DatasetError) in
          try locateArchive(in: place)?.path
        } ?? cache.find(cifar10.cacheFolder, sizes: cifar10.sizes).map { .cache($0) }
          ?? .mirrors(cifar10.mirrors)
      case .idx: return .own(key: "`dataset.path`")
      case .files: return .own(key: "`dataset.path` or `dataset.train_images` and the like")
      case .syntheticDigits:
        let layout = syntheticLayout(trainLimit, testLimit)
        return cache.find(layout.folder, sizes: layout.sizes).map { .cache($0) } ?? .drawn
      }
    }
    return DatasetStatus(name: name, place: place())
  }
}
