import Glibc
import SystemPackage

/// Repeats `call` while a signal interrupts it.
///
/// - Returns: Its result, never negative.
/// - Throws: The error number it left where it returned -1.
func retryingInterruptions<Result: SignedInteger>(_ call: () -> Result) throws(Errno) -> Result {
  while true {
    let result = call()
    if result != -1 { return result }
    let error = lastError()
    if error != .interrupted { throw error }
  }
}

/// The calling thread's `errno`.
func lastError() -> Errno { Errno(rawValue: errno) }

/// Opens `path`; the descriptor is not inherited by child processes.
func openDescriptor(_ path: FilePath, _ flags: Int32, mode: mode_t = 0) throws(Errno) -> Int32 {
  try retryingInterruptions { path.withPlatformString { open($0, flags | O_CLOEXEC, mode) } }
}

/// Writes every byte, however many calls that takes.
func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(Errno) {
  var rest = bytes
  while let start = rest.baseAddress, !rest.isEmpty {
    let count = rest.count
    let written = try retryingInterruptions { write(descriptor, start, count) }
    rest = UnsafeRawBufferPointer(rebasing: rest[written...])
  }
}

/// The names in an open folder without `.` and `..`, as they come.
func entries(of folder: OpaquePointer) -> [String] {
  var names: [String] = []
  while let entry = readdir(folder) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names
}

/// Makes a folder's entries survive a power cut.
func synchronizeFolder(_ path: FilePath) throws(Errno) {
  let descriptor = try openDescriptor(path, O_RDONLY | O_DIRECTORY)
  defer { close(descriptor) }
  // Some file systems cannot synchronize folders and say EINVAL; nothing more can be done there.
  if fsync(descriptor) != 0, lastError() != .invalidArgument { throw lastError() }
}

/// Makes all that was written to a folder's file system survive a power cut.
func synchronizeFileSystem(of path: FilePath) throws(Errno) {
  let descriptor = try openDescriptor(path, O_RDONLY | O_DIRECTORY)
  defer { close(descriptor) }
  // C's headers show it to GNU sources alone.
  typealias Function = @convention(c) (Int32) -> Int32
  guard let function = dlsym(nil, "syncfs") else { return }
  if unsafeBitCast(function, to: Function.self)(descriptor) != 0 { throw lastError() }
}

/// The folder that holds `path`; `.` for a bare name.
func folder(of path: FilePath) -> FilePath {
  let parent = path.removingLastComponent()
  return parent.isEmpty ? "." : parent
}

/// The start of the names of files and folders that are not finished.
let temporaryPrefix = ".tmp-"

/// Whether a file or folder is one that was not finished.
func isTemporary(_ name: String) -> Bool {
  let digits = name.utf8.dropFirst(temporaryPrefix.utf8.count)
  return name.hasPrefix(temporaryPrefix) && (1...16).contains(digits.count)
    && digits.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
}

/// A name beside `path` that nobody else uses, for what will be renamed to `path`.
///
/// It does not contain the final name, which may already be as long as names may be.
func temporaryPath(beside path: FilePath) -> FilePath {
  let digits = String(UInt64.random(in: .min ... .max), radix: 16)
  return folder(of: path).appending(temporaryPrefix + digits)
}
