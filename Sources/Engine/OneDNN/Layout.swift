internal import COneDNN

/// How a tensor's float32 elements lie in memory: oneDNN's memory descriptor.
final class Layout: Equatable {
  let handle: nsl_dnn_layout

  private init(_ handle: nsl_dnn_layout) { self.handle = handle }

  /// Row-major.
  convenience init(plain shape: Shape) throws { try self.init(shape, any: false) }

  /// The order of the elements is oneDNN's to choose.
  convenience init(any shape: Shape) throws { try self.init(shape, any: true) }

  /// `[N, C, H, W]` with its channels in blocks of 8 or 16, as nChwBc.
  convenience init(channelBlock: Int, _ shape: Shape) throws {
    var handle: nsl_dnn_layout?
    let status = nsl_dnn_layout_create_blocked(
      &handle, shape.dimensions.map(Int64.init), Int32(channelBlock))
    try check(status, "a blocked layout of \(shape)")
    guard let handle else { throw EngineError(operation: "a layout of \(shape)", status: 5) }
    self.init(handle)
  }

  private convenience init(_ shape: Shape, any: Bool) throws {
    // oneDNN has no rank 0: a scalar is one element.
    let dimensions = shape.rank == 0 ? [1] : shape.dimensions.map(Int64.init)
    var handle: nsl_dnn_layout?
    let status = nsl_dnn_layout_create(
      &handle, Int32(dimensions.count), dimensions, any ? 1 : 0)
    try check(status, "a layout of \(shape)")
    guard let handle else { throw EngineError(operation: "a layout of \(shape)", status: 5) }
    self.init(handle)
  }

  /// The layout in which `primitive` reads or writes one of its tensors.
  convenience init(of primitive: Primitive, _ role: nsl_dnn_role) throws {
    var handle: nsl_dnn_layout?
    let status = withExtendedLifetime(primitive) {
      nsl_dnn_operation_layout(&handle, primitive.handle, role)
    }
    try check(status, "a layout of \(primitive.name)")
    guard let handle else { throw EngineError(operation: primitive.name, status: 5) }
    self.init(handle)
  }

  deinit { nsl_dnn_layout_destroy(handle) }

  var byteCount: Int { withExtendedLifetime(self) { nsl_dnn_layout_size(handle) } }

  /// B for `[N, C, H, W]` blocked as nChwBc, 1 for plain, 0 for anything else.
  var channelBlock: Int {
    withExtendedLifetime(self) { Int(nsl_dnn_layout_channel_block(handle)) }
  }

  static func == (a: Layout, b: Layout) -> Bool {
    a === b
      || withExtendedLifetime((a, b)) { nsl_dnn_layout_equal(a.handle, b.handle) != 0 }
  }
}
