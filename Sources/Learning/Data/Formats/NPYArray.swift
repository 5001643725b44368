import Settings
/// An array as it lies in a file's bytes.
package struct NPYArray: Sendable {
  var element: NPY.Element
  /// Never empty, nor with a zero.
  var shape: [Int]
  var elements: ArraySlice<UInt8>

  var count: Int { elements.count / element.size }
}

extension NPYArray {
  /// Images as unsigned bytes, in the array's own order of dimensions.
  ///
  /// Floating-point numbers must be bytes divided by 255, as `ToTensor` and `/ 255.0` make them:
  /// the pixels of a dataset are bytes, and rounding others would change the data.
  ///
  /// - Throws: `DatasetError` that names the first element that is no pixel.
  func pixels(origin: String) throws(DatasetError) -> [UInt8] {
    if element == NPY.Element(kind: .unsigned, size: 1) { return Array(elements) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    let perImage = count / shape[0]
    func fail(_ index: Int, _ found: String, _ message: String) -> DatasetError {
      DatasetError(
        .malformed, "\(found) found in image \(index / perImage): \(message)", origin: origin)
    }
    for index in 0..<count {
      if element.kind == .float {
        let value = number(at: index)
        let byte = (value * 255).rounded()
        // NaN is in no range.
        guard (0...1).contains(value) else {
          throw fail(
            index, "\(value)",
            "floats must be in 0...1; save pixels of 0...255 as `uint8`, and leave other scales to "
              + "the network")
        }
        guard abs(value - byte / 255) < 1e-6 else {
          throw fail(
            index, "\(value)",
            "pixels are kept as bytes, so floats must be multiples of 1/255; save "
              + "`numpy.rint(x * 255).astype('uint8')` if rounding is meant")
        }
        bytes.append(UInt8(byte))
      } else {
        guard let byte = UInt8(exactly: integer(at: index)) else {
          throw fail(index, "\(integer(at: index))", "integers must be in 0...255")
        }
        bytes.append(byte)
      }
    }
    return bytes
  }

  /// Labels as unsigned bytes.
  ///
  /// - Throws: `DatasetError` that names the first one that is no class.
  func labels(origin: String) throws(DatasetError) -> [UInt8] {
    func fail(_ message: String) -> DatasetError {
      DatasetError(.malformed, message, origin: origin)
    }
    // Keras's CIFAR-10 has `[N, 1]`.
    guard shape.count == 1 || (shape.count == 2 && shape[1] == 1) else {
      throw fail(
        "labels of shape \(shapeText(shape)) found, one number each expected; of one-hot labels "
          + "save `argmax(axis=1)`")
    }
    guard element.kind != .float else {
      throw fail("labels are floats: save classes as integers, `astype('uint8')`")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    for index in 0..<count {
      guard let byte = UInt8(exactly: integer(at: index)) else {
        throw fail("a label in 0...255 expected, \(integer(at: index)) found at example \(index)")
      }
      bytes.append(byte)
    }
    return bytes
  }

  private func load<Value: BitwiseCopyable>(_ index: Int, as type: Value.Type) -> Value {
    elements.withUnsafeBytes {
      $0.loadUnaligned(fromByteOffset: index * MemoryLayout<Value>.size, as: type)
    }
  }

  /// A floating-point element.
  private func number(at index: Int) -> Double {
    element.size == 4
      ? Double(Float(bitPattern: UInt32(littleEndian: load(index, as: UInt32.self))))
      : Double(bitPattern: UInt64(littleEndian: load(index, as: UInt64.self)))
  }

  /// An integer element; what is larger than `Int.max` is that.
  private func integer(at index: Int) -> Int {
    let isSigned = element.kind == .signed
    switch element.size {
    case 1: return isSigned ? Int(load(index, as: Int8.self)) : Int(load(index, as: UInt8.self))
    case 2:
      let bits = UInt16(littleEndian: load(index, as: UInt16.self))
      return isSigned ? Int(Int16(bitPattern: bits)) : Int(bits)
    case 4:
      let bits = UInt32(littleEndian: load(index, as: UInt32.self))
      return isSigned ? Int(Int32(bitPattern: bits)) : Int(bits)
    default:
      let bits = UInt64(littleEndian: load(index, as: UInt64.self))
      return isSigned ? Int(Int64(bitPattern: bits)) : Int(clamping: bits)
    }
  }
}

extension NPYArray {
  /// The array as an IDX file of unsigned bytes.
  package func idx(_ kind: IDX.Kind, origin: String) throws(DatasetError) -> [UInt8] {
    switch kind {
    case .labels: return IDX.header([count]) + (try labels(origin: origin))
    case .images:
      guard shape.count == 3 || shape.count == 4 else {
        throw DatasetError(
          .malformed,
          "images of shape \(shapeText(shape)) found; they must be " + OwnImages.orders,
          origin: origin)
      }
      return IDX.header(shape) + (try pixels(origin: origin))
    }
  }
}

extension ZipArchive {
  /// An array of an NPZ file.
  ///
  /// - Throws: `DatasetError` where there is none of that name, or it cannot be read; of one that
  ///   is not as long as its own header says, no more than that is decompressed.
  package func array(_ name: String, origin: String) throws(DatasetError) -> NPYArray {
    let content = try content(of: "\(name).npy") { start throws(DatasetError) in
      try NPY.header(of: start, origin: origin).fileSize
    }
    guard let content else { throw missing(origin: origin) }
    return try NPY.array(of: content, origin: origin)
  }

  /// The header of an array of an NPZ file; no more of it is decompressed.
  func header(of name: String, origin: String) throws(DatasetError) -> NPY.Header {
    var found: NPY.Header?
    do throws(DatasetError) {
      let content = try content(of: "\(name).npy") { start throws(DatasetError) in
        found = try NPY.header(of: start, origin: origin)
        throw DatasetError(.truncated, "its header is enough", origin: origin)
      }
      guard let content else { throw missing(origin: origin) }
      return try NPY.header(of: content, origin: origin)
    } catch {
      if let found { return found }
      throw error
    }
  }

  private func missing(origin: String) -> DatasetError {
    let found = arrays.isEmpty ? "none" : arrays.prefix(8).map(printable).joined(separator: ", ")
    return DatasetError(
      .incomplete, "there is no such array; the file holds \(found)", origin: origin)
  }

  /// The names of an NPZ file's arrays, sorted.
  var arrays: [String] {
    names.compactMap { $0.hasSuffix(".npy") ? String($0.dropLast(4)) : nil }
  }
}
