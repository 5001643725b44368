import TestSupport
import Testing
import Tracking

@Suite struct `Names from anywhere` {
  static let hostile = [
    "", ".", "..", "/", "../../etc/passwd", "a/../b", "/root", "a\0b", "a\nb", "C:\\x", "-rf", "ü🙂",
    "a//b", "a/./b", "a/b/c/d", String(repeating: "x", count: 5000), "con?*|<>\"", ".nsl-run.json",
    "meta.yaml", "a/b", "a", "\u{202E}x", "%2e%2e",
  ]

  private var experiment: TrackedExperiment {
    let trainings = Self.hostile.enumerated().map { index, name in
      var training = TrackedTraining.sample(run: name, model: name, point: [.text(name), nil])
      training.identifier = String(repeating: "0", count: 30) + String(10 + index)
      training.settings = Self.hostile.map { TrackedSetting($0, "1") }
      training.curves = Self.hostile.map { TrackedCurve($0, points: [.init(epoch: 1, value: 1)]) }
      training.evaluations = Self.hostile.map { TrackedEvaluation($0, accuracy: 1, loss: 1) }
      training.pictures = Self.hostile.map { name in
        TrackedArtifact(name, origin: name) { png(width: 1, height: 1) }
      }
      training.tables = Self.hostile.map { name in
        TrackedArtifact(name, origin: name) { Array(name.utf8) }
      }
      return training
    }
    return TrackedExperiment(name: "..", axes: ["../..", "a/b"], trainings: trainings)
  }

  @Test(arguments: TrackingFormat.allCases)
  func `never lead out of the folder, or twice to one file`(format: TrackingFormat) throws {
    let paths = try files(format, of: experiment).map(\.path)
    #expect(Set(paths).count == paths.count)
    var folders: Set<String> = []
    for path in paths {
      #expect(format.isPath(path), "\(path)")
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
      for part in parts {
        #expect(!part.isEmpty && part != "." && part != ".." && part.utf8.count <= 255, "\(path)")
        #expect(part.utf8.allSatisfy { (33...126).contains($0) }, "\(path)")
      }
      for count in 1..<parts.count { folders.insert(parts.prefix(count).joined(separator: "/")) }
    }
    #expect(folders.isDisjoint(with: paths), "a file where a folder is")
  }

  @Test func `become plain in the same way each time`() throws {
    var names = PlainNames()
    let texts = Self.hostile + ["a", "a/b", "A b", "accuracy/member/pgd"]
    let lines = texts.map { "\(String($0.prefix(40)).debugDescription) -> \(names.name($0))\n" }
    try expectSnapshot(lines.joined(), named: "names.txt")
  }

  @Test(
    arguments: TrackingFormat.allCases,
    [
      "", "/", "..", "../x", "a/../b", "/etc/passwd", "a//b", "a/b\0", "notes.txt", ".nsl-run.json",
      "a/b/c", "123456789012345678/../x/meta.yaml", "123456789012345678/r/params/../../x",
      "123456789012345678/r/other/x",
    ])
  func `of lists are believed only where the format has them`(
    format: TrackingFormat, path: String
  ) {
    #expect(!format.isPath(path))
  }
}
