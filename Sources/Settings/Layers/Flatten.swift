/// An image as a vector, in the order height, width, channel.
package struct Flatten: LayerDeclaration {
  package init() {}

  package static let word = "flatten"
  package static let summary = "flattens an image into a vector"
  package static let fields: [Field<Flatten>] = []

  package func output(for inputs: [LayerShape]) throws(ShapeProblem) -> LayerShape {
    let input = inputs[0]
    return input.isRow ? input : LayerShape([input.count], flattened: input.dimensions)
  }

  package func build<Builder: LayerBuilder>(with builder: Builder) -> Builder.Computation {
    builder.build(self)
  }
}
