/// A configuration that a method, a model or an evaluation cannot work with.
package struct LearningError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: String, Hashable, Sendable {
    case unsupportedNorm = "unsupported-norm"
    case badFeatureMask = "bad-feature-mask"
    case parameterCount = "parameter-count"
    case outsideBox = "outside-box"
    case emptySplit = "empty-split"
    case unknownMonitor = "unknown-monitor"
  }

  package let code: Code
  package let message: String

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  package var description: String { message }
}
