/// Arrays of numbers in memory as arrays of NPY files, and back.
extension NPYArray {
  /// `float32`, in C order.
  init(_ values: [Float], shape: [Int]) {
    self.init(element: NPY.Element(kind: .float, size: 4), shape: shape, words: values)
  }

  /// `int64`, in C order.
  init(_ values: [Int64], shape: [Int]) {
    self.init(element: NPY.Element(kind: .signed, size: 8), shape: shape, words: values)
  }

  private init<Value: BitwiseCopyable>(element: NPY.Element, shape: [Int], words: [Value]) {
    precondition(shape.reduce(1, *) == words.count, "numbers of another shape")
    self.init(
      element: element, shape: shape, elements: words.withUnsafeBytes { Array($0)[...] })
  }

  /// The numbers of a `float32` array; `nil` of another.
  var floats: [Float]? {
    element == NPY.Element(kind: .float, size: 4) ? words(initial: 0) : nil
  }

  /// The numbers of an `int64` array; `nil` of another.
  var integers: [Int64]? {
    element == NPY.Element(kind: .signed, size: 8) ? words(initial: 0) : nil
  }

  /// All processors that this program knows are little-endian, as the files are.
  private func words<Value: BitwiseCopyable>(initial: Value) -> [Value] {
    var values = [Value](repeating: initial, count: count)
    values.withUnsafeMutableBytes { target in
      elements.withUnsafeBytes { target.copyMemory(from: $0) }
    }
    return values
  }

  /// A whole NPY file of version 1.0.
  var file: [UInt8] {
    let letter = Character(UnicodeScalar(element.kind.rawValue))
    let order = element.size == 1 ? "|" : "<"
    let sizes = shape.map { "\($0)" }.joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var header = Array(
      "{'descr': '\(order)\(letter)\(element.size)', 'fortran_order': False, 'shape': (\(sizes)), }"
        .utf8)
    // The elements begin at a multiple of 64.
    let start = (NPY.magic.count + 4 + header.count + 1 + 63) / 64 * 64
    let length = start - NPY.magic.count - 4
    header += [UInt8](repeating: 0x20, count: length - header.count - 1) + [0x0A]
    let lengthBytes = [UInt8(length & 0xFF), UInt8(length >> 8)]
    return NPY.magic + [1, 0] + lengthBytes + header + elements
  }
}
