internal import CYAML

/// A libyaml event as Swift values, with its place.
struct Event {
  enum Kind {
    case streamStart
    case streamEnd
    case documentStart
    case documentEnd
    case alias(String)
    case scalar(Scalar, anchor: String?)
    case sequenceStart(tag: String?, anchor: String?)
    case sequenceEnd
    case mappingStart(tag: String?, anchor: String?)
    case mappingEnd
  }
  var kind: Kind
  var start: Mark
  var end: Mark
}

/// libyaml's own words about a text it cannot read.
struct SyntaxError: Error {
  var problem: String
  var mark: Mark
  var context: String?
  var contextMark: Mark?
}

/// libyaml's parser over one text.
///
/// libyaml keeps a pointer to itself and one to its input: both live in memory that this object
/// owns and that does not move until it is gone.
final class EventParser {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>
  /// The part of the text that is read; libyaml says of a character it refuses only at which byte
  /// it stands.
  private let fragment: YAMLFragment
  private let bytes: [UInt8]

  init(_ source: SourceText, _ fragment: YAMLFragment) {
    self.fragment = fragment
    bytes = fragment.bytes(of: source)
    input = .allocate(capacity: bytes.count)
    _ = input.initialize(from: bytes)
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    // The only way to fail is to be out of memory.
    precondition(yaml_parser_initialize(parser) == 1, "libyaml has no memory")
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, input.baseAddress, input.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deinitialize(count: 1)
    parser.deallocate()
    input.deallocate()
  }

  /// The next event of the text.
  ///
  /// - Throws: `SyntaxError`, after which there is no next event.
  func next() throws -> Event {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
    defer { yaml_event_delete(&event) }
    return Event(
      kind: try kind(of: event), start: fragment.mark(event.start_mark),
      end: fragment.mark(event.end_mark))
  }

  private func kind(of event: yaml_event_t) throws -> Event.Kind {
    switch event.type {
    case YAML_STREAM_START_EVENT: return .streamStart
    case YAML_DOCUMENT_START_EVENT: return .documentStart
    case YAML_DOCUMENT_END_EVENT: return .documentEnd
    case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
    case YAML_MAPPING_END_EVENT: return .mappingEnd
    case YAML_ALIAS_EVENT: return .alias(text(event.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      let data = event.data.scalar
      let bytes = UnsafeBufferPointer(start: data.value, count: data.length)
      let scalar = Scalar(
        String(decoding: bytes, as: UTF8.self), style: style(data.style), tag: text(data.tag))
      return .scalar(scalar, anchor: text(data.anchor))
    case YAML_SEQUENCE_START_EVENT:
      let data = event.data.sequence_start
      return .sequenceStart(tag: text(data.tag), anchor: text(data.anchor))
    case YAML_MAPPING_START_EVENT:
      let data = event.data.mapping_start
      return .mappingStart(tag: text(data.tag), anchor: text(data.anchor))
    default: return .streamEnd
    }
  }

  private func style(_ style: yaml_scalar_style_t) -> Scalar.Style {
    switch style {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
    case YAML_LITERAL_SCALAR_STYLE: .literal
    case YAML_FOLDED_SCALAR_STYLE: .folded
    default: .plain
    }
  }

  private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  private func failure() -> SyntaxError {
    let state = parser.pointee
    let problem = state.problem.map { String(cString: $0) } ?? "unknown problem"
    guard state.error != YAML_READER_ERROR else {
      let before = String(decoding: bytes.prefix(state.problem_offset), as: UTF8.self)
      let lines = SourceText(name: "", text: before).lines
      return SyntaxError(
        problem: problem,
        mark: fragment.mark(
          line: lines.count, column: (lines.last?.unicodeScalars.count ?? 0) + 1))
    }
    let context = state.context.map { String(cString: $0) }
    return SyntaxError(
      problem: problem, mark: fragment.mark(state.problem_mark), context: context,
      contextMark: context == nil ? nil : fragment.mark(state.context_mark))
  }
}

extension YAMLFragment {
  /// libyaml counts from 0, and from the fragment's start.
  fileprivate func mark(_ mark: yaml_mark_t) -> Mark {
    self.mark(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
  }
}
