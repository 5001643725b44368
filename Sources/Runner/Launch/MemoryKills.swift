internal import Files
package import SystemPackage

/// Counts processes that the system has killed because memory ran out.
///
/// Of the control group that this process and its workers belong to; where that has no such count, of
/// the whole machine.
///
/// - Source: cgroups(7), and `memory.events` and `memory.oom_control` in the kernel's documentation.
package struct MemoryKills: Sendable {
  /// Files with a line `oom_kill N`; the first that has one counts.
  private let files: [FilePath]

  package init(files: [FilePath]) { self.files = files }

  /// Those of this process.
  package static var own: MemoryKills {
    let groups = (try? FileSystem.readText("/proc/self/cgroup")) ?? ""
    return MemoryKills(files: files(of: groups) + ["/proc/vmstat"])
  }

  /// The files of the groups that `/proc/self/cgroup` lists.
  package static func files(of groups: String) -> [FilePath] {
    let root = FilePath("/sys/fs/cgroup")
    return groups.split(separator: "\n").flatMap { line -> [FilePath] in
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return [] }
      let group = FilePath(String(parts[2])).components
      if parts[0] == "0" { return [root.appending(group).appending("memory.events")] }
      guard parts[1].split(separator: ",").contains("memory") else { return [] }
      let folder = root.appending("memory")
      // A container may see its own group as the root.
      return [folder.appending(group), folder].map { $0.appending("memory.oom_control") }
    }
  }

  /// How many so far; `nil` where nobody counts.
  package var count: Int? {
    for file in files {
      let lines = ((try? FileSystem.readText(file)) ?? "").split(separator: "\n")
      guard let line = lines.first(where: { $0.hasPrefix("oom_kill ") }) else { continue }
      return Int(line.dropFirst("oom_kill ".count))
    }
    return nil
  }
}
