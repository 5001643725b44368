/// How a run shows on standard error where it is.
package enum ProgressMode: String, Sendable, CaseIterable {
  /// `live` on a terminal, else `lines`.
  case auto
  /// A display that is drawn again and again.
  case live
  /// A line per stage that ends.
  case lines
  /// An object per event, a line each: ``ProgressEvent``.
  case json
  /// Nothing but what went wrong.
  case none
}
