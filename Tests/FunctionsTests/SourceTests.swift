import FoundationEssentials
import Testing

@Suite struct `Nothing that decides a number asks the C library` {
  /// What calculates numbers of results or of plans.
  private static let calculating = [
    "CFunctions", "CKernels", "Engine", "Experiments", "Learning", "Measurements", "Results",
    "Settings", "Statistics",
  ]

  private static let names = [
    "exp", "exp2", "exp10", "expm1", "log", "log2", "log10", "log1p", "pow", "sin", "cos", "tan",
    "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf",
    "erfc", "lgamma", "tgamma", "cbrt", "hypot",
  ]

  /// Calls of such a function, as C and Swift write them.
  private func calls(in text: String) throws -> [String] {
    let names = Self.names.joined(separator: "|")
    let call = try Regex("(?:^|[^A-Za-z0-9_.]|Glibc\\.|__builtin_)((?:\(names))f?)\\(")
    return text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.drop { $0 == " " } }
      .filter { !$0.hasPrefix("//") && $0.firstMatch(of: call) != nil }.map(String.init)
  }

  @Test(arguments: calculating) func `no call of its functions`(target: String) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/\(target)").standardized
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .filter { [".swift", ".c", ".h"].contains(where: $0.hasSuffix) }
    #expect(!names.isEmpty)
    for name in names {
      let text = String(
        decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
      let found = try calls(in: text)
      #expect(found.isEmpty, "\(target)/\(name): use CFunctions")
    }
  }

  @Test func `such calls are found`() throws {
    let text = """
      let x = exp(-y)
      return 1 / (1 + expf(-x));
      Glibc.log(high) + a.log(b) + nsl_exp(x)
      // exp(x)
      clip(x) + self.pow(x) + __builtin_tanhf(x)
      """
    #expect(try calls(in: text).count == 4)
  }
}
