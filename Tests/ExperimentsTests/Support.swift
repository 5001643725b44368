import Experiments
import Settings
import FoundationEssentials
import YAML

/// The repository's folder.
let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

/// A text of the repository.
func text(of path: String) throws -> String {
  String(decoding: try Data(contentsOf: repository.appending(path: path)), as: UTF8.self)
}

/// A spec of the repository's `experiments`.
func example(_ name: String) throws -> Spec {
  try SpecLoader.load(path: repository.appending(path: "experiments/\(name).yaml").path)
}

/// The diagnostics of a text, rendered; empty for a spec without mistakes.
func mistakes(_ text: String) -> String {
  do {
    _ = try SpecLoader.load(text: text, name: "t.yaml")
    return ""
  } catch {
    return "\(error)"
  }
}

extension ArchitectureSettings {
  /// The network, where the spec has the HParams form.
  var network: ConvolutionalNetwork? {
    if case .hparams(let network) = form { network } else { nil }
  }
}

/// A small spec with more lines.
func load(_ lines: String = "") throws -> Spec {
  try SpecLoader.load(text: "dataset: {name: mnist}\n" + lines, name: "t.yaml")
}

/// The plan of a spec on a data set of that name.
func plan(_ spec: Spec, digest: String = "digest") -> Plan {
  PlanBuilder.plan(
    spec, dataset: ResolvedDataset(name: spec.dataset.name, digest: digest), engineRevision: 4)
}

/// Calls `body` with a new folder that holds these files, and removes it.
func withFolder(_ files: [String: String], _ body: (URL) throws -> Void) throws {
  let folder = try newFolder(files)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder)
}

/// The same for work that waits.
func withFolder(_ files: [String: String], _ body: (URL) async throws -> Void) async throws {
  let folder = try newFolder(files)
  defer { try? FileManager.default.removeItem(at: folder) }
  try await body(folder)
}

private func newFolder(_ files: [String: String]) throws -> URL {
  let folder = FileManager.default.temporaryDirectory.appending(
    path: "experiments-tests-\(UInt64.random(in: 0...UInt64.max))")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  for (name, text) in files {
    try Data(text.utf8).write(to: folder.appending(path: name))
  }
  return folder
}

/// A spec of the program's digits, with these sections.
func digitsSpec(_ sections: String, overrides: [String] = []) throws -> Spec {
  try SpecLoader.load(
    text: "dataset: { name: synthetic-digits }\n" + sections, name: "small.yaml",
    overrides: overrides.map { SpecOverride(.set, $0) })
}

/// The plan of such a spec.
func digitsPlan(_ spec: Spec) -> Plan {
  PlanBuilder.plan(
    spec, dataset: ResolvedDataset(name: .syntheticDigits, digest: "synthetic-digits-1"),
    engineRevision: 1)
}
