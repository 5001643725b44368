import Engine
import Synchronization
import Testing

@Suite struct `Threads that share work` {
  /// How often each task was done.
  private final class Counts: Sendable {
    private let counts: Mutex<[Int]>
    init(_ tasks: Int) { counts = Mutex(Array(repeating: 0, count: tasks)) }
    func add(_ task: Int) { counts.withLock { $0[task] += 1 } }
    var all: [Int] { counts.withLock { $0 } }
  }

  @Test(arguments: [1, 2, 3, 8], [0, 1, 2, 3, 7, 100])
  func `do each task once, on one of so many threads`(threads: Int, tasks: Int) {
    let pool = ThreadPool(threads)
    #expect(pool.count == threads)
    let counts = Counts(tasks)
    let busy = Mutex<Set<Int>>([])
    let isWrong = Mutex(false)
    pool.run(tasks) { task, thread in
      let isFree = busy.withLock { $0.insert(thread).inserted }
      if !isFree || !(0..<threads).contains(thread) { isWrong.withLock { $0 = true } }
      counts.add(task)
      busy.withLock { _ = $0.remove(thread) }
    }
    #expect(counts.all == Array(repeating: 1, count: tasks))
    #expect(!isWrong.withLock { $0 })
  }

  @Test func `end one piece of work before the next one begins`() {
    let pool = ThreadPool(4)
    let values = UnsafeMutableBufferPointer<Int>.allocate(capacity: 4)
    values.initialize(repeating: 0)
    defer { values.deallocate() }
    let (next, sum) = (UnsafeMutablePointer<Int>.allocate(capacity: 1), 20_000 * 4)
    next.initialize(to: 0)
    defer { next.deallocate() }
    for round in 0..<20_000 {
      // Each reads what the round before has written.
      pool.run(4) { task, _ in values[task] = next.pointee + 1 }
      #expect(values.allSatisfy { $0 == round + 1 })
      next.pointee += 1
    }
    #expect(values.reduce(0, +) == sum)
  }

  @Test func `become more and fewer`() {
    let pool = ThreadPool()
    for count in [1, 3, 2, 8, 1, 5] {
      pool.resize(count)
      #expect(pool.count == count)
      let counts = Counts(50)
      pool.run(50) { task, thread in
        precondition(thread < count)
        counts.add(task)
      }
      #expect(counts.all == Array(repeating: 1, count: 50))
    }
  }

  @Test(arguments: [1, 2, 3, 8], [0, 1, 15, 16, 17, 93_322])
  func `divide elements into parts on cache lines`(threads: Int, elements: Int) {
    let pool = ThreadPool(threads)
    let parts = pool.parts(of: elements, smallest: 16)
    #expect((1...threads).contains(parts))
    let ranges = (0..<parts).map { ThreadPool.part($0, of: parts, elements) }
    #expect(ranges.flatMap(Array.init) == Array(0..<elements))
    #expect(ranges.allSatisfy { $0.lowerBound % 16 == 0 })
  }
}
