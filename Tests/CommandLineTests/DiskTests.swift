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

  @Test(arguments: [16, 48, 96, 192, 384])
  func `that is full leaves no half-written file`(kilobytes: Int) async throws {
    let (_, ending) = try await run(mount: "size=\(kilobytes)k")
    #expect(ending.status == 1, "\(ending)")
    #expect(ending.error.contains("No space left on device"), "\(ending)")
    let files = ending.output.split(separator: "\n").filter { $0.hasPrefix("results/") }
    #expect(!files.contains { $0.contains(".tmp") || $0.contains(".temporary") }, "\(ending)")
  }
}
