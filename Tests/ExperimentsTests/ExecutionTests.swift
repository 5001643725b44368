import Experiments
import Settings
import Testing
import YAML

@Suite struct `What a stage may cost` {
  @Test func `is one retry, and any time, where nothing is said`() throws {
    #expect(try digitsSpec("").execution == ExecutionSettings())
    #expect(ExecutionSettings().retries == 1 && ExecutionSettings().timeout == nil)
  }

  @Test(arguments: [
    ("90", 90), ("1.5", 1.5), ("90s", 90), ("10m", 600), ("1h30m", 5400), ("2d", 172_800),
    ("\"5 min\"", 300), ("1ms", 0.001),
  ])
  func `is what the spec and the command line say`(text: String, seconds: Double) throws {
    let spec = try digitsSpec("retries: 3\ntimeout: \(text)\n")
    #expect(spec.execution.retries == 3)
    #expect(spec.execution.timeout?.seconds == seconds)
    let changed = try digitsSpec("retries: 3\n", overrides: ["retries=0", "timeout=\(text)"])
    #expect(changed.execution.retries == 0 && changed.execution.timeout?.seconds == seconds)
  }

  @Test func `changes no key and no resolved spec`() throws {
    let (plain, other) = (
      digitsPlan(try digitsSpec("")), digitsPlan(try digitsSpec("retries: 7\ntimeout: 1h\n"))
    )
    #expect(Array(plain.stages) == Array(other.stages))
    #expect(plain.runs.map(\.name) == other.runs.map(\.name))
    #expect(plain.runs.map(\.resolvedSpec) == other.runs.map(\.resolvedSpec))
  }

  @Test(arguments: [
    ("retries: -1", "`retries` must be an integer >= 0 and <= 100, found the integer -1"),
    ("retries: 101", "`retries` must be at most 100"), ("retries: many", "`retries` must be"),
    ("retries: 1.5", "`retries` must be"),
    ("timeout: soon", "`timeout` must be seconds above 0, or a time such as 90s, 10m or 1h30m"),
    ("timeout: 0", "`timeout` must be seconds above 0"), ("timeout: -5m", "`timeout` must be"),
    ("timeout: [10m]", "`timeout` must be"), ("timeout: 40y", "`timeout` must be"),
    ("timeouts: 10m", "unknown key `timeouts`"),
    ("sweep: { grid: { retries: [0, 1] } }", "`retries` cannot be swept"),
    ("sweep: { grid: { timeout: [1m, 2m] } }", "`timeout` cannot be swept"),
    ("models: { base: { retries: 2 } }", "unknown key `retries`"),
  ])
  func `cannot be anything`(text: String, message: String) throws {
    let error = try #require(throws: DiagnosticsError.self) { try digitsSpec(text + "\n") }
    #expect("\(error)".contains(message), "\(error)")
  }
}
