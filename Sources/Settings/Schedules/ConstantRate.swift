/// The rate does not change.
package struct ConstantRate: ShapeDeclaration {
  package init() {}

  package static let word = "constant"
  package static let summary = "the rate does not change"
  package static let fields: [Field<ConstantRate>] = []

  package func build<Builder: ScheduleBuilder>(with builder: Builder) -> Builder.Rate {
    builder.build(self)
  }
}
