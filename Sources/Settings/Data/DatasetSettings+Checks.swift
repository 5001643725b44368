extension DatasetSettings {
  /// No file of a dataset counts more.
  private static let mostExamples = 1 << 32

  package mutating func complete(_ reader: any SettingsReader) {
    let name = reader.isGiven("name") ? name : nil
    checkPath(of: name, reader)
    checkFiles(of: name, reader)
    checkFallback(of: name, reader)
    if validationSplit > 0 {
      let examples = min(trainLimit ?? .max, Self.mostExamples)
      let trained = Int(nearest: (Double(examples) * (1 - validationSplit)).rounded(.down))
      if trained == 0 || trained == examples {
        let of = trainLimit.map { " of \($0) training examples" } ?? ""
        reader.report(
          .conflict,
          "`validation_split` \(validationSplit)\(of) leaves no examples for training or none for"
            + " validation", at: "validation_split")
      }
    } else {
      validationShuffle = false
    }
  }

  private func checkPath(of name: DatasetName?, _ reader: any SettingsReader) {
    switch name {
    case .files? where path == nil:
      let isAbsent = (Self.fileKeys + ["path"]).allSatisfy { reader.source($0) == nil }
      guard isAbsent else { return }
      reader.report(
        .missingKey, "`path` is missing: `files` reads your own arrays", at: "name",
        suggestion: "add `path: data.npz`, or \(listed(Self.fileKeys))")
    case let name? where name.isOwn && path == nil:
      guard reader.source("path") == nil else { return }
      reader.report(
        .missingKey, "`path` is missing: `\(name.rawValue)` reads a folder of your own files",
        at: "name", suggestion: "add `path: FOLDER`")
    case .syntheticDigits? where path != nil:
      reader.report(
        .conflict, "`path` is not an option of synthetic-digits, which the program draws",
        at: "path")
    default: break
    }
  }

  /// All four files are given, or none.
  private func checkFiles(of name: DatasetName?, _ reader: any SettingsReader) {
    let given = Self.fileKeys.filter { reader.source($0) != nil }
    guard let first = given.first else { return }
    if let name, name != .files {
      reader.report(
        .conflict, "`\(first)` is not an option of \(name.rawValue)", atKey: first,
        suggestion: "write `name: files`")
    } else if reader.source("path") != nil {
      reader.reportConflict(of: first, with: "path")
    } else if given.count < Self.fileKeys.count {
      let missing = Self.fileKeys.filter { !given.contains($0) }
      reader.report(
        .missingKey,
        "\(listed(missing)) \(missing.count == 1 ? "is" : "are") missing beside `\(first)`",
        atKey: first, suggestion: nil)
    }
  }

  private func checkFallback(of name: DatasetName?, _ reader: any SettingsReader) {
    guard let name, let fallback else { return }
    func report(_ message: String, _ suggestion: String) {
      reader.report(.conflict, message, at: "fallback", suggestion: suggestion)
    }
    if fallback == name {
      report("`fallback` is the dataset itself", "write `none`, or another dataset")
    } else if name.isOwn {
      report("own files cannot have a fallback: a missing file is an error", "write `none`")
    } else if fallback.isOwn {
      report("`fallback` cannot be own files", "write `none`, or another dataset")
    } else if let shape = name.images?.shape, let other = fallback.images?.shape, shape != other {
      let fitting = DatasetName.allCases.filter { $0 != name && $0.images?.shape == shape }
      report(
        "images of \(fallback.rawValue) are \(shapeText(other)), those of \(name.rawValue)"
          + " are \(shapeText(shape))",
        fitting.isEmpty ? "write `none`" : "use \(listed(fitting.map(\.rawValue)))")
    }
  }
}

/// `28x28x1`.
package func shapeText(_ shape: some Sequence<Int>) -> String {
  shape.map(String.init).joined(separator: "x")
}
