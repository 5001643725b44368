/// Reads the operations of a pickled batch one after the other, with a stack of plain values.
struct PickleReader {
  enum Value {
    case none
    case no
    case number(Int)
    case text(ArraySlice<UInt8>)
    /// A list of integers in 0...255; one of texts stays empty, for nobody asks for them.
    case numbers([UInt8])
    case tuple([Value])
    case dictionary([String: Value])
    /// One of the functions that a batch may name.
    case function(Function)
    /// The type of unsigned bytes, told of byte order or not.
    case byteType
    /// An array before it is told what it holds.
    case emptyArray
    /// `[count, size]`.
    case pixels(Int, Int, ArraySlice<UInt8>)
  }

  enum Function: String {
    case reconstruct = "numpy.core.multiarray _reconstruct"
    case array = "numpy ndarray"
    case type = "numpy dtype"
  }

  /// A batch has 10,000 examples, in pieces of 1000, and 12 values more to remember: what goes far
  /// beyond is refused before it takes memory or time.
  private static let most = 1 << 16

  private let origin: String
  private var bytes: ArraySlice<UInt8>
  private var stack: [Value] = []
  /// The places in `stack` where what a list, a tuple or a dictionary gets begins.
  private var marks: [Int] = []
  /// What was remembered, by its number; a batch has one for each file's name.
  private var memo: [Int: Value] = [:]

  init(_ bytes: ArraySlice<UInt8>, origin: String) {
    self.bytes = bytes
    self.origin = origin
  }

  /// The dictionary that the whole file is.
  mutating func read() throws(DatasetError) -> [String: Value] {
    guard bytes.starts(with: [0x80, 2]) else {
      throw fail("is not a pickle of protocol 2")
    }
    bytes = bytes.dropFirst(2)
    while true {
      let code = try take(1).first ?? 0
      if code == UInt8(ascii: ".") { break }
      try perform(code)
      guard max(stack.count, marks.count, memo.count) <= Self.most else {
        throw fail("holds more values than any batch")
      }
    }
    guard bytes.isEmpty else { throw fail("\(bytes.count) bytes follow its end") }
    guard stack.count == 1, case .dictionary(let entries) = stack[0] else {
      throw fail("is not a pickled dictionary")
    }
    return entries
  }

  private mutating func perform(_ code: UInt8) throws(DatasetError) {
    switch code {
    case UInt8(ascii: "}"): stack.append(.dictionary([:]))
    case UInt8(ascii: "]"): stack.append(.numbers([]))
    case UInt8(ascii: "("): marks.append(stack.count)
    case UInt8(ascii: "N"): stack.append(.none)
    case 0x89: stack.append(.no)
    case UInt8(ascii: "K"): stack.append(.number(try number(1)))
    case UInt8(ascii: "M"): stack.append(.number(try number(2)))
    case UInt8(ascii: "J"):
      stack.append(.number(Int(Int32(truncatingIfNeeded: try number(4)))))
    case UInt8(ascii: "U"): stack.append(.text(try take(try number(1))))
    case UInt8(ascii: "T"): stack.append(.text(try take(try number(4))))
    case UInt8(ascii: "q"): try remember(try number(1))
    case UInt8(ascii: "r"): try remember(try number(4))
    case UInt8(ascii: "h"): try recall(try number(1))
    case UInt8(ascii: "j"): try recall(try number(4))
    case UInt8(ascii: "c"): try name()
    case 0x85, 0x86, 0x87: try makeTuple(try pop(Int(code) - 0x84))
    case UInt8(ascii: "t"): try makeTuple(try popMarked())
    case UInt8(ascii: "e"): try extendList()
    case UInt8(ascii: "u"): try extendDictionary()
    case UInt8(ascii: "R"): try call()
    case UInt8(ascii: "b"): try build()
    default:
      throw fail("holds the pickle operation \(Self.name(of: code)), which no batch has")
    }
  }

  // MARK: Bytes

  private mutating func take(_ count: Int) throws(DatasetError) -> ArraySlice<UInt8> {
    guard count <= bytes.count else {
      throw DatasetError(
        .truncated, "truncated: it ends in the middle of a pickle", origin: origin)
    }
    let taken = bytes.prefix(count)
    bytes = bytes.dropFirst(count)
    return taken
  }

  private mutating func number(_ size: Int) throws(DatasetError) -> Int {
    try take(size).reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  private mutating func line() throws(DatasetError) -> String {
    let line = bytes.prefix(64).prefix { $0 != 0x0A }
    _ = try take(line.count + 1)
    return line.map { (0x20..<0x7F).contains($0) ? String(UnicodeScalar($0)) : "?" }.joined()
  }

  // MARK: The stack

  private mutating func pop(_ count: Int) throws(DatasetError) -> [Value] {
    guard stack.count - (marks.last ?? 0) >= count else {
      throw fail("is damaged: a pickle operation finds nothing to work on")
    }
    let values = Array(stack.suffix(count))
    stack.removeLast(count)
    return values
  }

  private mutating func popMarked() throws(DatasetError) -> [Value] {
    guard let mark = marks.last else {
      throw fail("is damaged: a pickle operation finds nothing to work on")
    }
    let values = try pop(stack.count - mark)
    marks.removeLast()
    return values
  }

  private mutating func remember(_ index: Int) throws(DatasetError) {
    guard let value = stack.last else { throw fail("is damaged: nothing to remember") }
    switch value {
    // Only what never changes is asked for again; a copy of the rest would cost its size.
    case .none, .no, .number, .text, .function, .byteType: memo[index] = value
    case .numbers, .tuple, .dictionary, .emptyArray, .pixels: memo[index] = nil
    }
  }

  private mutating func recall(_ index: Int) throws(DatasetError) {
    guard let value = memo[index] else {
      throw fail("refers back to a value that no batch refers to")
    }
    stack.append(value)
  }

  // MARK: Operations

  private mutating func name() throws(DatasetError) {
    let (module, name) = (try line(), try line())
    guard let function = Function(rawValue: "\(module) \(name)") else {
      throw fail("names the function \(module).\(name), which no batch does")
    }
    stack.append(.function(function))
  }

  /// Tuples of a batch hold plain values, or tuples of such.
  private mutating func makeTuple(_ values: [Value]) throws(DatasetError) {
    func isPlain(_ value: Value) -> Bool {
      switch value {
      case .none, .no, .number, .text, .function, .byteType: true
      case .numbers, .tuple, .dictionary, .emptyArray, .pixels: false
      }
    }
    for value in values where !isPlain(value) {
      guard case .tuple(let inner) = value, inner.allSatisfy(isPlain) else {
        throw fail("holds a tuple that no batch has")
      }
    }
    stack.append(.tuple(values))
  }

  private mutating func extendList() throws(DatasetError) {
    let items = try popMarked()
    guard case .numbers(var numbers)? = try pop(1).first else {
      throw fail("is damaged: a list is expected")
    }
    var texts = 0
    for item in items {
      switch item {
      case .number(let number):
        guard let byte = UInt8(exactly: number) else {
          throw fail("the label \(number) is no class")
        }
        numbers.append(byte)
      case .text: texts += 1
      default: throw fail("is damaged: a list of numbers or of texts is expected")
      }
    }
    guard texts == 0 || (texts == items.count && numbers.isEmpty) else {
      throw fail("is damaged: a list of numbers or of texts is expected")
    }
    guard numbers.count <= Self.most else { throw fail("holds more labels than any batch") }
    stack.append(.numbers(numbers))
  }

  private mutating func extendDictionary() throws(DatasetError) {
    let items = try popMarked()
    guard case .dictionary(var entries)? = try pop(1).first, items.count.isMultiple(of: 2) else {
      throw fail("is damaged: a dictionary is expected")
    }
    for index in stride(from: 0, to: items.count, by: 2) {
      if case .dictionary = items[index + 1] { throw fail("holds a dictionary in another") }
      guard case .text(let key) = items[index], key.count < 32, entries.count < 16,
        entries.updateValue(items[index + 1], forKey: String(decoding: key, as: UTF8.self)) == nil
      else { throw fail("is damaged: a dictionary's keys are expected") }
    }
    stack.append(.dictionary(entries))
  }

  /// `_reconstruct(ndarray, (0,), "b")` makes an array, `dtype("u1", 0, 1)` its type.
  private mutating func call() throws(DatasetError) {
    let parts = try pop(2)
    guard case .function(let function) = parts[0], case .tuple(let arguments) = parts[1],
      arguments.count == 3
    else { throw fail("is damaged: a function with three arguments is expected") }
    switch function {
    case .reconstruct:
      guard case .function(.array) = arguments[0] else { break }
      stack.append(.emptyArray)
      return
    case .type:
      guard case .text(let type) = arguments[0], type.elementsEqual("u1".utf8) else { break }
      stack.append(.byteType)
      return
    case .array: break
    }
    throw fail("calls \(function.rawValue) in another way than a batch does")
  }

  /// An array is told its version, shape, type, order and bytes; a type its byte order, which bytes
  /// do not have.
  private mutating func build() throws(DatasetError) {
    let parts = try pop(2)
    switch (parts[0], parts[1]) {
    case (.byteType, .tuple): stack.append(.byteType)
    case (.emptyArray, .tuple(let state)):
      guard state.count == 5, case .tuple(let shape) = state[1], shape.count == 2,
        case .number(let count) = shape[0], case .number(let size) = shape[1], count > 0, size > 0,
        case .byteType = state[2]
      else { throw fail("its array is not one of bytes in two dimensions") }
      guard case .no = state[3] else { throw fail("its array is in Fortran order") }
      guard case .text(let pixels) = state[4], elementCount(of: [count, size]) == pixels.count
      else { throw fail("its array does not hold \(count)x\(size) bytes") }
      stack.append(.pixels(count, size, pixels))
    default: throw fail("is damaged: an array or its type is expected")
    }
  }

  private func fail(_ message: String) -> DatasetError {
    DatasetError(.malformed, message, origin: origin)
  }

  /// An operation's name, as Python's `pickletools` has it.
  private static func name(of code: UInt8) -> String {
    let names: [UInt8: String] = [
      0x69: "INST", 0x6F: "OBJ", 0x81: "NEWOBJ", 0x82: "EXT1", 0x83: "EXT2", 0x84: "EXT4",
      0x50: "PERSID", 0x51: "BINPERSID", 0x93: "STACK_GLOBAL", 0x92: "NEWOBJ_EX", 0x95: "FRAME",
      0x58: "BINUNICODE", 0x8C: "SHORT_BINUNICODE", 0x42: "BINBYTES", 0x43: "SHORT_BINBYTES",
      0x88: "NEWTRUE", 0x47: "BINFLOAT", 0x73: "SETITEM", 0x61: "APPEND", 0x30: "POP",
      0x31: "POP_MARK", 0x32: "DUP", 0x80: "PROTO", 0x94: "MEMOIZE", 0x29: "EMPTY_TUPLE",
    ]
    let digits = String(code, radix: 16)
    return (names[code].map { "\($0), " } ?? "") + "0x" + (code < 16 ? "0" : "") + digits
  }
}
