import Results
import Testing

/// Expected values are SciPy's, printed by `Fixtures/make_statistics.py`.
@Suite struct `Statistics agree with SciPy` {
  @Test(arguments: [
    (1, 12.706204736174694), (2, 4.302652729749462), (3, 3.1824463052837078),
    (4, 2.7764451051977934), (5, 2.5705818356363146), (6, 2.4469118511449786),
    (7, 2.364624251592784), (9, 2.262157162798205), (10, 2.228138851986274),
    (19, 2.0930240544083087), (29, 2.045229642132703), (30, 2.0422724563012378),
    (100, 1.9839715185235518), (999, 1.9623414611334493),
  ])
  func `quantile of Student's t`(degreesOfFreedom: Int, expected: Double) {
    let actual = Statistics.studentQuantile975(degreesOfFreedom: degreesOfFreedom)
    #expect((actual - expected).magnitude <= 1e-11 * expected)
  }

  @Test(arguments: [
    (0, 1, 0.0, 0.7934506856227626), (1, 1, 0.20654931437723745, 1.0),
    (0, 10, 0.0, 0.27753279986288926), (1, 10, 0.017876213095072896, 0.4041500267952385),
    (5, 10, 0.236593090512564, 0.7634069094874361), (10, 10, 0.7224672001371109, 1.0),
    (11, 32, 0.20410437924433175, 0.5168891202103777),
    (31, 32, 0.8425573617998744, 0.9944621398359969),
    (263, 500, 0.4822016483694956, 0.5694018859265038),
    (9891, 10000, 0.9868688476233592, 0.9909555251704448),
    (9999, 10000, 0.9994337311025987, 0.9999823473263989),
    (10000, 10000, 0.9996160016293234, 1.0),
  ])
  func `Wilson's interval`(correct: Int, examples: Int, low: Double, high: Double) {
    let interval = Statistics.wilsonInterval(correct: correct, examples: examples)
    #expect((interval.lowerBound - low).magnitude < 1e-14)
    #expect((interval.upperBound - high).magnitude < 1e-14)
    if correct == 0 { #expect(interval.lowerBound == 0) }
    if correct == examples { #expect(interval.upperBound == 1) }
  }

  @Test(arguments: [
    ([0.981, 0.983, 0.985], 0.983, 0.002, 0.9780317245764993, 0.9879682754235006),
    (
      [0.4663, 0.5012, 0.4801, 0.4933, 0.4719], 0.48256, 0.01455053263629892, 0.4644931274708187,
      0.5006268725291813
    ),
  ])
  func `mean, deviation and interval of a sample`(
    sample: [Double], mean: Double, deviation: Double, low: Double, high: Double
  ) throws {
    #expect(Statistics.mean(sample) == mean)
    #expect((try #require(Statistics.standardDeviation(sample)) - deviation).magnitude < 1e-15)
    let interval = try #require(Statistics.meanInterval(sample))
    #expect((interval.lowerBound - low).magnitude < 1e-12)
    #expect((interval.upperBound - high).magnitude < 1e-12)
  }

  @Test func `too few values have no mean, no deviation, no interval`() {
    #expect(Statistics.mean([]) == nil)
    #expect(Statistics.mean([0.5]) == 0.5)
    #expect(Statistics.standardDeviation([0.5]) == nil)
    #expect(Statistics.meanInterval([0.5]) == nil)
    #expect(Statistics.meanInterval([0.5, .infinity]) == nil)
    #expect(Statistics.meanInterval([0.5, 0.5]) == 0.5...0.5)
  }
}

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
