internal import Experiments
internal import Learning
internal import Settings

extension ContentStore {
  /// What the evaluation at the next smaller epsilon of a list has found; `nil` where there is none.
  ///
  /// - Parameter examples: Those of `work`.
  /// - Throws: `WorkerError`, `StoreError`, `FileError` or `DatasetError` where it is not stored as
  ///   it should be.
  func smallerEpsilon(of work: EvaluateWork, examples: Int) throws -> SmallerEpsilon? {
    guard let before = work.before else { return nil }
    let key = before.key
    func fail(_ reason: String) -> WorkerError { WorkerError("\(path(of: key)): \(reason)") }
    switch entry(key, .meaning(.evaluate(before))) {
    case .absent: throw fail("the evaluation at the smaller epsilon is not stored")
    case .damaged(let reason): throw fail(reason)
    case .whole(let manifest):
      guard let outcomes = ExampleOutcome.decode(try read(OutputFile.outcomes, of: manifest)),
        outcomes.count == examples
      else {
        throw fail("the evaluation at the smaller epsilon is not that of \(examples) examples")
      }
      let size = work.subjectArchitecture.inputShape.reduce(1, *)
      let images = ImageBytes.decode(try read(OutputFile.images, of: manifest), size: size)
      let kept =
        work.attack?.keep == true
        ? try KeptImages(
          decoding: try read(OutputFile.kept, of: manifest), origin: OutputFile.kept) : nil
      return SmallerEpsilon(outcomes: outcomes, firstImages: images, kept: kept)
    }
  }
}
