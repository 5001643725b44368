package import SystemPackage

/// Where data sets are looked for and kept; made from an environment that is a parameter.
package struct DatasetLocations: Sendable {
  /// `$NSL_DATA_DIR`: the user's own files, which are read and never written.
  package var dataFolder: FilePath?
  /// The user's cache; `nil` where the environment names neither it nor a home.
  package var cacheFolder: FilePath?
  /// Where a temporary folder goes if the cache cannot be written.
  package var temporaryFolder: FilePath

  package init(dataFolder: FilePath?, cacheFolder: FilePath?, temporaryFolder: FilePath) {
    self.dataFolder = dataFolder
    self.cacheFolder = cacheFolder
    self.temporaryFolder = temporaryFolder
  }

  /// `$NSL_DATA_DIR`; the first of `$NSL_CACHE_DIR`, `$XDG_CACHE_HOME/nsl-run` and
  /// `$HOME/.cache/nsl-run`; `$TMPDIR` or `/tmp`. Empty variables count as unset.
  package init(environment: [String: String]) {
    func path(_ variable: String) -> FilePath? {
      environment[variable].flatMap { $0.isEmpty ? nil : FilePath($0) }
    }
    self.init(
      dataFolder: path("NSL_DATA_DIR"),
      cacheFolder: path("NSL_CACHE_DIR") ?? path("XDG_CACHE_HOME")?.appending("nsl-run")
        ?? path("HOME")?.appending(".cache").appending("nsl-run"),
      temporaryFolder: path("TMPDIR") ?? "/tmp")
  }

  /// The user's folder of one data set.
  func dataFolder(of name: KnownDataset) -> FilePath? { dataFolder?.appending(name.rawValue) }

  /// The folder of the cache that holds a folder per data set.
  var datasets: FilePath? { cacheFolder?.appending("datasets") }
}
