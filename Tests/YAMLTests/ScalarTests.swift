import Testing
import YAML

@Suite struct `Scalars of the core schema` {
  @Test(arguments: [
    ("", ScalarValue.null), ("~", .null), ("null", .null), ("NULL", .null), ("nUll", .text("nUll")),
    ("true", .boolean(true)), ("FALSE", .boolean(false)), ("tRue", .text("tRue")),
    ("yes", .text("yes")), ("no", .text("no")), ("on", .text("on")), ("off", .text("off")),
    ("y", .text("y")), ("0", .integer(0)), ("-7", .integer(-7)), ("+7", .integer(7)),
    ("007", .integer(7)), ("0o17", .integer(15)), ("0x1F", .integer(31)), ("0o8", .text("0o8")),
    ("0x", .text("0x")), ("-0x1F", .text("-0x1F")), ("0b11", .text("0b11")),
    ("1_000", .text("1_000")), ("9223372036854775807", .integer(.max)),
    ("9223372036854775808", .number(9223372036854775808)), ("1e-3", .number(0.001)),
    ("1E3", .number(1000)), ("1.", .number(1)), (".5", .number(0.5)), ("-.5e+1", .number(-5)),
    ("0.1", .number(0.1)), (".", .text(".")), ("-", .text("-")), ("+", .text("+")),
    ("1e", .text("1e")), ("e3", .text("e3")), ("1.2.3", .text("1.2.3")), ("1:30", .text("1:30")),
    (".inf", .number(.infinity)), ("-.INF", .number(-.infinity)), ("+.Inf", .number(.infinity)),
    (".iNf", .text(".iNf")), ("inf", .text("inf")), ("nan", .text("nan")),
    ("0x10000000000000000", .number(18446744073709551616)), ("2020-01-01", .text("2020-01-01")),
  ])
  func `mean what YAML 1.2 says`(text: String, value: ScalarValue) {
    #expect(Scalar(text).value == value)
  }

  @Test func `know not-a-number`() {
    guard case .number(let value) = Scalar(".nan").value else {
      Issue.record("not a number at all")
      return
    }
    #expect(value.isNaN)
  }

  @Test(arguments: [
    Scalar("1", style: .doubleQuoted), Scalar("1", style: .singleQuoted),
    Scalar("1", style: .literal), Scalar("1", tag: "tag:yaml.org,2002:str"),
  ])
  func `are text when quoted or tagged so`(scalar: Scalar) {
    #expect(scalar.value == .text("1"))
  }

  @Test func `follow their tags`() {
    #expect(Scalar("3", style: .singleQuoted, tag: "tag:yaml.org,2002:int").value == .integer(3))
    #expect(Scalar("3", tag: "tag:yaml.org,2002:float").value == .number(3))
  }
}
