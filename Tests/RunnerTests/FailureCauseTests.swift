import Files
import Runner
import SystemPackage
import TestSupport
import Testing

@Suite struct `Why a stage has failed` {
  @Test func `is told by the system's error`() {
    func cause(_ errno: Errno) -> FailureCause? { FailureCause(FileError(.write, "x", errno)) }
    #expect(cause(.noSpace) == .diskFull)
    #expect(cause(.diskQuotaExceeded) == .diskFull)
    #expect(cause(.noMemory) == .outOfMemory)
    #expect(cause(.ioError) == nil)
    #expect(FailureCause(Errno.noSpace) == .diskFull)
    #expect(FailureCause(WorkerError("out of memory")) == nil)
  }

  @Test func `for lack of memory is counted by the process's own control group`() {
    let second = MemoryKills.files(of: "0::/user.slice/job 1\n")
    #expect(second == ["/sys/fs/cgroup/user.slice/job 1/memory.events"])
    let first = MemoryKills.files(
      of: "9:name=systemd:/\n4:cpu,memory:/slurm/job_5\n1:cpuset:/slurm\n")
    #expect(
      first == [
        "/sys/fs/cgroup/memory/slurm/job_5/memory.oom_control",
        "/sys/fs/cgroup/memory/memory.oom_control",
      ])
    #expect(MemoryKills.files(of: "nonsense\n0:\n").isEmpty)
    #expect(MemoryKills(files: ["/nowhere"]).count == nil)
  }

  @Test func `where the disk is full, it is said where, and how to go on`() throws {
    let reason = "cannot write results/.store/ab/cd/model.safetensors: No space left on device"
    let space = DiskSpace(folder: "/scratch", free: 12 << 10, total: 3 << 30)
    var noFiles = space
    noFiles.freeFiles = 0
    let stored = DiskFull.Stored(5, of: 12)
    let texts = [
      DiskFull(reason: reason, space: space, stored: stored),
      DiskFull(reason: reason, space: noFiles, stored: stored),
      DiskFull(reason: reason, space: nil), DiskFull(reason: reason, space: space),
    ].map { "\($0.message)\n    \($0.suggestion)\n" }
    try expectSnapshot(texts.joined(separator: "---\n"), named: "disk-full.txt")
  }
}
