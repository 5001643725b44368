/// Finds positions in a list by a hash of what lies there: open addressing, 4 bytes a slot.
///
/// The list stays with its owner. Beside a `Dictionary` it saves a second copy of every key.
struct PositionIndex: Sendable {
  /// 0 where free, else a position plus 1.
  private var slots: [UInt32] = Array(repeating: 0, count: 16)
  private(set) var count = 0

  /// The position whose element is equal to the one that is sought, or `nil` after `next` was
  /// noted as the position of a new one.
  ///
  /// - Parameters:
  ///   - hash: Of the sought element; its low bits must vary.
  ///   - next: Where a new element will lie: the number of elements so far.
  ///   - isEqual: Whether the element at a position is the sought one.
  ///   - hashAt: The hash of the element at a position, for when the table grows.
  /// - Complexity: O(1) on average.
  mutating func find(
    _ hash: UInt64, next: Int, isEqual: (Int) -> Bool, hashAt: (Int) -> UInt64
  ) -> Int? {
    if 2 * (count + 1) > slots.count { grow(hashAt) }
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      let position = Int(slots[slot]) - 1
      if isEqual(position) { return position }
      slot = (slot + 1) & mask
    }
    slots[slot] = UInt32(next + 1)
    count += 1
    return nil
  }

  private mutating func grow(_ hashAt: (Int) -> UInt64) {
    let old = slots
    slots = Array(repeating: 0, count: old.count * 4)
    let mask = slots.count - 1
    for entry in old where entry != 0 {
      var slot = Int(truncatingIfNeeded: hashAt(Int(entry) - 1)) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = entry
    }
  }
}

/// Different values, each once, with a number each.
struct Interned<Value: Hashable & Sendable>: Sendable {
  private(set) var values: [Value] = []
  private var index = PositionIndex()

  /// The number of a value, old or new.
  mutating func insert(_ value: Value) -> UInt32 {
    let hash = Interned.hash(value)
    let found = index.find(
      hash, next: values.count, isEqual: { values[$0] == value },
      hashAt: { Interned.hash(values[$0]) })
    if let found { return UInt32(found) }
    values.append(value)
    return UInt32(values.count - 1)
  }

  private static func hash(_ value: Value) -> UInt64 {
    UInt64(truncatingIfNeeded: value.hashValue)
  }
}
