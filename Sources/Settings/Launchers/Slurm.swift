/// Stages are jobs of a Slurm cluster. What is not said here, the cluster's own defaults say.
///
/// - Source: sbatch(1) of Slurm 22.05.
package struct Slurm: WordSettings {
  package var partition: String?
  package var time: String?
  package var cpusPerTask = 1
  package var mem: String?
  package var arrayParallelism: Int?
  package var setup: [String] = []
  package var extra: [String] = []

  package init() {}

  package static let word = "slurm"
  package static let summary = "job arrays of a Slurm cluster"
  package static let fields: [Field<Slurm>] = [
    Field(
      \.partition, "partition", .option("a name without spaces", isPlain),
      "the partition that jobs run in", default: "the cluster's", rule: .never),
    Field(
      \.time, "time", .option("a time as Slurm writes it", isTime, "02:00:00"),
      "time limit of a job: minutes, or `hours:minutes:seconds`, or `days-hours`",
      default: "the partition's", rule: .never),
    Field(
      \.cpusPerTask, "cpus_per_task", .integer(1...1024),
      "processors of a job, which runs as many stages at once", rule: .never),
    Field(
      \.mem, "mem", .option("a number of megabytes, or one with K, M, G or T", isMemory, "4G"),
      "memory of a job: `4G`, or a number of megabytes", default: "the partition's", rule: .never),
    Field(
      \.arrayParallelism, "array_parallelism", .integer(1...),
      "jobs of an array that run at once", default: "as many as the cluster allows", rule: .never),
    Field(
      \.setup, "setup", .list(of: .text),
      "shell lines before the work of a job, such as `module load`", rule: .never),
    Field(
      \.extra, "extra", .list(of: .text), "more options of `sbatch`: `--account=my-project`",
      rule: .never),
  ]

  package mutating func complete(_ reader: any SettingsReader) {
    for (item, option) in extra.enumerated() {
      let name = String(option.prefix { $0 != "=" && $0 != " " })
      if !option.hasPrefix("-") || option.contains(where: \.isNewline) {
        reader.report(
          .wrongType, "`extra` must list options of `sbatch`, found `\(name)`", at: "extra",
          suggestion: option.hasPrefix("-") ? "one option is one item" : "write `--\(option)`")
      } else if let instead = Self.ownOptions[name] {
        reader.report(
          .conflict, "`\(name)` cannot be set in `extra` (item \(item)): \(instead)", at: "extra",
          suggestion: nil)
      }
    }
  }

  /// Options that the launcher sets itself, with the reason why nobody else may.
  private static let ownOptions: [String: String] = {
    let jobs = "jobs are found again by it"
    func key(_ name: String) -> String { "it is the key `\(name)`" }
    return [
      "--job-name": jobs, "-J": jobs, "--array": "nsl-run makes the arrays",
      "-a": "nsl-run makes the arrays", "--dependency": "nsl-run puts trainings first",
      "-d": "nsl-run puts trainings first", "--output": "logs are kept with the results",
      "-o": "logs are kept with the results", "--error": "logs are kept with the results",
      "-e": "logs are kept with the results", "--parsable": "it is set already",
      "--wrap": "the script is nsl-run's", "--wait": "`--detach` says whether to wait",
      "-W": "`--detach` says whether to wait", "--partition": key("partition"),
      "-p": key("partition"), "--time": key("time"), "-t": key("time"), "--mem": key("mem"),
      "--cpus-per-task": key("cpus_per_task"), "-c": key("cpus_per_task"),
    ]
  }()

  private static func isPlain(_ text: String) -> Bool {
    text.allSatisfy { character in
      character.isASCII
        && (character.isLetter || character.isNumber || "_-.,+:@".contains(character))
    }
  }

  /// `M`, `M:S`, `H:M:S`, `D-H`, `D-H:M`, `D-H:M:S`.
  private static func isTime(_ text: String) -> Bool { seconds(of: text) != nil }

  private static func isMemory(_ text: String) -> Bool {
    let digits = "KMGT".contains(text.last ?? " ") ? text.dropLast() : text[...]
    return Int(digits).map { $0 > 0 } == true && digits.allSatisfy(\.isNumber)
  }

  /// A time limit in seconds; `nil` for what is none.
  package static func seconds(of text: String) -> Int? {
    let halves = text.split(separator: "-", omittingEmptySubsequences: false)
    guard halves.count <= 2, let clock = halves.last else { return nil }
    let numbers = clock.split(separator: ":", omittingEmptySubsequences: false).map { part in
      part.count <= 6 && part.allSatisfy(\.isNumber) ? Int(part) : nil
    }
    let parts = numbers.compactMap(\.self)
    guard parts.count == numbers.count, (1...3).contains(parts.count) else { return nil }
    if halves.count == 2 {
      guard halves[0].count <= 6, let days = Int(halves[0]), days >= 0 else { return nil }
      let rest = parts + [0, 0]
      return ((days * 24 + rest[0]) * 60 + rest[1]) * 60 + rest[2]
    }
    let seconds =
      switch parts.count {
      case 1: parts[0] * 60
      case 2: parts[0] * 60 + parts[1]
      default: (parts[0] * 60 + parts[1]) * 60 + parts[2]
      }
    return seconds > 0 ? seconds : nil
  }
}

extension SettingType where Value == String {
  /// What an option of `sbatch` takes: a word or a number, as it is written.
  ///
  /// - Parameters:
  ///   - what: What it must be, in words.
  ///   - example: A value to suggest.
  fileprivate static func option(
    _ what: String, _ isRight: @escaping @Sendable (String) -> Bool, _ example: String? = nil
  ) -> Self {
    let schema = ValueSchema.either([.text, .integer(1...Int.max)])
    return Self(
      schema, encode: { text in Int(text).map { .integer($0) } ?? .text(text) }, isValid: isRight
    ) { source in
      guard let text = source.word else {
        source.mismatch(schema)
        return nil
      }
      if isRight(text) { return text }
      source.report(
        .wrongType, "must be \(what), found `\(text)`",
        suggestion: example.map { "write `\($0)`" })
      return nil
    }
  }
}
