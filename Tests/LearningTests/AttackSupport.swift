import Learning

extension Attack {
  /// The attacked images of a batch.
  ///
  /// - Parameters:
  ///   - clean: `[N, C, H, W]`.
  ///   - first: Place of the batch's first example in its split.
  func images(
    from clean: [Float], labels: [Int32], on model: any AttackedModel, first: Int = 0,
    seed: Int = 1,
    examples: [Int]? = nil
  ) -> [Float] {
    // What an attack leaves out is seen: no image has such pixels.
    var attacked = [Float](repeating: -1, count: clean.count)
    clean.withUnsafeBufferPointer { clean in
      labels.withUnsafeBufferPointer { labels in
        attacked.withUnsafeMutableBufferPointer {
          run(
            AttackBatch(
              images: clean, labels: labels, firstExample: first, seed: seed, examples: examples),
            on: model, into: $0)
        }
      }
    }
    return attacked
  }
}
