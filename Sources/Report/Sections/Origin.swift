internal import Results

extension ExperimentReport {
  /// Where the numbers come from, and how to get them again.
  func provenance() -> Section? {
    var facts: [(String, HTML)] = []
    if let provenance = origin.provenance {
      facts.append(("nsl-run", .text(provenance.nslRunVersion)))
      if let revision = provenance.gitRevision {
        facts.append(("git revision of the spec", .code(revision)))
      }
      let machine = provenance.environment
      facts.append(("operating system", .text(machine.operatingSystem)))
      facts.append(("processor", .text("\(machine.cpu), \(machine.instructionSet)")))
      for (name, digest) in provenance.datasetDigests.sorted(by: { $0.key < $1.key }) {
        facts.append(("dataset \(name)", .code(digest)))
      }
      if let overrides = provenance.overrides, !overrides.isEmpty {
        facts.append(("set on the command line", .code(overrides.joined(separator: " "))))
      }
    }
    if let key = origin.planKey { facts.append(("plan", .code(key))) }
    var content: HTML = .empty
    if let command = origin.command {
      content +=
        .paragraph("This command repeats the experiment:")
        + .element("pre", ["tabindex": "0"], .element("code", [:], .lines(command)))
    }
    if !facts.isEmpty {
      content += .element(
        "dl", [:],
        facts.flatMap { [.element("dt", [:], .text($0)), .element("dd", [:], $1)] })
    }
    if let spec = origin.spec {
      content += .details(
        "The spec", .element("pre", ["tabindex": "0"], .element("code", [:], .lines(spec))))
    }
    let kernels = origin.provenance?.kernels ?? [:]
    if !kernels.isEmpty {
      let lists = kernels.sorted { $0.key < $1.key }.map { model, names in
        HTML.element("h3", [:], .text(model))
          + .element("ul", [:], names.map { .element("li", [:], .text($0)) })
      }
      content += .details("Implementations of each model's operations", .joined(lists))
    }
    guard !content.isEmpty else { return nil }
    return Section(
      "origin", "Where the numbers come from",
      origin.provenance?.portable == true
        ? "The same program gives the same numbers, bit for bit, on every machine."
        : "The same program on the same type of machine gives the same numbers, bit for bit.",
      content)
  }
}
