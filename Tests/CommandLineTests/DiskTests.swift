import Testing

/// These need the right to mount a file system in a namespace of their own; where a system does
/// not give it, they are skipped.
@Suite(
  .enabled(
    "needs `unshare --mount`, as root or with user namespaces",
    {
      try await Sandbox().shell("unshare -rm sh -c 'mount -t tmpfs tmpfs /mnt'").status == 0
    }))
struct `A disk` {
  private func run(mount options: String) async throws -> (Sandbox, Sandbox.Ending) {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    // What is left on the disk is listed while it is there.
    let script = """
      mkdir results
      unshare -rm sh -c '
        mount -t tmpfs -o \(options) tmpfs results
        status=0
        nsl-run tiny.yaml --jobs 2 || status=$?
        find results -type f -not -path "*/.store/logs/*" | sort
        exit $status'
      """
    return (sandbox, try await sandbox.shell(script))
  }

  @Test func `that is read-only is a clear error`() async throws {
    let (_, ending) = try await run(mount: "ro")
    #expect(ending.status == 1)
    #expect(
      ending.error == "error: cannot create folder results/.store: Read-only file system\n",
      "\(ending)")
    #expect(ending.output.isEmpty)
  }

  @Test func `that gets full in the middle of a sweep stops it, and loses nothing`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    let script = """
      nsl-run tiny.yaml --quiet --results-dir whole > /dev/null
      mkdir results
      unshare -rm sh -euc '
        mount -t tmpfs -o size=$(($(du -sk whole/.store | cut -f 1) / 2))k tmpfs results
        status=0
        nsl-run tiny.yaml --jobs 2 > full.out 2> full.txt || status=$?
        mount -o remount,size=64m results
        nsl-run tiny.yaml --jobs 2 > /dev/null 2> again.txt
        cp results/tiny/*.csv .
        exit $status'
      """
    let ending = try await sandbox.shell(script)
    #expect(ending.status == 1, "\(ending)")
    let full = try sandbox.read("full.txt")
    let parts = full.split(separator: "error: the disk is full: ")
    #expect(parts.count == 2 || full.hasPrefix("error: ") && parts.count == 1, "\(full)")
    #expect(full.contains("No space left on device\n  \(sandbox.path("results")) has "), "\(full)")
    let stored = try #require(
      full.firstMatch(of: /nothing that is stored is lost: (\d+) of 12 stages\n/), "\(full)")
    #expect((1..<12).contains(Int(stored.1) ?? 0), "\(full)")
    let again = try sandbox.read("again.txt")
    #expect(again.contains("12 stages, \(stored.1) stored already"), "\(again)")
    #expect(try await sandbox.read("results.csv") == Sandbox.tinyResults.value)
    #expect(try sandbox.read("summary.csv") == sandbox.read("whole/tiny/summary.csv"))
  }

  @Test(arguments: [16, 48, 96, 192, 384])
  func `that is full leaves no half-written file`(kilobytes: Int) async throws {
    let (_, ending) = try await run(mount: "size=\(kilobytes)k")
    #expect(ending.status == 1, "\(ending)")
    #expect(ending.error.contains("No space left on device"), "\(ending)")
    let files = ending.output.split(separator: "\n").filter { $0.hasPrefix("results/") }
    #expect(!files.contains { $0.contains(".tmp") || $0.contains(".temporary") }, "\(ending)")
  }
}
