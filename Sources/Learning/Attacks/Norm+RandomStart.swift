package import Engine
import CFunctions
package import Settings

extension Norm {
  /// Adds a point drawn uniformly from the ball of that radius around 0.
  ///
  /// `l2` and `l1` draw from the normal and the Laplace distribution and divide by the length of
  /// the sample together with two, respectively one, more coordinates.
  ///
  /// - Source: Barthe et al. 2005, arXiv:math/0503650, corollary 4.
  package func addRandomStart(
    radius: Float, to point: UnsafeMutableBufferPointer<Float>, using stream: inout RandomStream
  ) {
    precondition(radius >= 0, "a radius is not negative")
    if self == .infinity {
      for i in 0..<point.count { point[i] += stream.uniform(in: -radius...radius) }
      return
    }
    // The stream is a value: the first pass over a copy finds the length, the second one adds.
    var replay = stream
    var length = 0.0
    for _ in 0..<point.count {
      let sample = Double(self == .l2 ? stream.normal() : laplace(&stream))
      length += self == .l2 ? sample * sample : sample.magnitude
    }
    let more = Double(-nsl_logf(1 - stream.uniform()))
    // The squares of two more normal coordinates have twice the exponential distribution.
    length = self == .l2 ? (length + 2 * more).squareRoot() : length + more
    guard length > 0 else { return }
    let factor = Float(Double(radius) / length)
    for i in 0..<point.count {
      point[i] += factor * (self == .l2 ? replay.normal() : laplace(&replay))
    }
  }

  private func laplace(_ stream: inout RandomStream) -> Float {
    let magnitude = -nsl_logf(1 - stream.uniform())
    return stream.next() & 1 == 0 ? magnitude : -magnitude
  }
}
