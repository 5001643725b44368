internal import FoundationEssentials

/// `results.json`: both tables, the frozen plan, where the numbers come from, and every status
/// with its reason.
///
/// `Plan` is whatever the caller's plan is; this target only writes it down.
package struct ResultsDocument<Plan: Codable & Sendable>: Codable, Sendable {
  /// Raised when a reader of the older form would go wrong.
  package var schemaVersion = 4
  package var experiment: String
  /// The columns of the swept paths; each row's `point` has a value for each.
  package var axes: [String]
  package var rows: [ResultRow]
  package var summary: [SummaryRow]
  /// Which setting is the best, by the seeds; absent in documents of older versions.
  package var claims: [SettingClaim]?
  /// Whether trained models differ, by the examples; absent in documents of older versions.
  package var comparisons: [ModelComparison]?
  package var plan: Plan
  package var provenance: Provenance
  package var statuses: [StageStatus]
  /// The spec as it was written; absent where it could not be read again, and in older documents.
  package var spec: WrittenSpec?

  /// - Parameter claims: Those of the table, where they are made already.
  package init(
    experiment: String, table: ResultTable, plan: Plan, provenance: Provenance,
    statuses: [StageStatus], claims: ClaimText? = nil, spec: WrittenSpec? = nil
  ) {
    self.spec = spec
    self.experiment = experiment
    axes = table.axes
    rows = table.rows
    summary = SummaryTable(table).rows
    let said = claims ?? ClaimText(table)
    self.claims = said.claims.claims
    comparisons = said.comparisons.comparisons
    self.plan = plan
    self.provenance = provenance
    self.statuses = statuses
  }

  private enum CodingKeys: String, CodingKey {
    case schemaVersion = "schema_version"
    case experiment, axes, rows, summary, claims, comparisons, plan, provenance, statuses, spec
  }

  /// The document as JSON: sorted keys, two spaces, a line feed at the end.
  ///
  /// Numbers that JSON has no word for are the strings `nan`, `inf` and `-inf`.
  ///
  /// - Throws: Only what the plan's own `encode(to:)` throws.
  package func json() throws -> [UInt8] {
    [UInt8](try encoder.encode(self)) + [UInt8(ascii: "\n")]
  }

  var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.userInfo[.axes] = axes
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return encoder
  }

  /// Reads what `json()` wrote.
  ///
  /// - Throws: `DecodingError`.
  package init(json: [UInt8]) throws {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let data = Data(json)
    decoder.userInfo[.axes] = try decoder.decode(Axes.self, from: data).axes
    self = try decoder.decode(Self.self, from: data)
  }
}

/// What a `results.json` says about its trained models; the rest of it is not looked at.
package struct StoredComparisons: Decodable {
  package var comparisons: [ModelComparison]?

  /// - Returns: `nil` for what is no `results.json`.
  package init?(json: [UInt8]) {
    let decoder = JSONDecoder()
    let data = Data(json)
    guard let axes = try? decoder.decode(Axes.self, from: data).axes else { return nil }
    decoder.userInfo[.axes] = axes
    guard let read = try? decoder.decode(Self.self, from: data) else { return nil }
    self = read
  }
}

/// What the points of rows are read by.
private struct Axes: Decodable {
  var axes: [String]
}

/// What a person wrote and typed.
package struct WrittenSpec: Codable, Hashable, Sendable {
  package var text: String?
  /// Repeats the experiment.
  package var command: String?

  package init(text: String?, command: String?) {
    self.text = text
    self.command = command
  }
}

/// What the numbers of a document were made with.
package struct Provenance: Codable, Hashable, Sendable {
  package var nslRunVersion: String
  /// Of the repository that the spec lies in, with `-dirty` where tracked files have changed; `nil`
  /// outside of one.
  package var gitRevision: String?
  package var environment: Environment
  /// Name of a dataset -> what names its content.
  package var datasetDigests: [String: String]
  /// Name of a model -> the implementations of its primitives, in the order of its graph.
  package var kernels: [String: [String]]
  /// What the command line changed of the spec, as it was given; `nil` where nothing.
  package var overrides: [String]?

  /// Whether the numbers are the same on every machine; `nil` of programs that did not say so.
  package var portable: Bool?

  /// The machine that the numbers were made on.
  package struct Environment: Codable, Hashable, Sendable {
    package var operatingSystem: String
    package var cpu: String
    package var instructionSet: String
    /// Of the library that older versions computed with; `nil` since there is none.
    package var oneDNNVersion: String?

    package init(
      operatingSystem: String, cpu: String, instructionSet: String, oneDNNVersion: String? = nil
    ) {
      self.operatingSystem = operatingSystem
      self.cpu = cpu
      self.instructionSet = instructionSet
      self.oneDNNVersion = oneDNNVersion
    }

    private enum CodingKeys: String, CodingKey {
      case cpu
      case operatingSystem = "operating_system"
      case instructionSet = "instruction_set"
      case oneDNNVersion = "onednn_version"
    }
  }

  package init(
    nslRunVersion: String, gitRevision: String?, environment: Environment,
    datasetDigests: [String: String], kernels: [String: [String]], overrides: [String]? = nil,
    portable: Bool? = nil
  ) {
    self.nslRunVersion = nslRunVersion
    self.gitRevision = gitRevision
    self.environment = environment
    self.datasetDigests = datasetDigests
    self.kernels = kernels
    self.overrides = overrides
    self.portable = portable
  }

  private enum CodingKeys: String, CodingKey {
    case environment, kernels, overrides, portable
    case nslRunVersion = "nsl_run_version"
    case gitRevision = "git_revision"
    case datasetDigests = "dataset_digests"
  }
}

/// How one stage ended, and why it did so.
package struct StageStatus: Codable, Hashable, Sendable {
  /// A person's words for the stage: `train base seed=1`.
  package var title: String
  /// The stage's key, in hexadecimal.
  package var key: String
  package var status: RowStatus
  /// Why, where `status` is not `ok`.
  package var reason: String?
  /// How often the run has begun it, where more than once.
  package var attempts: Int?

  package init(
    title: String, key: String, status: RowStatus, reason: String?, attempts: Int? = nil
  ) {
    self.title = title
    self.key = key
    self.status = status
    self.reason = reason
    self.attempts = attempts
  }
}
