import Experiments
import Settings
import FoundationEssentials
import Testing

@Suite struct `The reference docs/spec.md` {
  private var file: URL { repository.appending(path: "docs/spec.md") }

  /// The table of a section, from its declarations.
  private func table(_ section: Section) -> String {
    var text = "| key | is | default | meaning |\n|---|---|---|---|\n"
    for key in section.keys {
      let value =
        switch key.defaultValue {
        case .required: "required"
        case .value(let yaml): "`\(yaml)`"
        case .words(let words): words
        case .notApplicable: "-"
        }
      text += "| `\(key.name)` | \(key.schema) | \(value) | \(key.summary) |\n"
    }
    return text
  }

  @Test func `has the keys, types and defaults that specs are read with`() throws {
    let old = try text(of: "docs/spec.md")
    var new = old
    for section in Vocabulary.sections {
      let name = section.name.isEmpty ? "document" : section.name
      let start = try #require(
        new.firstRange(of: "<!-- keys: \(name) -->\n"), "no table of \(name)")
      let end = try #require(new[start.upperBound...].firstRange(of: "<!-- end -->"))
      new.replaceSubrange(start.upperBound..<end.lowerBound, with: table(section))
    }
    if ProcessInfo.processInfo.environment["NSL_RECORD_SNAPSHOTS"] == "1" {
      try Data(new.utf8).write(to: file)
    } else {
      #expect(old == new, "record it with NSL_RECORD_SNAPSHOTS=1")
    }
  }

  @Test func `has examples without mistakes`() throws {
    let blocks = try text(of: "docs/spec.md").split(separator: "```yaml\n").dropFirst().map {
      String($0.split(separator: "```").first ?? "")
    }
    #expect(blocks.count > 8)
    for block in blocks {
      let whole = block.contains("dataset:") ? block : "dataset: {name: mnist}\n" + block
      #expect(mistakes(whole) == "", "\(block)")
    }
  }
}
