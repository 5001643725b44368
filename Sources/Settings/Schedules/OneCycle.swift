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
    Field(\.pctStart, "pct_start", .number(.unit), "the share of steps that rise"),
    Field(\.divFactor, "div_factor", .number(.positive), "the first rate is the top over this"),
    Field(
      \.finalDivFactor, "final_div_factor", .number(.positive),
      "the last rate is the first over this"),
  ]

  package func build<Builder: ScheduleBuilder>(with builder: Builder) -> Builder.Rate {
    builder.build(self)
  }
}
