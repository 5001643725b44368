internal import COneDNN

/// oneDNN's shared library, which is loaded when it is needed: what reads specs, tables and plans
/// works without it.
package enum EngineLibrary {
  /// Loads it, once per process.
  ///
  /// - Throws: `MissingLibraryError` where it cannot be loaded.
  package static func load() throws(MissingLibraryError) {
    guard let reason = nsl_dnn_load() else { return }
    throw MissingLibraryError(
      name: String(cString: nsl_dnn_library_name()), reason: String(cString: reason))
  }
}

/// oneDNN is not on this machine, or something that it needs is not.
package struct MissingLibraryError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file: `libdnnl.so.2`.
  package var name: String
  /// In the words of the system's loader.
  package var reason: String

  /// The major version that this program was built for.
  private var version: Substring { name.split(separator: ".").last ?? "" }

  package var description: String {
    "oneDNN \(version), which trains and evaluates models, cannot be loaded: \(reason)"
  }

  /// What installs it.
  package var suggestion: String {
    "Debian and Ubuntu: `apt-get install libdnnl\(version)`; elsewhere it is called onednn. Another "
      + "version does not fit: build nsl-run from source for it"
  }
}
