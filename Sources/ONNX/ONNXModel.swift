internal import Engine
internal import FoundationEssentials
package import Learning
internal import Settings
internal import SwiftProtobuf

/// Why a model cannot be an ONNX file.
package struct ONNXError: Error, Hashable, Sendable {
  /// Behind the model's name.
  package let message: String

  init(_ message: String) { self.message = message }
}

/// A trained model as an ONNX file: what it computes outside of training, with its weights.
///
/// `images`, float32 `[batch, C, H, W]` with pixels in 0...1, goes in; `logits`, float32
/// `[batch, K]`, comes out. The batch may have any size. Equal models give equal bytes.
///
/// - Source: https://onnx.ai/onnx/repo-docs/IR.html.
package struct ONNXModel: Sendable {
  /// Where a model comes from, for people and programs that find the file later.
  package struct Origin: Hashable, Sendable {
    package var experiment: String
    /// The folder of the run.
    package var run: String
    /// The model's name in the spec.
    package var model: String
    /// What it was trained on.
    package var dataset: String
    /// In the order of the labels; `nil` where they have no names.
    package var classNames: [String]?
    /// Hexadecimal, of the run's `spec.yaml`.
    package var specDigest: String
    /// That of nsl-run.
    package var programVersion: String

    package init(
      experiment: String, run: String, model: String, dataset: String, classNames: [String]?,
      specDigest: String, programVersion: String
    ) {
      self.experiment = experiment
      self.run = run
      self.model = model
      self.dataset = dataset
      self.classNames = classNames
      self.specDigest = specDigest
      self.programVersion = programVersion
    }
  }

  /// The version of ONNX's form of files: that of ONNX 1.8 (2020), which all readers know.
  package static let formatVersion = 7
  /// The version of ONNX's operators: the one that came with it.
  package static let operatorSet = 13
  /// The name of what goes in.
  package static let input = "images"
  /// The name of what comes out.
  package static let output = "logits"

  private let checkpoint: Checkpoint
  private let origin: Origin

  /// - Parameter checkpoint: Whole: with as many parameters as its architecture has.
  package init(_ checkpoint: Checkpoint, origin: Origin) {
    self.checkpoint = checkpoint
    self.origin = origin
  }

  /// The file's bytes.
  ///
  /// - Throws: `ONNXError` for a model of 2 GiB or more, which no such file can hold.
  package func encoded() throws(ONNXError) -> [UInt8] {
    // So large a message is not even built. What is not weights has some kilobytes.
    if 4 * checkpoint.parameters.count < Int(Int32.max),
      let bytes: [UInt8] = try? message.serializedBytes()
    {
      return bytes
    }
    throw ONNXError(
      "has \(checkpoint.parameters.count) parameters, and an ONNX file less than 2 GiB")
  }

  private var message: Onnx_ModelProto {
    var model = Onnx_ModelProto()
    model.irVersion = Int64(Self.formatVersion)
    var operators = Onnx_OperatorSetIdProto()
    operators.version = Int64(Self.operatorSet)
    model.opsetImport = [operators]
    model.producerName = "nsl-run"
    model.producerVersion = origin.programVersion
    model.docString = description
    model.graph = graph
    model.metadataProps = metadata.map { key, value in
      var entry = Onnx_StringStringEntryProto()
      (entry.key, entry.value) = (key, value)
      return entry
    }
    return model
  }

  private var graph: Onnx_GraphProto {
    let model = Model(checkpoint.architecture, layerNames: checkpoint.layerNames)
    var builder = GraphBuilder(reserved: [Self.input, Self.output])
    let logits = builder.add(model, checkpoint.parameters)
    builder.rename(logits, to: Self.output)
    var graph = Onnx_GraphProto()
    graph.name = origin.model
    graph.node = builder.nodes
    graph.initializer = builder.initializers
    graph.input = [
      Onnx_ValueInfoProto(
        Self.input, shape: model.inputShape.dimensions,
        "pixels in 0...1; batch, channel, row, column")
    ]
    graph.output = [
      Onnx_ValueInfoProto(Self.output, shape: [model.classes], "before softmax")
    ]
    return graph
  }

  // MARK: Words

  private var inputShape: [Int] { checkpoint.architecture.inputShape }

  private var description: String {
    let (height, width, channels) = (inputShape[0], inputShape[1], inputShape[2])
    return """
      A classifier of images, trained on \(origin.dataset) by nsl-run \(origin.programVersion): \
      model \(origin.model) of run \(origin.run), experiment \(origin.experiment), seed \
      \(checkpoint.seed). \
      Input `\(Self.input)`: float32 [batch, \(channels), \(height), \(width)], pixels in 0...1. \
      Output `\(Self.output)`: float32 [batch, \(checkpoint.architecture.classes)], before softmax.
      """
  }

  private var metadata: [(key: String, value: String)] {
    [
      ("experiment", origin.experiment), ("run", origin.run), ("model", origin.model),
      ("seed", "\(checkpoint.seed)"), ("dataset", origin.dataset),
      ("pixel_range", "[0, 1]"), ("image_layout", "NCHW"),
    ] + (origin.classNames.map { [("class_names", json($0))] } ?? [])
      + [("spec_sha256", origin.specDigest), ("nsl_run_version", origin.programVersion)]
  }

  private func json(_ names: [String]) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    guard let data = try? encoder.encode(names) else {
      preconditionFailure("texts have a JSON form")
    }
    return String(decoding: data, as: UTF8.self)
  }
}

extension Onnx_ValueInfoProto {
  /// Single-precision numbers.
  ///
  /// - Parameter shape: Without the batch, which may have any size.
  fileprivate init(_ name: String, shape: [Int], _ description: String) {
    self.init()
    self.name = name
    docString = description
    var batch = Onnx_TensorShapeProto.Dimension()
    batch.dimParam = "batch"
    var tensor = Onnx_TypeProto.Tensor()
    tensor.elemType = Int32(Onnx_TensorProto.DataType.float.rawValue)
    tensor.shape.dim =
      [batch]
      + shape.map { extent in
        var dimension = Onnx_TensorShapeProto.Dimension()
        dimension.dimValue = Int64(extent)
        return dimension
      }
    type.tensorType = tensor
  }
}
