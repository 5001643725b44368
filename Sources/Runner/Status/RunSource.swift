package import Experiments
internal import Files
internal import Glibc
package import SystemPackage

/// What was run, so that another command can plan it again: kept in the note of its folder.
package struct RunSource: Codable, Hashable, Sendable {
  /// The spec's path, from the root; `-` for standard input.
  package var spec: String
  private var changes: [Change]
  /// Where paths on the command line begin.
  package var workingDirectory: String
  /// The launcher's word.
  package var launcher: String
  /// The process that ran it, and where.
  package var process: Int32
  package var host: String

  private struct Change: Codable, Hashable {
    var isSweep: Bool
    var argument: String
  }

  init(_ options: RunOptions, launcher: String) {
    workingDirectory = Self.currentDirectory.string
    spec = options.spec == "-" ? "-" : Self.absolute(FilePath(options.spec)).string
    changes = options.overrides.map { Change(isSweep: $0.action == .sweep, argument: $0.argument) }
    self.launcher = launcher
    process = getpid()
    host = Self.hostName
  }

  package var overrides: [SpecOverride] {
    changes.map { SpecOverride($0.isSweep ? .sweep : .set, $0.argument) }
  }

  /// The same path from the root.
  static func absolute(_ path: FilePath) -> FilePath {
    path.isAbsolute
      ? path : currentDirectory.appending(path.components).lexicallyNormalized()
  }

  private static var currentDirectory: FilePath {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return FilePath(String(cString: path))
  }

  /// This program, by its path from the root.
  static var executable: FilePath {
    guard let path = realpath("/proc/self/exe", nil) else { return "/proc/self/exe" }
    defer { free(path) }
    return FilePath(String(cString: path))
  }

  static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

/// What ran last in the folder of an experiment, for commands that are given its name.
package enum WrittenRun {
  /// The options that plan it again.
  ///
  /// The working directory becomes that of the run, where its paths begin.
  ///
  /// - Throws: `SubmissionError` where nothing says what was run.
  package static func options(
    of experiment: String, in results: FilePath, programVersion: String,
    environment: [String: String]
  ) throws -> RunOptions {
    let results = RunSource.absolute(results)
    let folder = results.appending(experiment)
    guard try FileSystem.information(ExperimentNote.path(in: folder)) != nil else {
      throw SubmissionError(
        message: "there is no experiment `\(experiment)` in `\(results)`",
        suggestion: "`nsl-run list` shows those that are there")
    }
    guard let source = ExperimentNote(of: folder).source else {
      throw SubmissionError(
        message: "nothing says which spec `\(experiment)` was run from: its run was by an older"
          + " program", suggestion: "run the spec again: what is stored is not repeated")
    }
    guard source.spec != "-" else {
      throw SubmissionError(
        message: "the spec of `\(experiment)` came from standard input and is not kept",
        suggestion: "run it again from a file: what is stored is not repeated")
    }
    guard chdir(source.workingDirectory) == 0 else {
      throw SubmissionError(
        message: "the folder in which `\(experiment)` was run is not there:"
          + " `\(source.workingDirectory)`")
    }
    return RunOptions(
      spec: source.spec, overrides: source.overrides, resultsFolder: results,
      programVersion: programVersion, environment: environment)
  }
}
