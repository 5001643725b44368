import FoundationEssentials
import Glibc
import Testing

/// What others have done to a results folder, or a worker's input: no data are lost, nothing traps,
/// and what went wrong is said.
@Suite struct `A results folder` {
  private func finished() async throws -> Sandbox {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    let ending = try await sandbox.run("tiny.yaml", "--quiet")
    try #require(ending.status == 0, "\(ending)")
    return sandbox
  }

  private func runs(_ sandbox: Sandbox) throws -> [String] {
    try FileManager.default.contentsOfDirectory(
      atPath: sandbox.path("results/tiny/runs")
    ).sorted().map { "results/tiny/runs/\($0)" }
  }

  /// The entry of the store that holds the first training's weights.
  private func training(_ sandbox: Sandbox) throws -> String {
    let weights = sandbox.files(below: "results/.store").filter {
      $0.hasSuffix("model.safetensors")
    }
    for path in weights {
      let entry = "results/.store/" + path.dropLast("/model.safetensors".count)
      if try sandbox.read(entry + "/log.txt").hasPrefix("train base seed=0") { return entry }
    }
    throw NotThere()
  }

  private struct NotThere: Error {}

  @Test func `from someone else cannot have other files removed`() async throws {
    let sandbox = try await finished()
    try sandbox.write("precious", to: "victim/v.txt")
    let run = try runs(sandbox)[0]
    let list = try sandbox.read(run + "/.nsl-run.json")
    let forged = ["../../../../victim/v.txt", sandbox.path("victim/v.txt")].map {
      #""\#($0)":{"modified":1,"origin":"x","size":8},"#
    }
    try sandbox.write("{" + forged.joined() + list.dropFirst(), to: run + "/.nsl-run.json")
    let ending = try await sandbox.run("tiny.yaml", "--quiet")
    #expect(ending.status == 0, "\(ending)")
    #expect(try sandbox.read("victim/v.txt") == "precious")
  }

  @Test func `keeps files of the user's in runs that leave the plan`() async throws {
    let sandbox = try await finished()
    for run in try runs(sandbox) {
      try sandbox.write("mine", to: run + "/notes.txt")
      try sandbox.write("mine", to: run + "/my/a")
    }
    let before = try runs(sandbox)
    let ending = try await sandbox.run("tiny.yaml", "seeds=[5]", "--quiet")
    #expect(ending.status == 0, "\(ending)")
    for run in before {
      #expect(try sandbox.read(run + "/notes.txt") == "mine")
      #expect(
        sandbox.files(below: run) == ["my", "my/a", "notes.txt"], "what is ours is gone")
    }
  }

  @Test(arguments: ["longer", "dangling", "pipe", "immutable"])
  func `whose damaged training cannot be done again ends with 1 and says so`(
    damage: String
  ) async throws {
    let sandbox = try await finished()
    let entry = try training(sandbox)
    let table = try sandbox.read("results/tiny/results.csv")
    let before = sandbox.files(below: "results/tiny")
    switch damage {
    case "longer", "immutable":
      try sandbox.write(
        try sandbox.read(entry + "/training.json") + "x", to: entry + "/training.json")
      if damage == "immutable" {
        let script = try await sandbox.shell("chattr +i \(entry)/training.json")
        if script.status != 0 { return }
      }
    case "dangling":
      try FileManager.default.removeItem(atPath: sandbox.path(entry))
      try FileManager.default.createSymbolicLink(
        atPath: sandbox.path(entry), withDestinationPath: "nowhere")
    default:
      let file = sandbox.path(entry + "/stage.json")
      try FileManager.default.removeItem(atPath: file)
      #expect(mkfifo(file, 0o600) == 0)
    }
    let ending = try await sandbox.run("tiny.yaml", "--timeout", "0.001")
    #expect(ending.status == 1, "\(ending)")
    #expect(ending.error.contains("'train base seed=0' is damaged: it runs again"), "\(ending)")
    #expect(ending.error.contains("\n1 stage failed:\n"), "\(ending)")
    #expect(
      ending.error.contains("  train base seed=0: timed-out, not finished within"), "\(ending)")
    #expect(
      ending.error.contains("  1 model no longer stored: runs/ is unchanged"), "\(ending)"
    )
    // What was measured is stored, and stays what it is.
    #expect(try sandbox.read("results/tiny/results.csv") == table)
    let json = try sandbox.read("results/tiny/results.json")
    #expect(json.contains("\"timed-out\""))
    let log = try sandbox.read(try runs(sandbox)[0] + "/models/base/train.log")
    #expect(log.contains("timed-out: not finished within"), "\(log)")
    // The copy in runs/ may be the last one.
    let weights = try runs(sandbox)[0] + "/models/base/model.safetensors"
    #expect(sandbox.exists(weights) && sandbox.files(below: "results/tiny") == before)

    let again = try await sandbox.run("tiny.yaml")
    #expect(again.status == 0, "\(again)")
    #expect(again.error.contains("1 run and 11 stored already"), "\(again)")
    #expect(sandbox.files(below: "results/tiny") == before)
    if damage == "immutable" {
      _ = try await sandbox.shell("chattr -R -i results/.store")
    }
  }

  @Test(arguments: ["stage.json", "log.txt", "model.safetensors", "training.json"])
  func `with a changed byte in the store does that stage again, whatever the file's time says`(
    name: String
  ) async throws {
    let sandbox = try await finished()
    let table = try sandbox.read("results/tiny/results.csv")
    let entry = try training(sandbox)
    // Until everything is as the last run left it.
    let calm = try await sandbox.run("tiny.yaml")
    try #require(calm.error.contains("12 stages, all stored already"), "\(calm)")
    let script = """
      touch -r \(entry)/\(name) time
      chmod u+w \(entry)/\(name)
      printf '\\001' | dd of=\(entry)/\(name) bs=1 seek=100 conv=notrunc
      touch -r time \(entry)/\(name)
      """
    let damage = try await sandbox.shell(script)
    try #require(damage.status == 0, "\(damage)")
    let ending = try await sandbox.run("tiny.yaml")
    #expect(ending.status == 0, "\(ending)")
    #expect(ending.error.contains("'train base seed=0' is damaged: it runs again"), "\(ending)")
    #expect(ending.error.contains("1 run and 11 stored already"), "\(ending)")
    #expect(try sandbox.read("results/tiny/results.csv") == table)
    let verified = try await sandbox.run("store", "--verify")
    #expect(verified.status == 0, "\(verified)")
  }

  @Test func `with an impossible number in the store does that stage again`() async throws {
    let sandbox = try await finished()
    let table = try sandbox.read("results/tiny/results.csv")
    // The checksum is made to fit.
    let script = """
      cd results/.store
      for entry in ??/*; do
        [ -f $entry/evaluation.json ] || continue
        sed -i 's/"correct" : [0-9]*/"correct" : 1000000000/' $entry/evaluation.json
        size=$(wc -c < $entry/evaluation.json)
        sum=$(sha256sum < $entry/evaluation.json | cut -d ' ' -f 1)
        fit='n;s/: "[0-9a-f]*"/: "'$sum'"/;n;s/: [0-9]*/: '$size/
        sed -i "/evaluation.json/{$fit}" $entry/stage.json
      done
      """
    let forged = try await sandbox.shell(script)
    try #require(forged.status == 0, "\(forged)")
    let ending = try await sandbox.run("tiny.yaml")
    #expect(ending.status == 0, "\(ending)")
    #expect(ending.error.contains("1000000000 of 100 examples correct"), "\(ending) \(forged)")
    #expect(ending.error.contains("8 run and 4 stored already"), "\(ending)")
    #expect(try sandbox.read("results/tiny/results.csv") == table)
  }

  @Test func `whose store is a file gets a new store`() async throws {
    let sandbox = try await finished()
    let table = try sandbox.read("results/tiny/results.csv")
    try FileManager.default.removeItem(atPath: sandbox.path("results/.store"))
    try sandbox.write("mine", to: "results/.store")
    let ending = try await sandbox.run("tiny.yaml", "--quiet")
    #expect(ending.status == 0, "\(ending)")
    #expect(
      ending.error
        == "warning: results/.store was in the way and has been moved to results/.store.moved-1\n",
      "\(ending)"
    )
    #expect(try sandbox.read("results/.store.moved-1") == "mine")
    #expect(try sandbox.read("results/tiny/results.csv") == table)
  }

  @Test func `in which a log is a link or a pipe does not write there`() async throws {
    let sandbox = try await finished()
    let key = try training(sandbox).split(separator: "/").last.map(String.init) ?? ""
    try sandbox.write("precious", to: "victim.txt")
    let log = sandbox.path("results/.store/logs/\(key).log")
    for damage in ["link", "pipe"] {
      try? FileManager.default.removeItem(atPath: sandbox.path(try training(sandbox)))
      try? FileManager.default.removeItem(atPath: log)
      if damage == "link" {
        try FileManager.default.createSymbolicLink(
          atPath: log, withDestinationPath: sandbox.path("victim.txt"))
      } else {
        #expect(mkfifo(log, 0o600) == 0)
      }
      let ending = try await sandbox.run("tiny.yaml", "--quiet")
      #expect(ending.status == 0, "\(ending)")
    }
    #expect(try sandbox.read("victim.txt") == "precious")
  }
}

@Suite struct `The worker` {
  @Test(arguments: [
    ("", "no request on standard input"), ("{\"stage\": 1}", "stage: of another type"),
    ("nonsense", "cannot be read: not JSON"),
  ])
  func `says what is wrong with its request`(request: String, words: String) async throws {
    let sandbox = try Sandbox()
    try sandbox.write(request, to: "request.json")
    let ending = try await sandbox.shell("nsl-run worker < request.json")
    #expect(ending.status == 2, "\(ending)")
    #expect(ending.error.contains(words), "\(ending)")
  }

  @Test func `refuses a request that was changed`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write(Sandbox.tinySpec, to: "tiny.yaml")
    // It is a file where its stage has failed.
    let ending = try await sandbox.run(
      "tiny.yaml", "epochs=100", "--jobs", "1", "--retries", "0",
      watching: { process in
        guard let worker = Processes.workers(of: process).first else { return false }
        kill(worker, SIGKILL)
        return true
      })
    #expect(ending.status == 1, "\(ending)")
    let files = sandbox.files(below: "results/.store/logs")
    let name = try #require(files.first { $0.hasSuffix(".request.json") }, "\(files)")
    let request = try sandbox.read("results/.store/logs/\(name)")
    // As it is, it can be done by hand.
    try sandbox.write(request, to: "request.json")
    let byHand = try await sandbox.shell("nsl-run worker < request.json")
    #expect(byHand.status == 0, "\(byHand)")
    #expect(byHand.error.contains("stored after "), "\(byHand)")
    let changes = [
      ("\"batchSize\":32", "\"batchSize\":0", "batch_size is 0"),
      ("\"epochs\":100", "\"epochs\":-1", "epochs is -1"),
      ("\"epochs\":100", "\"epochs\":2", "its key is not that of its settings"),
    ]
    for (old, new, words) in changes {
      try #require(request.contains(old), "\(request)")
      try sandbox.write(request.replacing(old, with: new), to: "request.json")
      let ending = try await sandbox.shell("nsl-run worker < request.json")
      #expect(ending.status == 2, "\(ending)")
      #expect(ending.error.contains("the request on standard input is impossible: \(words)"))
    }
  }
}
