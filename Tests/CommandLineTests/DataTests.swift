import FoundationEssentials
import Testing

@Suite struct `Data sets` {
  @Test func `say where they would come from`() async throws {
    let sandbox = try Sandbox()
    let before = try await sandbox.run("data", "synthetic-digits")
    #expect(before.output == "synthetic-digits: would be drawn by the program\n")
    let all = try await sandbox.run("data")
    #expect(all.status == 0)
    #expect(all.output.contains("\nsynthetic-digits:") && all.output.hasPrefix("mnist: not here"))
  }

  @Test func `of the user's that are incomplete are an error`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write("", to: "data/mnist/train-images-idx3-ubyte")
    let variables = ["NSL_DATA_DIR": sandbox.path("data")]
    let status = try await sandbox.run("data", "mnist", environment: variables)
    #expect(status.status == 2)
    #expect(status.output.contains("train-labels-idx1-ubyte"), "\(status)")
    let fetch = try await sandbox.run("data", "fetch", "mnist", environment: variables)
    #expect(fetch.status == 2)
    #expect(fetch.error.contains("train-labels-idx1-ubyte"), "\(fetch)")
  }

  @Test func `are found where Keras and torchvision keep them`() async throws {
    let sandbox = try Sandbox()
    for name in ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"] {
      try sandbox.write("", to: "data/MNIST/raw/\(name)-ubyte")
    }
    let torchvision = try await sandbox.run("data", "mnist")
    #expect(torchvision.output == "mnist: in torchvision's usual folder, data/MNIST/raw\n")
    try sandbox.write("", to: ".keras/datasets/mnist.npz")
    let keras = try await sandbox.run("data", "mnist")
    let path = sandbox.path(".keras/datasets/mnist.npz")
    #expect(keras.output == "mnist: in Keras's folder, \(path)\n")
    try sandbox.write("", to: ".keras/datasets/cifar-10-batches-py/data_batch_1")
    try sandbox.write("", to: "own/notes.txt")
    try sandbox.write("dataset: { name: mnist, path: own }\n", to: "spec.yaml")
    let named = try await sandbox.run("spec.yaml")
    #expect(named.status == 2, "\(named)")
    #expect(named.error.contains("/own, which holds notes.txt"), "\(named)")
  }

  @Test func `that are truncated keep a run from beginning`() async throws {
    let sandbox = try Sandbox()
    for name in ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"] {
      try sandbox.write("too short", to: "data/mnist/\(name)-ubyte")
    }
    try sandbox.write("dataset: { name: mnist }\n", to: "spec.yaml")
    let ending = try await sandbox.run(
      "spec.yaml", environment: ["NSL_DATA_DIR": sandbox.path("data")])
    #expect(ending.status == 2)
    #expect(ending.error.contains("data/mnist/train-images-idx3-ubyte"), "\(ending)")
    #expect(!sandbox.exists("results/spec/results.csv"))
  }
}

@Suite struct `Own files` {
  /// An IDX file, compressed by the system's program: as a user would.
  private func write(
    _ sandbox: Sandbox, _ dimensions: [Int], _ bytes: [UInt8], _ name: String
  ) async throws {
    var content: [UInt8] = [0, 0, 8, UInt8(dimensions.count)]
    for dimension in dimensions {
      content += [0, 0, UInt8(dimension >> 8), UInt8(dimension & 255)]
    }
    try sandbox.write("", to: "own/\(name)")
    try Data(content + bytes).write(to: URL(filePath: sandbox.path("own/\(name)")))
    let ending = try await sandbox.shell("gzip own/\(name)")
    try #require(ending.status == 0, "\(ending)")
  }

  @Test func `are trained on wherever they lie, and once`() async throws {
    let sandbox = try Sandbox()
    // Colors tell the classes apart: [H, W, C], 4 x 4 x 3.
    func images(_ count: Int) -> [UInt8] {
      var bytes: [UInt8] = []
      for n in 0..<count {
        for i in 0..<48 { bytes.append(i % 3 == n % 3 ? UInt8(200 + i) : UInt8(i)) }
      }
      return bytes
    }
    for (split, count) in [("train", 60), ("test", 30)] {
      try await write(sandbox, [count, 4, 4, 3], images(count), "\(split)-images")
      try await write(sandbox, [count], (0..<count).map { UInt8($0 % 3) }, "\(split)-labels")
    }
    try sandbox.write(
      """
      experiment: own
      dataset: { name: idx, path: ../own }
      architecture: { input_shape: [4, 4, 3], num_classes: 3, conv_filters: [4], num_fc_units: [] }
      hparams: { epochs: 8, batch_size: 6, learning_rate: 0.01 }
      eval: { attacks: [{ name: pgd, epsilon: 0.1, steps: 3, targeted: next }] }

      """, to: "specs/own.yaml")
    let first = try await sandbox.run("specs/own.yaml", "--quiet")
    #expect(first.status == 0, "\(first)")
    let table = try sandbox.read("results/own/results.csv")
    #expect(table.contains(",idx,base,clean,,,0,30,30,1,"), "\(table)")
    #expect(table.contains(",idx,base,pgd-to-next,self,linf,0.1,30,"), "\(table)")

    // The resolved spec of the run leads to the same stages, from another folder.
    let run = try #require(sandbox.files(below: "results/own/runs").first)
    let again = try await sandbox.shell(
      "cd own && nsl-run ../results/own/runs/\(run)/spec.yaml --results-dir ../results")
    #expect(again.status == 0 && again.error.contains("0 run and 3 stored"), "\(again)")

    try sandbox.write(
      try sandbox.read("specs/own.yaml").replacing("num_classes: 3", with: "num_classes: 2"),
      to: "specs/own.yaml")
    let wrong = try await sandbox.run("specs/own.yaml")
    #expect(wrong.status == 2, "\(wrong)")
    #expect(wrong.error.contains("a label in 0...1 expected"), "\(wrong)")
  }

  /// An NPY file of unsigned bytes.
  private func writeArray(
    _ sandbox: Sandbox, _ shape: [Int], _ bytes: [UInt8], _ name: String
  ) throws {
    let numbers = shape.map { "\($0), " }.joined()
    let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (\(numbers)), }\n"
      .replacing(", )", with: ",)")
    try sandbox.write("", to: name)
    let start = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0]
    try Data(start + Array(header.utf8) + bytes).write(to: URL(filePath: sandbox.path(name)))
  }

  @Test func `in NumPy's files are trained on, and what does not fit is said before a run`()
    async throws
  {
    let sandbox = try Sandbox()
    for (split, count) in [("train", 60), ("test", 30)] {
      let labels = (0..<count).map { UInt8($0 % 3) }
      var images: [UInt8] = []
      for label in labels { for pixel: UInt8 in 0..<16 { images.append(label * 80 + pixel) } }
      try writeArray(sandbox, [count, 4, 4], images, "own/x_\(split).npy")
      try writeArray(sandbox, [count], labels, "own/y_\(split).npy")
    }
    func spec(_ dataset: String, classes: Int = 3) -> String {
      """
      experiment: own
      dataset: { name: files, \(dataset) }
      architecture:
        { input_shape: [4, 4, 1], num_classes: \(classes), conv_filters: [4], num_fc_units: [] }
      hparams: { epochs: 2, batch_size: 6 }

      """
    }
    try sandbox.write(spec("path: own"), to: "folder.yaml")
    let first = try await sandbox.run("folder.yaml", "--quiet")
    #expect(first.status == 0, "\(first)")
    let table = try sandbox.read("results/own/results.csv")
    #expect(table.contains(",files,base,clean,,,0,30,"), "\(table)")

    // The content counts, not where it lies; the resolved spec of the run says where.
    let files =
      "train_images: ../own/x_train.npy, train_labels: ../own/y_train.npy, "
      + "test_images: ../own/x_test.npy, test_labels: ../own/y_test.npy"
    try sandbox.write(spec(files), to: "specs/files.yaml")
    let second = try await sandbox.run("specs/files.yaml")
    #expect(second.error.contains("0 run and 2 stored"), "\(second)")
    let run = try #require(sandbox.files(below: "results/own/runs").first)
    let again = try await sandbox.shell(
      "cd own && nsl-run ../results/own/runs/\(run)/spec.yaml --results-dir ../results")
    #expect(again.status == 0 && again.error.contains("0 run and 2 stored"), "\(again)")

    try sandbox.write(spec("path: own", classes: 2), to: "folder.yaml")
    let both = try await sandbox.run("validate", "folder.yaml", "specs/files.yaml")
    #expect(both.status == 2 && both.output.hasPrefix("specs/files.yaml: ok"), "\(both)")
    for command in ["plan", "validate"] {
      let wrong = try await sandbox.run(command, "folder.yaml")
      #expect(wrong.status == 2, "\(wrong)")
      #expect(
        wrong.error.contains("own/y_train.npy: a label in 0...1 expected, as the spec's"),
        "\(wrong)")
    }
  }

  @Test func `have pictures with the names of their classes`() async throws {
    let sandbox = try Sandbox()
    for split in ["train", "test"] {
      try writeArray(sandbox, [30, 2, 2], (0..<120).map { UInt8($0) }, "own/x_\(split).npy")
      try writeArray(sandbox, [30], (0..<30).map { UInt8($0 % 3) }, "own/y_\(split).npy")
    }
    try sandbox.write(
      """
      experiment: own
      dataset: { name: files, path: own }
      architecture: { input_shape: [2, 2, 1], num_classes: 3, layers: [flatten, dense: 3] }
      hparams: { epochs: 1 }
      eval: { attacks: [{ name: fgsm, epsilon: 0.1 }] }

      """, to: "own.yaml")
    func pictures(_ names: String?) async throws -> [Data] {
      if let names { try sandbox.write(names, to: "own/classes.txt") }
      let ending = try await sandbox.run("own.yaml", "--quiet")
      #expect(ending.status == 0, "\(ending)")
      let files = sandbox.files(below: "results/own/runs").filter { $0.hasSuffix(".png") }
      #expect(files.count == 1)
      return try files.map {
        try Data(contentsOf: URL(filePath: sandbox.path("results/own/runs/\($0)")))
      }
    }
    let unnamed = try await pictures(nil)
    let numbers = try await pictures("0\n1\n2\n")
    let fruits = try await pictures("apple\nbanana\ncherry\n")
    let others = try await pictures("apple\nbanana\ncitron\n")
    #expect(unnamed == numbers)
    #expect(Set([numbers, fruits, others]).count == 3)
  }

  @Test func `that are sorted by class leave no class out without a word`() async throws {
    let sandbox = try Sandbox()
    for split in ["train", "test"] {
      let images = [UInt8](repeating: 10, count: 80) + [UInt8](repeating: 200, count: 80)
      try writeArray(sandbox, [40, 2, 2], images, "own/x_\(split).npy")
      let labels = [UInt8](repeating: 0, count: 20) + [UInt8](repeating: 1, count: 20)
      try writeArray(sandbox, [40], labels, "own/y_\(split).npy")
    }
    func spec(_ shuffle: String) -> String {
      """
      experiment: own
      dataset: { name: files, path: own, validation_split: 0.5\(shuffle) }
      architecture: { input_shape: [2, 2, 1], num_classes: 2, layers: [flatten, dense: 2] }
      hparams: { epochs: 1 }

      """
    }
    let warning = "warning: no example of class 1 is trained on: `validation_split` 0.5"
    try sandbox.write(spec(""), to: "spec.yaml")
    for command in ["validate", "plan"] {
      let planned = try await sandbox.run(command, "spec.yaml")
      #expect(planned.status == 0 && planned.error.contains(warning), "\(planned)")
      #expect(planned.error.hasPrefix("spec.yaml:2:54: warning: "), "\(planned)")
    }
    let sorted = try await sandbox.run("spec.yaml")
    #expect(sorted.status == 0 && sorted.error.contains(warning), "\(sorted)")
    let logs = sandbox.files(below: "results/.store").filter { $0.hasSuffix("log.txt") }
    let texts = try logs.map { try sandbox.read("results/.store/\($0)") }
    #expect(texts.contains { $0.contains(warning) }, "\(logs)")
    try sandbox.write(spec(", validation_shuffle: true"), to: "spec.yaml")
    let quiet = try await sandbox.run("plan", "spec.yaml")
    #expect(quiet.status == 0 && quiet.error.isEmpty, "\(quiet)")
    let shuffled = try await sandbox.run("spec.yaml")
    #expect(shuffled.status == 0 && !shuffled.error.contains("warning"), "\(shuffled)")
    #expect(shuffled.error.contains("val_accuracy"), "\(shuffled)")
  }

  @Test func `are described by the plan, and doubtful labels are said`() async throws {
    let sandbox = try Sandbox()
    for (split, count) in [("train", 6), ("test", 3)] {
      try writeArray(
        sandbox, [count, 2, 2], [UInt8](repeating: 10, count: count * 4), "own/x_\(split).npy")
      try writeArray(sandbox, [count], (0..<count).map { UInt8(1 + $0 % 3) }, "own/y_\(split).npy")
    }
    try sandbox.write(
      "dataset: { name: files, path: own }\narchitecture: { layers: [flatten, dense: 4] }\n",
      to: "spec.yaml")
    let plan = try await sandbox.run("plan", "spec.yaml")
    #expect(
      plan.output.contains(
        """
          dataset     files
                      \(sandbox.path("own"))
                      6 training and 3 test images of 2x2x1, 4 classes

        """), "\(plan)")
    #expect(
      plan.error.hasPrefix(
        "spec.yaml:1:31: warning: the training labels are 1...3: they count as 4 classes, and class 0"
          + " has no example\n"), "\(plan)")
  }

  @Test func `that are not there are errors where the spec names them`() async throws {
    let sandbox = try Sandbox()
    try sandbox.write("", to: "data.npz")
    let network =
      "architecture: { input_shape: [2, 2, 1], num_classes: 3, layers: [flatten, dense: 3] }\n"
    for (dataset, rest, error) in [
      ("files, path: dta.npz", "", "/dta.npz: there is no such file\n"),
      ("files, path: dta.npz", network, "/dta.npz: there is no such file\n"),
      ("idx, path: nowhere", network, "/nowhere: there is no such folder\n"),
      ("mnist, path: nowhere", "", "error: mnist is not there\n"),
    ] {
      try sandbox.write("dataset:\n  { name: \(dataset) }\n\(rest)", to: "spec.yaml")
      for command in ["validate", "plan", "run"] {
        let ending = try await sandbox.run(command, "spec.yaml")
        #expect(ending.status == 2 && ending.output.isEmpty, "\(ending)")
        #expect(ending.error.hasPrefix("spec.yaml:2:"), "\(ending)")
        #expect(ending.error.contains(error), "\(ending)")
        #expect(
          ending.error.contains("suggestion: did you mean `data.npz`?")
            == dataset.hasPrefix("files"),
          "\(ending)")
      }
    }
  }

  @Test func `that are no files, or far more than they say, are errors at once`() async throws {
    let sandbox = try Sandbox()
    let spec = """
      dataset: { name: idx, path: own }
      architecture: { input_shape: [2, 2, 1], num_classes: 3, layers: [flatten, dense: 3] }

      """
    try sandbox.write(spec, to: "spec.yaml")
    for (split, count) in [("train", 4), ("test", 2)] {
      try await write(
        sandbox, [count, 2, 2], Array(repeating: 9, count: count * 4), "\(split)-images")
      try await write(sandbox, [count], Array(repeating: 1, count: count), "\(split)-labels")
    }
    let pipe = try await sandbox.shell(
      """
      mv own/train-images.gz images.gz; mkfifo own/train-images.gz
      for command in validate plan run; do
        status=0; timeout -s KILL 60 nsl-run $command spec.yaml || status=$?
        test $status = 2
      done
      """)
    #expect(pipe.status == 0, "\(pipe)")
    #expect(
      pipe.error.split(separator: "\n").filter { $0.hasSuffix("it is a named pipe, not a file") }
        .count == 3, "\(pipe)")

    // A gibibyte of zeros behind the images, in a process that may not take half of it.
    let bomb = try await sandbox.shell(
      """
      rm own/train-images.gz; gunzip images.gz
      { cat images; head -c 1G /dev/zero; } | gzip -1 > own/train-images.gz
      ulimit -v 600000
      nsl-run validate spec.yaml
      """)
    #expect(bomb.status == 2, "\(bomb)")
    #expect(
      bomb.error.contains("train-images.gz: holds more than the 32 bytes expected"), "\(bomb)")
  }
}
