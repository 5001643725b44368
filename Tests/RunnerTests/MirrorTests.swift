import Experiments
import Settings
import Files
import FoundationEssentials
import Glibc
import Results
import Runner
import SystemPackage
import TestSupport
import Testing

/// What `runs/` is made to hold by others than us.
@Suite("The folder of a run")
struct MirrorTests {
  private let provenance = Provenance(
    nslRunVersion: "0", gitRevision: nil, environment: machine, datasetDigests: [:], kernels: [:])

  /// Writes the folder of a plan, all of whose stages are stored.
  @discardableResult
  private func write(
    _ plan: Plan, in folder: FilePath, onMove: @escaping (FilePath, FilePath) -> Void = { _, _ in }
  ) throws -> FilePath {
    let store = ContentStore(folder.appending(".store"))
    try store.open()
    var results: [StageKey: StageResult] = [:]
    for stage in plan.stages {
      // As a run does: what is shared with runs/ may have been changed there.
      try store.removeIfDamaged(stage.key, .contents)
      try store.commitCanned(stage, hasImages: true)
      results[stage.key] = StageResult(
        try #require(store.entry(stage.key).manifest), isCached: true)
    }
    let experiment = ExperimentFolder(plan.experiment, in: folder)
    try FileSystem.createFolders(experiment.path)
    try experiment.write(
      try Runner.Collection(plan: plan, results: results, store: store, classNames: nil),
      provenance: provenance,
      onMove: onMove)
    return experiment.path.appending("runs")
  }

  private func onePlan() throws -> Plan { try smallPlan(seeds: "[1]", steps: "[0.1]") }

  /// Adds entries to a run's list.
  private func list(_ names: [String], in run: FilePath) throws {
    let path = run.appending(".nsl-run.json")
    let entries = names.map { #""\#($0)":{"origin":"x","size":8,"modified":1,"changed":1},"# }
    let json = try text(path)
    try RunnerTests.write("{" + entries.joined() + json.dropFirst(), to: path)
  }

  @Test(arguments: [
    "../../../../victim/v.txt", "../../../victim", "models/../../../../../victim/v.txt",
    "images/../../notes.txt", "link/v.txt", "models/link/train.log", "notes.txt", "my/a", "..", ".",
    "", "/", "models//train.log", "models/base", "images/a\\u0000.png",
  ])
  func `loses nothing that its list cannot rightly name`(name: String) throws {
    try withTemporaryFolder { outer in
      let folder = outer.appending("results")
      try FileSystem.createFolders(folder)
      try FileSystem.createFolders(outer.appending("victim"))
      let kept = ["victim/v.txt", "victim/train.log"]
      for file in kept { try AtomicFile.write("precious", to: outer.appending(file)) }
      let plan = try onePlan()
      let run = try write(plan, in: folder).appending(plan.runs[0].name)
      try AtomicFile.write("mine", to: run.removingLastComponent().appending("notes.txt"))
      try AtomicFile.write("mine", to: run.appending("notes.txt"))
      try FileSystem.createFolders(run.appending("my"))
      try AtomicFile.write("mine", to: run.appending("my/a"))
      #expect(symlink("../../../../victim", run.appending("link").string) == 0)
      #expect(symlink("../../../../../victim", run.appending("models/link").string) == 0)
      let before = try files(below: outer).filter { !$0.contains(".store") }
      try list([name, outer.appending("victim/v.txt").string], in: run)
      try write(plan, in: folder)
      #expect(try files(below: outer).filter { !$0.contains(".store") } == before)
      // Nor when the run leaves the plan.
      try list([name, outer.appending("victim/v.txt").string], in: run)
      try write(try smallPlan(seeds: "[2]", steps: "[0.1]"), in: folder)
      for file in kept { #expect(try text(outer.appending(file)) == "precious") }
      #expect(try text(run.appending("notes.txt")) == "mine")
      #expect(try text(run.appending("my/a")) == "mine")
      #expect(try text(run.removingLastComponent().appending("notes.txt")) == "mine")
    }
  }

  @Test func `keeps the files of others when its run leaves the plan`() throws {
    try withTemporaryFolder { folder in
      let plan = try smallPlan(seeds: "[1, 2, 3]", steps: "[0.1]")
      let runs = try write(plan, in: folder)
      let (mine, empty) = (runs.appending(plan.runs[1].name), runs.appending(plan.runs[2].name))
      try AtomicFile.write("x", to: mine.appending("notes.txt"))
      try FileSystem.createFolders(mine.appending("models/base/my"))
      try AtomicFile.write("x", to: mine.appending("models/base/my/a"))
      try write(try onePlan(), in: folder)
      #expect(try files(below: mine) == ["models/base/my/a", "notes.txt"])
      // What holds nothing else is gone whole.
      #expect(try FileSystem.information(empty) == nil)
      #expect(try FileSystem.list(runs).count == 2)
    }
  }

  @Test func `is not what a link leads to`() throws {
    try withTemporaryFolder { folder in
      let plan = try onePlan()
      let name = plan.runs[0].name
      let run = try write(plan, in: folder).appending(name)
      let elsewhere = folder.appending("elsewhere")
      // What lies elsewhere looks like a run that has left the plan, and like one of its folders.
      #expect(rename(run.string, elsewhere.string) == 0)
      let stale = run.removingLastComponent().appending("007-0123abcd")
      #expect(symlink("../../elsewhere", run.string) == 0)
      #expect(symlink("../../elsewhere", stale.string) == 0)
      let before = try files(below: elsewhere)
      var moved: [FilePath] = []
      try write(plan, in: folder) { moved.append($1) }
      #expect(moved == [run.removingLastComponent().appending(name + ".moved-1")])
      #expect(try files(below: elsewhere) == before)
      #expect(try FileSystem.information(run, followingLinks: false)?.isLink == false)

      try FileSystem.removeTree(run.appending("models"))
      #expect(symlink("../../../elsewhere", run.appending("models").string) == 0)
      try write(plan, in: folder) { moved.append($1) }
      #expect(moved.last == run.appending("models.moved-1"))
      #expect(try files(below: elsewhere) == before)
      #expect(try files(below: run).contains("models/base/train.log"))
    }
  }

  @Test func `takes no list that is a pipe, a folder or not ours`() throws {
    try withTemporaryFolder { folder in
      let plan = try onePlan()
      let run = try write(plan, in: folder).appending(plan.runs[0].name)
      let list = run.appending(".nsl-run.json")
      let before = try bytes(list).count
      for damage in ["pipe", "folder", "link", "garbage", "list"] {
        try FileSystem.removeTree(list)
        switch damage {
        case "pipe": #expect(mkfifo(list.string, 0o600) == 0)
        case "folder": try FileSystem.createFolders(list)
        case "link": #expect(symlink("spec.yaml", list.string) == 0)
        case "garbage": try RunnerTests.write("{\"", to: list)
        default: try RunnerTests.write("[1]", to: list)
        }
        try write(plan, in: folder)
        #expect(try bytes(list).count == before, "\(damage)")
        #expect(try text(run.appending("spec.yaml")) == plan.runs[0].resolvedSpec)
      }
    }
  }

  @Test func `has no pictures of images that are neither grey nor coloured`() throws {
    try withTemporaryFolder { folder in
      for (channels, isDrawn) in [(2, false), (3, true)] {
        let plan = try smallPlan(seeds: "[1]", steps: "[0.1]", channels: channels)
        let run = try write(plan, in: folder).appending(plan.runs[0].name)
        #expect(try files(below: run).contains("images/fgsm-0.2-from-base.png") == isDrawn)
      }
    }
  }

  @Test func `is cleared of what processes that died have left`() throws {
    try withTemporaryFolder { folder in
      let plan = try smallPlan(seeds: "[1, 2]", steps: "[0.1]")
      let runs = try write(plan, in: folder)
      let left = [".tmp-0123456789abcdef", "models/base/.tmp-1f", "images/.tmp-a"]
      for run in plan.runs {
        for name in left {
          try AtomicFile.write(
            "x", to: runs.appending(run.name).appending(FilePath(name).components))
        }
      }
      try AtomicFile.write("x", to: runs.removingLastComponent().appending(".tmp-77"))
      let mine = runs.appending(plan.runs[0].name).appending(".tmp-notes")
      try AtomicFile.write("x", to: mine)
      try write(try onePlan(), in: folder)
      let found = try files(below: runs.removingLastComponent()).filter { $0.contains(".tmp-") }
      #expect(found.map { FilePath($0).lastComponent?.string } == [".tmp-notes"])
      #expect(try FileSystem.list(runs) == [plan.runs[0].name])
    }
  }

  @Test func `notices a changed byte where the time was set back`() throws {
    try withTemporaryFolder { folder in
      let plan = try onePlan()
      let run = try write(plan, in: folder).appending(plan.runs[0].name)
      let file = run.appending("models/base/model.safetensors")
      let before = try bytes(file)
      var times = stat()
      #expect(stat(file.string, &times) == 0)
      var changed = before
      changed[changed.count - 1] ^= 1
      try Data(changed).write(to: URL(filePath: file.string))
      let set = [times.st_atim, times.st_mtim]
      #expect(utimensat(AT_FDCWD, file.string, set, 0) == 0)
      try write(plan, in: folder)
      #expect(try bytes(file) == before)
    }
  }
}
