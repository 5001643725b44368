import CFunctions

/// Softmax cross-entropy of each row of `logits` `[N, K]` with its label, into `loss` `[N]`.
///
/// - Parameter smoothing: `s`, where the label has `1 - s + s / K` and each other class `s / K`.
func crossEntropy(
  _ logits: UnsafeBufferPointer<Float>, _ labels: UnsafeBufferPointer<Int32>, smoothing: Float,
  _ loss: UnsafeMutableBufferPointer<Float>
) {
  let classes = logits.count / labels.count
  for n in labels.indices {
    let row = UnsafeBufferPointer(rebasing: logits[n * classes..<(n + 1) * classes])
    let (largest, sum) = shiftedExponentials(row)
    let ofLabel = row[Int(labels[n])] - largest
    guard smoothing > 0 else {
      loss[n] = nsl_logf(sum) - ofLabel
      continue
    }
    var ofAll: Float = 0
    for x in row { ofAll += x - largest }
    loss[n] = nsl_logf(sum) - ((1 - smoothing) * ofLabel + smoothing / Float(classes) * ofAll)
  }
}

/// Gradient of `sum(dy * loss)` at the logits, into `gradient` `[N, K]`.
func crossEntropyGradient(
  _ logits: UnsafeBufferPointer<Float>, _ labels: UnsafeBufferPointer<Int32>, smoothing: Float,
  _ dy: UnsafeBufferPointer<Float>, _ gradient: UnsafeMutableBufferPointer<Float>
) {
  let classes = logits.count / labels.count
  for n in labels.indices {
    let row = n * classes..<(n + 1) * classes
    crossEntropyGradient(
      UnsafeBufferPointer(rebasing: logits[row]), label: labels[n], smoothing: smoothing,
      times: dy[n], into: UnsafeMutableBufferPointer(rebasing: gradient[row]))
  }
}

/// The gradient of one example's softmax cross-entropy at its logits, the softmax less the label, times
/// a factor.
///
/// - Parameters:
///   - logits: `[K]`.
///   - smoothing: See ``Graph/softmaxCrossEntropy(_:labels:smoothing:)``.
///   - gradient: `[K]`.
package func crossEntropyGradient(
  _ logits: UnsafeBufferPointer<Float>, label: Int32, smoothing: Float = 0, times factor: Float,
  into gradient: UnsafeMutableBufferPointer<Float>
) {
  let share = smoothing / Float(logits.count)
  let (largest, sum) = shiftedExponentials(logits)
  for k in logits.indices {
    let probability = nsl_expf(logits[k] - largest) / sum
    gradient[k] = factor * (probability - (k == Int(label) ? 1 - smoothing + share : share))
  }
}

/// The largest element, and the sum of exp(element - largest), which cannot overflow.
private func shiftedExponentials(_ row: UnsafeBufferPointer<Float>) -> (Float, Float) {
  var largest = -Float.infinity
  for x in row { largest = max(largest, x) }
  var sum: Float = 0
  for x in row { sum += nsl_expf(x - largest) }
  return (largest, sum)
}
