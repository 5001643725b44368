extension SelfTest {
  /// The digest of each part, of this revision of the engine: `nsl-run info --self-test --verbose` prints
  /// them.
  static let expected: [String: String] = [:]

  /// Those that have one.
  package static var knownParts: Set<String> { Set(expected.keys) }
}
