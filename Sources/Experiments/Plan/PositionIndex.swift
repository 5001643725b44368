import Settings

/// Finds positions in a list by a hash of what lies there: open addressing, 8 bytes a slot.
///
/// The list stays with its owner. Beside a `Dictionary` it saves a second copy of every key.
struct PositionIndex: Sendable {
  /// 0 where free, else half of the hash above a position plus 1: elements with other hashes need
  /// no look at the list, which is far away in memory.
  private var slots: [UInt64] = Array(repeating: 0, count: 16)
  private(set) var count = 0

  /// The position of the element that is equal to the one that is sought, or `nil` after `next`
  /// was noted as the position of a new one.
  ///
  /// - Parameters:
  ///   - hash: Of the sought element; its upper half must vary.
  ///   - next: Where a new element will lie: the number of elements so far, below 2^32 - 1.
  ///   - isEqual: Whether the element at a position is the sought one.
  /// - Complexity: O(1) on average.
  mutating func find(_ hash: UInt64, next: Int, isEqual: (Int) -> Bool) -> Int? {
    if 2 * (count + 1) > slots.count { grow() }
    let mask = slots.count - 1
    let tag = hash >> 32
    var slot = Int(tag) & mask
    while slots[slot] != 0 {
      if slots[slot] >> 32 == tag {
        let position = Int(slots[slot] & 0xFFFF_FFFF) - 1
        if isEqual(position) { return position }
      }
      slot = (slot + 1) & mask
    }
    slots[slot] = tag << 32 | UInt64(next + 1)
    count += 1
    return nil
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: 0, count: old.count * 2)
    let mask = slots.count - 1
    for entry in old where entry != 0 {
      var slot = Int(entry >> 32) & mask
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
    let found = index.find(hash, next: values.count, isEqual: { values[$0] == value })
    if let found { return UInt32(found) }
    values.append(value)
    return UInt32(values.count - 1)
  }

  private static func hash(_ value: Value) -> UInt64 {
    UInt64(truncatingIfNeeded: value.hashValue)
  }
}
