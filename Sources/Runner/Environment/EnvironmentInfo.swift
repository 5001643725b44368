internal import Engine
internal import Files
internal import Glibc
package import Results
internal import SystemPackage

/// The machine, as far as it matters to speed.
package struct EnvironmentInfo: Hashable, Sendable {
  /// `Debian GNU/Linux 12 (bookworm), Linux 6.1.0 x86_64`.
  package var operatingSystem: String
  package var cpu: String
  /// Processors that this process may use.
  package var cores: Int
  /// What the kernels use of the processor: `avx512`.
  package var instructionSet: String

  /// On which machines results are the same, in words.
  package static let promise = "portable: the same bytes on every machine with AVX2 and FMA"

  package static var current: EnvironmentInfo {
    EnvironmentInfo(
      operatingSystem: operatingSystemName, cpu: cpuName, cores: availableCores,
      instructionSet: EngineInformation.current.instructionSet.rawValue)
  }

  /// What results and stored stages say about where they were made.
  package var provenance: Provenance.Environment {
    Provenance.Environment(
      operatingSystem: operatingSystem, cpu: cpu, instructionSet: instructionSet)
  }

  /// Processors that this process may use: less than the machine has, where it is confined.
  package static var availableCores: Int {
    let lines = ((try? FileSystem.readText("/proc/self/status")) ?? "").split(separator: "\n")
    let mask = lines.first { $0.hasPrefix("Cpus_allowed:") }?.dropFirst("Cpus_allowed:".count)
    let allowed = (mask ?? "").reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
    return max(1, allowed > 0 ? allowed : sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  }

  private static var cpuName: String {
    let lines = ((try? FileSystem.readText("/proc/cpuinfo")) ?? "").split(separator: "\n")
    let line =
      lines.first { $0.hasPrefix("model name") } ?? lines.first { $0.hasPrefix("CPU part") }
    guard let line, let colon = line.firstIndex(of: ":") else { return "unknown" }
    return String(line[line.index(after: colon)...].drop { $0 == " " })
  }

  private static var operatingSystemName: String {
    let lines = ((try? FileSystem.readText("/etc/os-release")) ?? "").split(separator: "\n")
    let name = lines.first { $0.hasPrefix("PRETTY_NAME=") }?
      .dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" }
    var system = utsname()
    uname(&system)
    let kernel = "\(text(system.sysname)) \(text(system.release)) \(text(system.machine))"
    return name.map { "\($0), \(kernel)" } ?? kernel
  }

  /// The text in one of `utsname`'s arrays, which Swift sees as tuples.
  private static func text<Characters>(_ characters: Characters) -> String {
    withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
