package import Experiments
package import Files
package import SystemPackage

/// What a store holds, and who needs it.
package struct StoreContents: Sendable {
  /// A stage that is stored.
  package struct Entry: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
      case training
      case evaluation
      /// It has the files of neither.
      case unknown
    }

    package var key: StageKey
    package var kind: Kind
    /// In bytes.
    package var size: Int
  }

  /// Something beside the entries.
  package struct Extra: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
      /// What there is of a stage that has not come to its end.
      case unfinished
      /// The log or the request of a stage that failed, or runs now.
      case log
    }

    package var kind: Kind
    /// Below the store's folder.
    package var path: FilePath
    package var key: StageKey
    /// In bytes.
    package var size: Int
  }

  /// An experiment of the results folder.
  package struct Experiment: Hashable, Sendable {
    package var name: String
    /// What its last run needs; `nil` where its folder does not say.
    package var stages: Set<StageKey>?
  }

  package let entries: [Entry]
  package let extras: [Extra]
  package let experiments: [Experiment]
  /// All that some experiment needs.
  private let needed: Set<StageKey>

  /// Looks at a store and the experiments beside it.
  ///
  /// - Parameter results: The folder of all results.
  /// - Throws: `FileError` where something there cannot be read.
  package init(_ store: ContentStore, results: FilePath) throws(FileError) {
    entries = try Self.entries(store)
    extras = try Self.extras(store)
    var experiments: [Experiment] = []
    for name in try FileSystem.list(results) where !name.hasPrefix(".") {
      let folder = results.appending(name)
      guard ExperimentState.isExperiment(folder) else { continue }
      experiments.append(Experiment(name: name, stages: try StageList.read(in: folder)))
    }
    self.experiments = experiments
    needed = experiments.reduce(into: []) { $0.formUnion($1.stages ?? []) }
  }

  /// Entries that no experiment needs.
  package var unneededEntries: [Entry] { entries.filter { !needed.contains($0.key) } }

  /// The rest that no experiment needs.
  package var unneededExtras: [Extra] { extras.filter { !needed.contains($0.key) } }

  /// Experiments whose folders do not say what they need: nothing can be called unneeded then.
  package var silentExperiments: [String] {
    experiments.filter { $0.stages == nil }.map(\.name)
  }

  /// An entry that is not what was stored.
  package struct Damage: Hashable, Sendable {
    package var path: FilePath
    package var reason: String
  }

  /// Reads every file of every entry.
  package func damaged(in store: ContentStore) -> [Damage] {
    entries.compactMap { entry in
      guard case .damaged(let reason) = store.entry(entry.key, .contents) else { return nil }
      return Damage(path: store.path(of: entry.key), reason: reason)
    }
  }

  private static func entries(_ store: ContentStore) throws(FileError) -> [Entry] {
    try store.keys().map { key in
      let path = store.path(of: key)
      let files = (try? FileSystem.list(path)) ?? []
      return Entry(
        key: key,
        kind: files.contains(OutputFile.training)
          ? .training : files.contains(OutputFile.evaluation) ? .evaluation : .unknown,
        size: size(of: files, in: path))
    }
  }

  private static func extras(_ store: ContentStore) throws(FileError) -> [Extra] {
    var extras: [Extra] = []
    for (folder, kind) in [
      (ContentStore.unfinished, Extra.Kind.unfinished), (ContentStore.logs, .log),
    ] {
      let path = store.folder.appending(folder)
      guard try FileSystem.information(path)?.isFolder == true else { continue }
      for name in try FileSystem.list(path) {
        guard let key = StageKey(hex: String(name.prefix(64))) else { continue }
        let one = path.appending(name)
        let files = try? FileSystem.list(one)
        extras.append(
          Extra(
            kind: kind, path: FilePath(folder).appending(name), key: key,
            size: files.map { size(of: $0, in: one) } ?? size(of: [name], in: path)))
      }
    }
    return extras
  }

  private static func size(of names: [String], in folder: FilePath) -> Int {
    names.reduce(0) { sum, name in
      let found = try? FileSystem.information(folder.appending(name), followingLinks: false)
      return sum + (found.flatMap { $0 }?.size ?? 0)
    }
  }
}
