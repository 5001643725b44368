import FoundationEssentials
import SystemPackage
import Testing

/// A Python that has the packages `onnx`, `onnxruntime`, `torch`, `safetensors` and `pandas`.
private enum Python {
  static let path = ProcessInfo.processInfo.environment["NSL_PYTHON"]
  static let comment: Comment =
    "NSL_PYTHON must name a Python with onnx, onnxruntime, torch, safetensors and pandas"

  /// Runs a script in the sandbox.
  static func run(_ script: String, in sandbox: Sandbox) async throws {
    try sandbox.write(script, to: "script.py")
    let ending = try await sandbox.shell(#""$NSL_PYTHON" script.py"#, environment: environment)
    #expect(ending.status == 0, "\(script)\n\(ending)")
    print(ending.output)
  }

  /// What scripts and programs get: the data may be elsewhere.
  static var environment: [String: String] {
    ProcessInfo.processInfo.environment.filter { ["NSL_PYTHON", "NSL_DATA_DIR"].contains($0.key) }
  }
}

@Suite(.enabled(if: Python.path != nil, Python.comment)) struct `In Python` {
  /// All kinds of layers that `experiments/` does not have.
  private static let everyLayer = """
    architecture:
      layers:
        - normalization: { mean: 0.13, variance: 0.095 }
        - conv2d: { filters: 6, kernel_size: [3, 2], strides: [1, 2], padding: same, activation: gelu }
        - rescaling: { scale: 1.5, offset: -0.1 }
        - max_pooling2d: { pool_size: 3, strides: 2, padding: same, name: pooled }
        - conv2d: { filters: 6, kernel_size: 3, padding: same, activation: swish, use_bias: false }
        - batch_normalization: { name: normalized }
        - concatenate: [normalized, pooled]
        - average_pooling2d: { pool_size: [3, 2], strides: 2, padding: same }
        - activation: elu
        - dropout: 0.1
        - conv2d: { filters: 9, kernel_size: 2, activation: leaky_relu }
        - flatten
        - batch_normalization
        - dense: { units: 20, activation: tanh }
        - dense: { units: 20, activation: softplus, name: a }
        - dense: { units: 20, activation: sigmoid, name: b }
        - add: [a, b]
        - dense: { units: 10, use_bias: false }
    """

  /// The logits of 1,000 test images, clean and attacked.
  @Test(arguments: ["tutorial", "resnet8", "every layer"])
  func `onnxruntime computes the logits of an exported model`(network: String) async throws {
    let sandbox = try Sandbox()
    let data = Python.environment["NSL_DATA_DIR"] == nil ? "synthetic-digits" : "mnist"
    let resnet = Sandbox.package.appending("experiments/resnet8.yaml")
    let architecture =
      switch network {
      case "tutorial": ""
      case "resnet8": "extends: \(resnet)"
      default: Self.everyLayer
      }
    try sandbox.write(
      """
      experiment: export
      \(architecture)
      dataset: { name: \(data), train_limit: 2000, test_limit: 1000 }
      hparams: { epochs: 1 }
      models:
        base: { adversarial: none }
      eval:
        limit: 1000
        attacks:
          - { name: fgsm, epsilon: 0.1, keep: true }
      seeds: [0]

      """, to: "export.yaml")
    let script = "nsl-run export.yaml --quiet; nsl-run export export --onnx --output model.onnx"
    let ending = try await sandbox.shell(script, environment: Python.environment)
    try #require(ending.status == 0, "\(ending)")
    try await Python.run(
      """
      import glob, hashlib, json
      import numpy as np, onnx, onnxruntime

      model = onnx.load("model.onnx")
      onnx.checker.check_model(model, full_check=True)
      session = onnxruntime.InferenceSession("model.onnx")
      [run] = glob.glob("results/export/runs/*")
      about = session.get_modelmeta().custom_metadata_map
      assert json.loads(about["class_names"]) == list("0123456789"), about
      assert json.loads(about["pixel_range"]) == [0, 1], about
      assert about["spec_sha256"] == hashlib.sha256(open(f"{run}/spec.yaml", "rb").read()).hexdigest()
      kept = np.load(f"{run}/models/base/adversarial-fgsm-0.1-self.npz")
      assert len(kept["labels"]) == 1000
      for images in ["clean", "adversarial"]:
          expected = kept[f"{images}_logits"]
          logits = session.run(["logits"], {"images": kept[images]})[0]
          assert logits.shape == expected.shape and logits.dtype == np.float32
          # An image of its own, too: the batch has any size.
          one = session.run(["logits"], {"images": kept[images][7:8]})[0]
          assert abs(one - logits[7:8]).max() < 1e-5 * abs(expected).max()
          largest, difference = abs(expected).max(), abs(logits - expected).max()
          print(f"\(network), \(data), {images}: {difference:.2e} of {largest:.3g}, {difference / largest:.1e}")
          assert difference <= 1e-5 * largest
      """, in: sandbox)
  }

  /// The code of both pages, one after the other, after the commands of the first.
  @Test func `the code of the documentation works`() async throws {
    let sandbox = try Sandbox()
    var code = ""
    for step in `The documentation`.steps(try `The documentation`.text("docs/elsewhere.md")) {
      switch step {
      case .spec(let name, let text): try sandbox.write(`The documentation`.small(text), to: name)
      case .script(let script):
        let ending = try await sandbox.shell(script)
        try #require(ending.status == 0, "\(script)\n\(ending)")
      case .python(let text): code += text
      }
    }
    let results = `The documentation`.steps(try `The documentation`.text("docs/results.md"))
    for case .python(let text) in results where text.contains("pandas") { code += text }
    try sandbox.write(
      withOddLosses(try sandbox.read("results/elsewhere/results.csv")),
      to: "results/elsewhere/results.csv")
    code += """
      assert pandas.api.types.is_string_dtype(table["run"]), table.dtypes
      assert set(table["run"]) == {folder.split("/")[-3]}, table["run"]
      for column in ["seed", "examples", "correct"]:
          assert table[column].dtype == "int64", table.dtypes
      for column in ["epsilon", "accuracy", "loss", "mean_l2", "success_rate"]:
          assert table[column].dtype == "float64", table.dtypes
      clean = table[table["attack"] == "clean"].iloc[0]
      assert list(table["loss"].isna()) == [False, True] and clean["loss"] == float("inf"), table["loss"]
      assert clean[["source", "norm", "verdict", "clean_correct"]].isna().all(), clean
      assert table.convert_dtypes()["clean_correct"].dtype == "Int64", table.dtypes
      assert (table["accuracy"] == table["correct"] / table["examples"]).all(), table
      """
    try await Python.run(code, in: sandbox)
  }

  /// A table of two rows with losses that are no numbers.
  private func withOddLosses(_ table: String) throws -> String {
    var lines = table.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let loss = try #require(lines[0].firstIndex(of: "loss"))
    try #require(lines.count == 3)
    (lines[1][loss], lines[2][loss]) = ("inf", "nan")
    return lines.map { $0.joined(separator: ",") + "\n" }.joined()
  }
}
