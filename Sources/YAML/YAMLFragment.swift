/// Which part of a text is read as YAML: all of it, or what follows the `key=` of an argument.
///
/// Places are those of the whole text, so that a mistake in an argument is shown in the argument.
package enum YAMLFragment: Sendable, Hashable {
  case document
  /// One value, from this offset in scalars of the first line on.
  case value(from: Int)
  /// Items of a list without its brackets, `0.1, 0.2`, from this offset on.
  case items(from: Int)

  /// What libyaml is given.
  func bytes(of source: SourceText) -> [UInt8] {
    func rest(_ offset: Int) -> [UInt8] {
      Array(String(source.text.unicodeScalars.dropFirst(offset)).utf8)
    }
    return switch self {
    case .document: Array(source.text.utf8)
    case .value(let offset): rest(offset)
    case .items(let offset): [UInt8(ascii: "[")] + rest(offset) + [UInt8(ascii: "]")]
    }
  }

  /// The place in the whole text of one in the fragment.
  func mark(line: Int, column: Int) -> Mark {
    let shift =
      switch self {
      case .document: 0
      case .value(let offset): offset
      case .items(let offset): offset - 1
      }
    return Mark(line: line, column: line == 1 ? max(1, column + shift) : column)
  }
}
