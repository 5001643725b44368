package import Engine

/// What training minimizes, for one model and one batch size. Its passes are made once; a step
/// allocates nothing.
///
/// It remembers nothing from one batch to the next: a training goes on between any two of them with
/// objectives that are new.
///
/// A new method is a file with such a class and a line in ``TrainingMethod/makeObjective(_:)``: what
/// it reports becomes columns of `history.csv`, and numbers that early stopping can monitor.
///
/// - Batches: ``images``, ``labels``
/// - Steps: ``run(_:reporting:)``, ``finishGradient(_:)``, ``updatesPerBatch``, ``gradient``
package protocol TrainingObjective: AnyObject {
  /// What it reports, in the order of the columns; ``StepMetric/loss`` and ``StepMetric/accuracy`` are
  /// among them.
  var metrics: [StepMetric] { get }
  /// `[N, C, H, W]`: written before a batch's first update.
  var images: UnsafeMutableBufferPointer<Float> { get }
  /// `[N]`: written before a batch's first update.
  var labels: UnsafeMutableBufferPointer<Int32> { get }
  /// `[P]`: of what is minimized, after ``run(_:reporting:)`` and ``finishGradient(_:)``.
  var gradient: UnsafeBufferPointer<Float> { get }
  /// All passes that it makes.
  var passes: [LossPass] { get }
  /// How often the weights are updated on one batch, each time after a run of its own.
  var updatesPerBatch: Int { get }

  /// Computes the numbers that it reports, and the gradient, at the current weights.
  func run(_ step: inout StepContext, reporting report: inout StepReport)

  /// Completes elements of ``gradient``, where ``run(_:reporting:)`` leaves that to do. Called once for
  /// each element, for different ones on several threads at the same time.
  func finishGradient(_ range: Range<Int>)
}

extension TrainingObjective {
  package var updatesPerBatch: Int { 1 }
  package func finishGradient(_ range: Range<Int>) {}
}

/// Makes the passes that an objective asks for, all over the same weights.
package struct PassFactory {
  private let compiled: CompiledModel
  package let batchSize: Int
  /// Of every loss that is differentiated.
  package let labelSmoothing: Float

  package init(
    model: Model, batchSize: Int, parameters: ParameterVector, labelSmoothing: Float = 0,
    threads: ThreadPool = ThreadPool()
  ) {
    self.init(
      CompiledModel(model, parameters: parameters, threads: threads), batchSize: batchSize,
      labelSmoothing: labelSmoothing)
  }

  init(_ compiled: CompiledModel, batchSize: Int, labelSmoothing: Float) {
    self.compiled = compiled
    self.batchSize = batchSize
    self.labelSmoothing = labelSmoothing
  }

  package var model: Model { compiled.model }
  package var parameters: ParameterVector { compiled.parameters }
  /// Those that share a step.
  package var threads: ThreadPool { compiled.threads }

  /// A pass over batches of this size.
  ///
  /// - Parameters:
  ///   - gradients: Of the batch's mean loss, or of what else follows from the logits.
  ///   - mode: As in Keras, every pass of a step is in training mode by default: each has a batch's
  ///     moments and dropout of its own, and each moves the moving averages.
  package func pass(_ gradients: LossPass.Gradients, mode: Mode = .training) -> LossPass {
    compiled.pass(
      batchSize: batchSize, reduction: .mean, gradients: gradients, mode: mode,
      labelSmoothing: labelSmoothing)
  }
}
