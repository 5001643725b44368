import Results
import Testing

@Suite struct `Numbers as text` {
  @Test(arguments: [
    (0.2, "0.2"), (1, "1"), (0, "0"), (-0.0, "0"), (1e-5, "1e-05"), (-2.5, "-2.5"),
    (.nan, "nan"), (.infinity, "inf"), (-.infinity, "-inf"), (0.1 + 0.2, "0.30000000000000004"),
  ])
  func `shortest round trip`(value: Double, text: String) {
    #expect(NumberText.shortest(value) == text)
  }

  @Test(arguments: [
    (-0.0028000000000000247, 4, "-0.0028"), (1234567, 4, "1235000"), (0.000123456, 3, "0.000123"),
    (9.9996, 4, "10"), (0, 4, "0"), (-1e-7, 4, "-1e-07"), (12.5, 4, "12.5"),
    (1.23456e-5, 4, "1.235e-05"), (2.5e20, 4, "2.5e+20"), (1e-300, 4, "1e-300"),
  ])
  func `significant digits`(value: Double, digits: Int, text: String) {
    #expect(NumberText.significant(value, digits: digits) == text)
  }

  @Test(arguments: [
    (98.913, 2, "98.91"), (99.999, 2, "100.00"), (0.004, 2, "0.00"), (0.005, 2, "0.01"),
    (-0.001, 2, "0.00"), (3, 0, "3"), (2.5, 0, "3"), (0.4, 0, "0"), (100, 1, "100.0"),
    (1e-9, 3, "0.000"),
  ])
  func `fixed decimals`(value: Double, decimals: Int, text: String) {
    #expect(NumberText.fixed(value, decimals: decimals) == text)
  }

  @Test func `a Float widens to the number its text shows`() {
    #expect(NumberText.widened(0.2) == 0.2)
    #expect(NumberText.widened(.nan).isNaN)
    #expect(NumberText.widened(.infinity) == .infinity)
  }

  @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-65536, "-65,536")])
  func `thousands`(count: Int, text: String) {
    #expect(NumberText.grouped(count) == text)
  }
}
