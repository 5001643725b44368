internal import Files
internal import SystemPackage
internal import Tracking

/// `results/<experiment>/tensorboard/` or `mlruns/`.
struct TrackingFolder {
  private let format: TrackingFormat
  private let path: FilePath
  private let onMove: (_ path: FilePath, _ moved: FilePath) -> Void

  /// - Parameters:
  ///   - experiment: Its folder.
  ///   - onMove: Told what stood in the way of a file, and where it is now.
  init(
    _ format: TrackingFormat, in experiment: FilePath,
    onMove: @escaping (_ path: FilePath, _ moved: FilePath) -> Void
  ) {
    self.format = format
    path = experiment.appending(format.folder)
    self.onMove = onMove
  }

  /// Writes all files, each whole or not at all and only where it is not what it should be; removes
  /// what was written for trainings that the experiment does not have any more.
  ///
  /// - Parameter checkInterruption: Called between files; throws where writing is to end.
  func write(_ experiment: TrackedExperiment, checkInterruption: () throws -> Void) throws {
    var folder = try MirrorFolder(
      path, isName: format.isPath, onMove: onMove)
    do {
      try format.files(of: experiment) { file in
        try checkInterruption()
        try folder.put(file.path, origin: Self.origin(of: file)) { try file.bytes() }
      }
    } catch {
      try? folder.leaveUnfinished()
      throw error
    }
    try folder.finish()
  }

  /// A digest of what decides the bytes of a file, whose pictures need not be drawn for it.
  private static func origin(of file: TrackedFile) -> String {
    let parts = file.parts.map { part in
      switch part {
      case .bytes(let bytes): ContentStore.digest(bytes)
      case .made(let artifact):
        "\(artifact.name) \(ContentStore.digest(Array(artifact.origin.utf8)))"
      }
    }
    return ContentStore.digest(Array(parts.joined(separator: "\n").utf8))
  }
}
