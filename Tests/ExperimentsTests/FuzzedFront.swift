import Experiments
import Settings
import YAML

/// The whole front of the program on arbitrary bytes: what the fuzzer runs, and what the test of its
/// corpus runs again.
///
/// The bytes are a spec and, after each zero byte, an override. Nothing may crash; a spec that is
/// taken must lead to a plan whose runs' own specs are taken, too; one that is refused must be
/// refused in words.
enum FuzzedFront {
  static func exercise(_ bytes: [UInt8]) {
    let parts = bytes.split(separator: 0, omittingEmptySubsequences: false).map(Array.init)
    guard let first = parts.first, parts.count < 4, isSmall(bytes) else { return }
    do {
      let source = try SourceText(name: "fuzzed.yaml", bytes: first)
      let overrides = parts.dropFirst().map { part in
        part.first == UInt8(ascii: "!")
          ? SpecOverride(.sweep, String(decoding: part.dropFirst(), as: UTF8.self))
          : SpecOverride(.set, String(decoding: part, as: UTF8.self))
      }
      let spec = try SpecLoader.load(text: source.text, name: source.name, overrides: overrides)
      guard spec.points.count * spec.seeds.count < 50 else { return }
      let plan = PlanBuilder.plan(
        spec,
        dataset: ResolvedDataset(
          name: spec.dataset.name, digest: "digest", own: spec.dataset.own), engineRevision: 4)
      precondition(!plan.text().isEmpty, "a plan without words")
      precondition(!plan.modelsText.isEmpty, "networks without words")
      precondition(PlanDocument(plan).runs.count == plan.runs.count, "a run is lost")
      precondition(
        DiagnosticRenderer(color: true, width: 40).render(spec.shownWarnings).isEmpty
          == spec.warnings.isEmpty, "a warning without words")
      for run in plan.runs {
        let own = try? SpecLoader.load(text: run.resolvedSpec, name: "run.yaml")
        precondition(own != nil, "a run's own spec is refused")
      }
    } catch let error as DiagnosticsError {
      precondition(!error.diagnostics.isEmpty, "refused without a reason")
      let text = DiagnosticRenderer(color: true, width: 40).render(error.diagnostics)
      precondition(text.contains("error"), "refused without words")
    } catch {
      preconditionFailure("an error that is no diagnostic: \(error)")
    }
  }

  /// Whether there are no other files to read and few points to make: a spec may have a million of
  /// them, which is slow and teaches nothing.
  private static func isSmall(_ bytes: [UInt8]) -> Bool {
    let text = String(decoding: bytes, as: UTF8.self)
    if text.contains("extends") { return false }
    guard text.contains("sweep") || bytes.contains(0) else { return true }
    var product = 1.0
    for word in ["count:", "samples:"] {
      for match in text.split(separator: word, omittingEmptySubsequences: false).dropFirst() {
        product *= Double(match.drop { $0 == " " }.prefix { $0 != "," && $0 != "}" }) ?? 1000
      }
    }
    return product < 2000 && bytes.count { $0 == UInt8(ascii: ",") } < 25
      && bytes.count { $0 == UInt8(ascii: "-") } < 60 && !text.contains("step:")
  }
}
