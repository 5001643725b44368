/// A bar of eighths of a character, on a dotted ground.
package struct Bar: Sendable {
  package let filled: String
  package let ground: String

  /// - Parameter share: In `0...1`; what lies outside is cut there.
  package init(_ share: Double, width: Int) {
    let eighths = (min(1, max(0, share)) * Double(width * 8)).rounded()
    // Not a number is nothing.
    let count = eighths.isFinite ? Int(eighths) : 0
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    filled = String(repeating: "█", count: count / 8) + parts[count % 8]
    ground = String(repeating: "·", count: width - filled.count)
  }
}
