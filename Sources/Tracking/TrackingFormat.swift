/// A format of results that other programs show.
package enum TrackingFormat: String, Hashable, Sendable, CaseIterable {
  /// Event files, one for each trained model of a run.
  case tensorBoard
  /// The folders of MLflow's file store.
  case mlflow

  /// The folder in that of the experiment.
  package var folder: String {
    switch self {
    case .tensorBoard: "tensorboard"
    case .mlflow: "mlruns"
    }
  }

  /// The program that reads it, for people.
  package var reader: String {
    switch self {
    case .tensorBoard: "TensorBoard"
    case .mlflow: "MLflow"
    }
  }

  /// Calls `put` with the files of an experiment, in the order in which they are to be written.
  ///
  /// Equal values make equal bytes: times are not measured, an epoch counts as one second from the
  /// beginning of 1970.
  package func files(
    of experiment: TrackedExperiment, _ put: (TrackedFile) throws -> Void
  ) rethrows {
    switch self {
    case .tensorBoard: try TensorBoardFolder(experiment).files(put)
    case .mlflow: try MLflowFolder(experiment).files(put)
    }
  }

  /// Whether a file of the folder may have that path, for lists that came from anywhere: none leads
  /// out of the folder.
  package func isPath(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && !$0.contains("\0") }) else {
      return false
    }
    return switch self {
    case .tensorBoard: TensorBoardFolder.isPath(parts)
    case .mlflow: MLflowFolder.isPath(parts)
    }
  }
}
