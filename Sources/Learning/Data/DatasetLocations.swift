package import SystemPackage

/// Where datasets are looked for and kept; made from an environment that is a parameter.
package struct DatasetLocations: Sendable {
  /// `$NSL_DATA_DIR`: the user's own files, which are read and never written.
  package var dataFolder: FilePath?
  /// Folders where other programs keep datasets, looked in after the user's own.
  package var shared: [SharedFolder]
  /// The user's cache; `nil` where the environment names neither it nor a home.
  package var cacheFolder: FilePath?
  /// Where a temporary folder goes if the cache cannot be written.
  package var temporaryFolder: FilePath

  /// A folder of another program.
  package struct SharedFolder: Hashable, Sendable {
    package var path: FilePath
    /// For messages: `Keras's folder`.
    package var owner: String

    package init(_ path: FilePath, owner: String) {
      self.path = path
      self.owner = owner
    }
  }

  package init(
    dataFolder: FilePath?, shared: [SharedFolder] = [], cacheFolder: FilePath?,
    temporaryFolder: FilePath
  ) {
    self.dataFolder = dataFolder
    self.shared = shared
    self.cacheFolder = cacheFolder
    self.temporaryFolder = temporaryFolder
  }

  /// `$NSL_DATA_DIR`; Keras's `datasets` in `$KERAS_HOME` or `$HOME/.keras`, and `data` in the
  /// working directory, which torchvision's tutorials name; the first of `$NSL_CACHE_DIR`,
  /// `$XDG_CACHE_HOME/nsl-run` and `$HOME/.cache/nsl-run`; `$TMPDIR` or `/tmp`. Empty variables
  /// count as unset.
  package init(environment: [String: String]) {
    func path(_ variable: String) -> FilePath? {
      environment[variable].flatMap { $0.isEmpty ? nil : FilePath($0) }
    }
    var shared = [SharedFolder("data", owner: "torchvision's usual folder")]
    if let keras = path("KERAS_HOME") ?? path("HOME")?.appending(".keras") {
      shared.insert(SharedFolder(keras.appending("datasets"), owner: "Keras's folder"), at: 0)
    }
    self.init(
      dataFolder: path("NSL_DATA_DIR"), shared: shared,
      cacheFolder: path("NSL_CACHE_DIR") ?? path("XDG_CACHE_HOME")?.appending("nsl-run")
        ?? path("HOME")?.appending(".cache").appending("nsl-run"),
      temporaryFolder: path("TMPDIR") ?? "/tmp")
  }

  /// The folder of the cache that holds a folder per dataset.
  var datasets: FilePath? { cacheFolder?.appending("datasets") }
}
