/// A tensor of a program: where its elements are and in which order.
struct Tensor {
  var buffer: BufferID
  var layout: Layout
}

/// One unit of work of a program, before its buffers have addresses.
struct Step {
  var name: String
  var touches: [BufferID]
  /// Buffers that may be one, where what is read is not read again.
  var inPlace: [InPlace] = []
  /// Makes the work, given the addresses.
  var bind: ((BufferID) -> UnsafeMutableRawPointer) -> () -> Void
}

/// A buffer that a step reads no further than it has written another one of its size.
struct InPlace {
  var read: BufferID
  var written: BufferID
}

/// Steps and the buffers they touch; what a graph is compiled to.
struct Program {
  private enum Place {
    case arena
    /// Alive from the first run to the last: inputs, results, constants.
    case pinned
    case external(UnsafeMutableRawPointer)
  }

  private var sizes: [Int] = []
  private var places: [Place] = []
  private(set) var steps: [Step] = []
  private(set) var implementations: [String] = []
  /// How many steps the first part of a run has; all of them where runs have one part.
  var firstPartCount: Int { firstPartEnd ?? steps.count }
  private var firstPartEnd: Int?

  /// A buffer that is only needed between its first and its last step.
  mutating func buffer(byteCount: Int) -> BufferID { append(byteCount, .arena) }

  /// Memory that belongs to somebody else.
  mutating func buffer(at address: UnsafeMutableRawPointer) -> BufferID {
    append(0, .external(address))
  }

  private mutating func append(_ byteCount: Int, _ place: Place) -> BufferID {
    sizes.append(byteCount)
    places.append(place)
    return BufferID(index: sizes.count - 1)
  }

  /// Keeps a buffer alive between runs.
  mutating func pin(_ buffer: BufferID) {
    if case .arena = places[buffer.index] { places[buffer.index] = .pinned }
  }

  mutating func append(_ step: Step) { steps.append(step) }

  /// What is appended from here on belongs to the second part of a run.
  mutating func endFirstPart() { firstPartEnd = steps.count }

  /// Records by which algorithm a step works.
  mutating func note(_ implementation: String) { implementations.append(implementation) }

  /// Gives every buffer its address and every step its work.
  ///
  /// - Parameters:
  ///   - keepsFirstPart: Whether the second part leaves what the first one computed as it is, so that it
  ///     can be run again.
  ///   - arena: The arena of another program, which never runs at the same time; used where it is large
  ///     enough.
  func bind(keepsFirstPart: Bool, arena other: AlignedMemory?) -> (
    work: [() -> Void], arena: AlignedMemory, memory: [AlignedMemory],
    addresses: [BufferID: UnsafeMutableRawPointer]
  ) {
    var lifetimes = bufferLifetimes()
    if keepsFirstPart {
      for (buffer, lifetime) in lifetimes
      where lifetime.first < firstPartCount && lifetime.last >= firstPartCount {
        // Behind the last step, so that no step writes over it either.
        lifetimes[buffer]?.last = steps.count
      }
    }
    let shared = shareInPlace(&lifetimes)
    let arenaBuffers = lifetimes.keys.sorted()
    let plan = planMemory(arenaBuffers.compactMap { lifetimes[$0] })
    let fitting = other.flatMap { $0.byteCount >= plan.byteCount ? $0 : nil }
    let arena = fitting ?? AlignedMemory(byteCount: plan.byteCount)
    var memory: [AlignedMemory] = []
    var addresses: [BufferID: UnsafeMutableRawPointer] = [:]
    for (buffer, offset) in zip(arenaBuffers, plan.offsets) {
      addresses[BufferID(index: buffer)] = arena.address + offset
    }
    for (buffer, owner) in shared {
      addresses[BufferID(index: buffer)] = addresses[BufferID(index: owner)]
    }
    for index in places.indices {
      switch places[index] {
      case .arena: break
      case .pinned:
        memory.append(AlignedMemory(byteCount: sizes[index]))
        addresses[BufferID(index: index)] = memory[memory.count - 1].address
      case .external(let address):
        addresses[BufferID(index: index)] = address
      }
    }
    let work = steps.map { step in
      step.bind { buffer in
        guard let address = addresses[buffer] else {
          preconditionFailure("\(step.name) binds a buffer that it does not touch")
        }
        return address
      }
    }
    return (work, arena, memory, addresses)
  }

  /// When each buffer of the arena is in use.
  private func bufferLifetimes() -> [Int: BufferLifetime] {
    var lifetimes: [Int: BufferLifetime] = [:]
    for (index, step) in steps.enumerated() {
      for buffer in step.touches {
        guard case .arena = places[buffer.index] else { continue }
        lifetimes[
          buffer.index,
          default: BufferLifetime(byteCount: sizes[buffer.index], first: index, last: index)
        ].last = index
      }
    }
    return lifetimes
  }

  /// Makes one of two buffers where a step may write over what it reads and nobody reads that later:
  /// what is written is in the cache then.
  ///
  /// - Returns: The buffers that have no place of their own, with those whose they have.
  private func shareInPlace(_ lifetimes: inout [Int: BufferLifetime]) -> [Int: Int] {
    var owners: [Int: Int] = [:]
    for (index, step) in steps.enumerated() {
      for pair in step.inPlace where owners[pair.written.index] == nil {
        let owner = owners[pair.read.index] ?? pair.read.index
        guard let read = lifetimes[owner], let written = lifetimes[pair.written.index],
          read.last == index, written.first == index, read.byteCount == written.byteCount,
          // What the step reads in another role, too, it may read further on.
          step.touches.filter({ $0 == pair.read }).count == 1
        else { continue }
        lifetimes[owner]?.last = written.last
        lifetimes[pair.written.index] = nil
        owners[pair.written.index] = owner
      }
    }
    return owners
  }
}
