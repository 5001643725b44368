internal import Engine
internal import Files
internal import Glibc
internal import Results
internal import SystemPackage

/// What the system lets this process have of what a run needs, checked before anything runs.
///
/// Libraries below us hang or trap where they get no descriptor or thread in the middle of their
/// work; here it is an error in words.
package enum ProcessLimits {
  /// Descriptors of this program itself beside its standard streams: a wait for children, signals,
  /// the files at hand. Measured: 14.
  static let ownDescriptors = 21
  /// Of each worker that runs: its log, its request, the pipe it speaks into, the handle it is
  /// waited for with. Measured: 4.5, and 2 more while it is started.
  static let descriptorsPerJob = 6

  // MARK: Instructions

  /// - Throws: `ProcessLimitError` where `NSL_INSTRUCTION_SET` names no instructions of this processor.
  package static func checkInstructions() throws(ProcessLimitError) {
    guard let problem = EngineInformation.problem else { return }
    throw ProcessLimitError(
      message: problem,
      suggestion: "without the variable the best that there is runs; the numbers are the same")
  }

  // MARK: Descriptors

  /// Makes room for the descriptors of a run.
  ///
  /// - Parameter jobs: Workers that are to run in parallel.
  /// - Returns: How many there are descriptors for, at least 1.
  /// - Throws: `ProcessLimitError` where there is no room for one.
  package static func prepare(jobs: Int) throws(ProcessLimitError) -> Int {
    let open = ((try? FileSystem.list("/proc/self/fd").count) ?? 4) - 1
    let limit = raiseDescriptorLimit(to: open + ownDescriptors + jobs * descriptorsPerJob)
    let room = self.jobs(wanted: jobs, open: open, limit: limit)
    guard room > 0 else {
      throw ProcessLimitError(
        message: "a run needs \(open + ownDescriptors + descriptorsPerJob) open files, but this "
          + "process may open only \(limit)",
        suggestion: "raise the limit: `ulimit -n 1024`")
    }
    return room
  }

  /// How many workers there are descriptors for.
  ///
  /// - Parameter open: Descriptors that are open already.
  static func jobs(wanted: Int, open: Int, limit: Int) -> Int {
    max(0, min(wanted, (limit - open - ownDescriptors) / descriptorsPerJob))
  }

  /// Raises the soft limit of open files as far as the hard one allows and as is needed.
  ///
  /// - Returns: The limit from now on.
  private static func raiseDescriptorLimit(to needed: Int) -> Int {
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0 else { return needed }
    let soft = Int(clamping: limit.rlim_cur)
    guard soft < needed else { return soft }
    limit.rlim_cur = min(limit.rlim_max, rlim_t(needed))
    return setrlimit(resource, &limit) == 0 ? Int(clamping: limit.rlim_cur) : soft
  }

  // MARK: Threads

  /// Memory that there must be beside the threads' stacks, in bytes.
  private static let headroom = 64 << 20

  /// Takes as many threads as a run may have at once and a piece of memory, and gives them back.
  ///
  /// To be called while this is the only thread: the first `await` may wait for another one for
  /// ever.
  package static func checkThreads() throws(ProcessLimitError) {
    shareAllocations()
    // Dispatch's pool, of a thread per processor; its manager, signals, and those of Subprocess, which
    // waits for processes and reads what they say.
    let wanted = sysconf(Int32(_SC_NPROCESSORS_ONLN)) + 8
    let gate = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    sem_init(gate, 0, 0)
    var threads: [pthread_t] = []
    while threads.count < wanted {
      var thread = pthread_t()
      let status = pthread_create(
        &thread, nil,
        { gate in
          if let gate = gate?.assumingMemoryBound(to: sem_t.self) {
            while sem_wait(gate) != 0 {}
          }
          return nil
        }, gate)
      guard status == 0 else { break }
      threads.append(thread)
    }
    let memory = mmap(
      nil, headroom, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    if memory != MAP_FAILED { munmap(memory, headroom) }
    for _ in threads { sem_post(gate) }
    for thread in threads { pthread_join(thread, nil) }
    sem_destroy(gate)
    gate.deallocate()
    guard threads.count == wanted, memory != MAP_FAILED else {
      throw ProcessLimitError(
        message: "a run needs \(Words.count(wanted, "thread")) and \(Words.megabytes(headroom)) "
          + "of memory, which the system refuses; " + limitWords,
        suggestion: "raise the limit, or run without it")
    }
  }

  /// Has all threads allocate from one arena.
  ///
  /// By default glibc reserves 64 MiB of addresses for each thread, which a limit may leave no room
  /// for; this process does not allocate much.
  private static func shareAllocations() {
    let mostArenas: Int32 = -8
    MemoryAllocator.set(mostArenas, to: 1)
  }

  /// The limits that may be the reason.
  private static var limitWords: String {
    let kinds = [
      (RLIMIT_AS, "ulimit -v", "KiB of address space", 1024),
      (RLIMIT_DATA, "ulimit -d", "KiB of data", 1024),
      (RLIMIT_STACK, "ulimit -s", "KiB per thread", 1024),
      (__RLIMIT_NPROC, "ulimit -u", "processes and threads", 1),
    ]
    let found = kinds.compactMap { kind, command, unit, size -> String? in
      var limit = rlimit()
      guard getrlimit(__rlimit_resource_t(kind.rawValue), &limit) == 0,
        limit.rlim_cur < rlim_t(Int.max)
      else { return nil }
      return "\(NumberText.grouped(Int(limit.rlim_cur) / size)) \(unit) (`\(command)`)"
    }
    return found.isEmpty
      ? "this process has no limit; its control group may have one"
      : "its limits are " + found.joined(separator: ", ")
  }
}

/// The parameters of C's memory allocation.
enum MemoryAllocator {
  /// Sets one; nothing happens where the C library has none. `malloc.h` is not part of the module.
  static func set(_ parameter: Int32, to value: Int32) {
    typealias Function = @convention(c) (Int32, Int32) -> Int32
    if let function = dlsym(nil, "mallopt") {
      _ = unsafeBitCast(function, to: Function.self)(parameter, value)
    }
  }
}

/// Why a run cannot begin in this process.
package struct ProcessLimitError: Error, Hashable, Sendable {
  /// Without a full stop.
  package var message: String
  package var suggestion: String
}
