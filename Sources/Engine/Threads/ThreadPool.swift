internal import CKernels

/// Threads that share pieces of work, one piece at a time. Idle ones sleep.
///
/// What is computed must not depend on which thread does a task, nor on when: a piece of work is cut into
/// tasks by rules that know nothing of threads, and each task writes what is its own.
package final class ThreadPool {
  /// `nil` as long as there is no thread but the calling one.
  private var handle: nsl_pool?
  private var work: ((_ task: Int, _ thread: Int) -> Void)?

  /// The threads that take part, the calling one among them.
  package private(set) var count: Int

  /// More are never used.
  package static let most = Int(NSL_POOL_THREADS)

  /// - Parameter count: At least 1. Where the system gives no more threads there are fewer.
  package init(_ count: Int = 1) {
    self.count = 1
    resize(count)
  }

  deinit {
    if let handle { nsl_pool_destroy(handle) }
  }

  /// Has so many threads take part from now on.
  ///
  /// Precondition: nothing runs.
  package func resize(_ count: Int) {
    precondition(count > 0 && work == nil, "no threads, or busy ones")
    if count == self.count { return }
    let handle = handle ?? nsl_pool_create()
    guard let handle else { fatalError("out of memory: a pool of threads") }
    self.handle = handle
    self.count = Int(nsl_pool_resize(handle, Int32(clamping: count)))
  }

  /// Does tasks `0..<tasks` and returns when they are done. A stored `work` costs no allocation.
  ///
  /// Precondition: not called by a task.
  ///
  /// - Parameter work: Gets a task and the number of the thread that it is on, in `0..<count`: no two
  ///   tasks run on one thread at the same time. May run on any thread, so that it must only write
  ///   what no other task reads or writes.
  package func run(_ tasks: Int, _ work: @escaping (_ task: Int, _ thread: Int) -> Void) {
    guard let handle, count > 1, tasks > 1 else {
      for task in 0..<tasks { work(task, 0) }
      return
    }
    precondition(self.work == nil, "a task has asked for the threads that it runs on")
    self.work = work
    nsl_pool_run(
      handle, tasks,
      { pool, task, thread in
        guard let pool else { return }
        Unmanaged<ThreadPool>.fromOpaque(pool).takeUnretainedValue().work?(task, thread)
      }, Unmanaged.passUnretained(self).toOpaque())
    self.work = nil
  }

  /// Into how many parts work on so many elements is divided, each at least `smallest` long where there
  /// are several: for work on each element by itself, so that the parts change no number.
  package func parts(of elements: Int, smallest: Int) -> Int {
    max(1, min(count, elements / max(1, smallest)))
  }

  /// One of those parts. Parts begin on boundaries of 16 elements: whole cache lines of floats.
  package static func part(_ part: Int, of parts: Int, _ elements: Int) -> Range<Int> {
    func boundary(_ part: Int) -> Int {
      part == parts ? elements : elements * part / parts / 16 * 16
    }
    return boundary(part)..<boundary(part + 1)
  }
}
