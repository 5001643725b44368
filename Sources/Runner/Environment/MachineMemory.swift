internal import Files
internal import Glibc
internal import Results
internal import Settings
internal import SystemPackage

/// How much memory there is for this process and its workers.
package enum MachineMemory {
  /// In bytes: the machine's, or less where a container or a limit of addresses allows less; `nil`
  /// where it is not known.
  package static var total: Int? {
    var limit = rlimit()
    let addresses =
      getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0
        && limit.rlim_cur < rlim_t(Int.max) ? Int(limit.rlim_cur) : nil
    let pages = Int(sysconf(Int32(_SC_PHYS_PAGES)))
    let machine = pages > 0 ? pages * Int(sysconf(Int32(_SC_PAGESIZE))) : nil
    return [addresses, machine, groupLimit].compactMap { $0 }.min()
  }

  /// What stages may need that run together, in bytes; the rest is what workers keep from stage to
  /// stage. `nil` where it is not known.
  package static func forStages(jobs: Int) -> Int? {
    total.map { max($0 - 2 * WorkerMemory.standardLimit.timesAtMost(jobs), $0 / 2) }
  }

  /// Of the control group, as containers have it.
  private static var groupLimit: Int? {
    let text = try? FileSystem.readText("/sys/fs/cgroup/memory.max")
    return text.flatMap { Int($0.filter { !$0.isWhitespace }) }
  }

  /// `621 GB`, to three digits.
  static func words(_ bytes: Int) -> String {
    for (unit, size) in [("TB", 1e12), ("GB", 1e9)] where Double(bytes) >= size {
      return "\(NumberText.significant(Double(bytes) / size, digits: 3)) \(unit)"
    }
    return "\(max(1, bytes / 1_000_000)) MB"
  }

  /// Why a stage cannot be done here; `nil` where it may be possible.
  ///
  /// - Parameter available: In bytes; `nil` where it is not known.
  static func refusal(needed: Int, parameters: Int, available: Int?) -> String? {
    guard let available, needed > available else { return nil }
    return "needs at least \(words(needed)) of memory (\(NumberText.grouped(parameters)) "
      + "parameters); there are \(words(available))"
  }
}
