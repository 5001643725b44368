internal import Subprocess
internal import SystemPackage

/// The revision of the checkout that a file lies in.
enum GitRevision {
  /// The commit in hexadecimal, with `-dirty` behind it where tracked files have changed; `nil`
  /// outside of a repository, or where there is no git.
  static func current(in folder: FilePath) async -> String? {
    let result = try? await Subprocess.run(
      .name("git"),
      arguments: [
        "-C", folder.isEmpty ? "." : folder.string, "describe", "--always", "--dirty",
        "--abbrev=40", "--exclude=*",
      ],
      input: .none, output: .string(limit: 4096), error: .discarded)
    guard let result, result.terminationStatus.isSuccess else { return nil }
    let text = result.standardOutput.filter { !$0.isWhitespace }
    return text.isEmpty ? nil : text
  }
}
