import Files
import Glibc
import PlainText
import Results
import SystemPackage

/// The file whose Markdown GitHub shows on the page of a job.
struct StepSummary {
  private let path: FilePath

  /// GitHub refuses summaries of more bytes.
  private static let limit = 1 << 20

  /// - Returns: `nil` outside of a workflow.
  init?(_ environment: [String: String]) {
    guard let name = environment["GITHUB_STEP_SUMMARY"], !name.isEmpty else { return nil }
    path = FilePath(name)
  }

  /// Adds a comparison, as far as there is room; that it cannot be written is a warning.
  ///
  /// - Parameter files: Those that this program has written: where the summary is one of them, or
  ///   standard output, it has the comparison already.
  func add(_ diff: TableDiff, besides files: [String]) {
    do throws(FileError) {
      let summary = try FileSystem.information(path)
      for file in files {
        let written = try FileSystem.information(FilePath(file))
        if let written, written.inode == summary?.inode, written.device == summary?.device {
          return
        }
      }
      if let summary, isStandardOutput(summary) { return }
      let size = summary?.size ?? 0
      let separator = size > 0 ? "\n" : ""
      let text = diff.markdown(budget: max(0, Self.limit - size - separator.utf8.count))
      if text.isEmpty {
        Console.error("warning: there is no room for the comparison in \(path)\n")
      } else {
        try AppendedFile.append(separator + text.printableLines, to: path)
      }
    } catch {
      Console.error("warning: no summary of the job: \(error.message)\n")
    }
  }

  private func isStandardOutput(_ file: FileSystem.Information) -> Bool {
    var status = stat()
    return fstat(STDOUT_FILENO, &status) == 0 && UInt64(status.st_ino) == file.inode
      && UInt64(status.st_dev) == file.device
  }
}
