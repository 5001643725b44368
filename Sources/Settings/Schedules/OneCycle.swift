/// Up from the rate over `divFactor` in the first `pctStart` of training, down to that over
/// `finalDivFactor` in the rest, both along cosines.
///
/// - Source: `torch/optim/lr_scheduler.py` of PyTorch (`OneCycleLR`).
package struct OneCycle: ShapeDeclaration {
  package var pctStart = 0.3
  package var divFactor = 25.0
  package var finalDivFactor = 1e4

  package init() {}

  package static let word = "one_cycle"
  package static let summary = "the rate rises and falls once"
  package static let fields: [Field<OneCycle>] = [
    Field(\.pctStart, "pct_start", .number(.unit), "fraction of the steps in which the rate rises"),
    Field(
      \.divFactor, "div_factor", .number(.positive),
      "the initial rate is the highest rate divided by this"),
    Field(
      \.finalDivFactor, "final_div_factor", .number(.positive),
      "the final rate is the initial rate divided by this"),
  ]

  package func build<Builder: ScheduleBuilder>(with builder: Builder) -> Builder.Rate {
    builder.build(self)
  }
}
