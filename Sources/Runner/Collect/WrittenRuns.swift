package import Experiments
internal import Files
package import SystemPackage

/// The runs whose folders lie in `results/`.
package struct WrittenRuns: Sendable {
  /// One of them.
  package struct Run: Hashable, Sendable {
    package var experiment: String
    /// `003-1a2b3c4d`.
    package var name: String
    package var folder: FilePath

    /// The spec of this run alone.
    package var spec: FilePath { folder.appending("spec.yaml") }
  }

  private let results: FilePath

  package init(in results: FilePath) { self.results = results }

  /// The runs of an experiment, in their order; none where there is no such experiment.
  package func runs(of experiment: String) -> [Run] {
    let folder = results.appending(experiment).appending("runs")
    return ((try? FileSystem.list(folder)) ?? []).compactMap { Self.run(folder.appending($0)) }
      .sorted { ($0.index, $0.name) < ($1.index, $1.name) }
  }

  package var experiments: [String] {
    ((try? FileSystem.list(results)) ?? []).filter { !$0.hasPrefix(".") && !runs(of: $0).isEmpty }
  }

  /// The run whose folder this is; `nil` where it is none.
  package static func run(_ folder: FilePath) -> Run? {
    guard let name = folder.lastComponent?.string, MirrorFolder.isOurs(folder) else { return nil }
    let runs = folder.removingLastComponent()
    let experiment = runs.removingLastComponent().lastComponent?.string ?? ""
    let run = Run(experiment: experiment, name: name, folder: folder)
    guard (try? FileSystem.information(run.spec)).flatMap({ $0 }) != nil else { return nil }
    return run
  }

  /// The keys of all stages of the plan that a run belonged to; none where that is not known.
  package static func siblings(of run: Run) -> Set<StageKey> {
    struct Document: Decodable {
      struct Plan: Decodable {
        struct Stage: Decodable { var key: String }
        var stages: [Stage]
      }
      var plan: Plan
    }
    let file = run.folder.removingLastComponent().removingLastComponent()
      .appending("results.json")
    guard let bytes = try? FileSystem.read(file),
      let document = try? WireFormat.decode(Document.self, from: bytes)
    else { return [] }
    return Set(document.plan.stages.compactMap { StageKey(hex: $0.key) })
  }
}

extension WrittenRuns.Run {
  /// From 0; `nil` where the folder is not called like a run.
  fileprivate var index: Int { Int(name.prefix { $0 != "-" }) ?? .max }
}

/// Whether a run is the one that a person means: by its index, its name, or the start of its name.
package func isRun(_ name: String, calledBy text: String) -> Bool {
  if let index = Int(text), !text.isEmpty {
    return Int(name.prefix { $0 != "-" }) == index
  }
  return name.hasPrefix(text)
}
