/// The extents of a tensor, outermost first. Activations are `[N, C, H, W]` or `[N, K]`,
/// convolution weights `[O, I, R, S]`.
package struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  package let dimensions: [Int]

  package init(_ dimensions: [Int]) {
    precondition(dimensions.allSatisfy { $0 > 0 }, "a dimension must be positive")
    self.dimensions = dimensions
  }

  package init(arrayLiteral elements: Int...) { self.init(elements) }

  /// The number of elements; 1 for a scalar.
  package var count: Int { dimensions.reduce(1, *) }
  package var rank: Int { dimensions.count }
  package subscript(axis: Int) -> Int { dimensions[axis] }
  package var description: String { dimensions.map(String.init).joined(separator: "x") }
}
