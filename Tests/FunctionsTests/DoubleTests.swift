import CFunctions
import TestSupport
import Testing

struct DoubleFunction: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let value: @Sendable ([Double]) -> Double

  private init(_ name: String, _ value: @escaping @Sendable ([Double]) -> Double) {
    (testDescription, self.value) = (name, value)
  }

  static let all = [
    DoubleFunction("exp") { nsl_exp($0[0]) },
    DoubleFunction("expm1") { nsl_expm1($0[0]) },
    DoubleFunction("log") { nsl_log($0[0]) },
    DoubleFunction("log1p") { nsl_log1p($0[0]) },
    DoubleFunction("log10") { nsl_log10($0[0]) },
    DoubleFunction("pow") { nsl_pow($0[0], $0[1]) },
    DoubleFunction("sin") { nsl_sin($0[0]) },
    DoubleFunction("cos") { nsl_cos($0[0]) },
    DoubleFunction("erfc") { nsl_erfc($0[0]) },
  ]
}

extension Double {
  /// Neighboring numbers have neighboring places.
  fileprivate var place: Int64 {
    let bits = Int64(bitPattern: bitPattern)
    return bits < 0 ? .min &- bits : bits
  }
}

@Suite struct `Functions of double precision agree with mpmath` {
  /// Arguments and the nearest number to the value, as bit patterns.
  private let vectors: [String: [[String]]]

  init() throws { vectors = try decoded([String: [[String]]].self, "functions.json") }

  private func numbers(_ row: [String]) throws -> [Double] {
    try row.map { Double(bitPattern: try #require(UInt64($0, radix: 16))) }
  }

  @Test(arguments: DoubleFunction.all)
  func `at special values, near the edges of tables, and between`(function: DoubleFunction) throws {
    let rows = try #require(vectors[function.testDescription])
    #expect(rows.count > 130)
    for row in rows {
      let all = try numbers(row)
      let (arguments, expected) = (Array(all.dropLast()), all[all.count - 1])
      let value = function.value(arguments)
      if expected.isNaN {
        #expect(value.isNaN, "\(arguments)")
        continue
      }
      #expect(
        value.sign == expected.sign
          && (value.place - expected.place).magnitude <= 1,
        "\(arguments): \(value), not \(expected)")
    }
  }

  @Test func `powers of ten are exact as long as there are such numbers`() throws {
    for exponent in 0...22 {
      #expect(nsl_pow(10, Double(exponent)) == Double("1e\(exponent)"))
      #expect(nsl_log10(try #require(Double("1e\(exponent)"))) == Double(exponent))
    }
  }

  /// What another processor, compiler or system has to give, to the last bit.
  @Test func `the bits are those of every machine`() throws {
    var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ bits: UInt64) { digest = (digest ^ bits) &* 0x100_0000_01B3 }
    for function in DoubleFunction.all {
      for row in vectors[function.testDescription] ?? [] {
        let value = function.value(Array(try numbers(row).dropLast()))
        if !value.isNaN { add(value.bitPattern) }
      }
    }
    for function in SingleFunction.all {
      for bits in stride(from: UInt32(0), to: .max - 100_003, by: 100_003) {
        let value = function.ours(Float(bitPattern: bits))
        if !value.isNaN { add(UInt64(value.bitPattern)) }
      }
    }
    #expect(String(digest, radix: 16) == "63a1071ea66803ea")
  }
}
