extension SourceText {
  /// A text from the bytes of a file.
  ///
  /// - Throws: `DiagnosticsError` where `bytes` are not UTF-8, pointing at the first byte that is
  ///   not.
  package convenience init(name: String, bytes: some Sequence<UInt8>) throws {
    let bytes = Array(bytes)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw DiagnosticsError([SourceText.invalidUTF8(name: name, bytes: bytes)])
    }
    self.init(name: name, text: text)
  }

  private static func invalidUTF8(name: String, bytes: [UInt8]) -> Diagnostic {
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var offset = 0
    scan: while true {
      switch parser.parseScalar(from: &iterator) {
      case .valid(let encoded): offset += encoded.count
      case .error, .emptyInput: break scan
      }
    }
    let source = SourceText(name: name, text: String(decoding: bytes, as: UTF8.self))
    let before = SourceText(name: name, text: String(decoding: bytes[..<offset], as: UTF8.self))
    let mark = Mark(
      line: before.lines.count, column: (before.lines.last?.unicodeScalars.count ?? 0) + 1)
    let byte = offset < bytes.count ? String(bytes[offset], radix: 16, uppercase: true) : "?"
    return Diagnostic(
      code: .encoding, "the text is not UTF-8: byte \(offset + 1) is 0x\(byte)",
      at: SourceRange(
        source: source, start: mark, end: Mark(line: mark.line, column: mark.column + 1)),
      suggestion: "save the file as UTF-8")
  }
}
