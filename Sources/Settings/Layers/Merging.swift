/// The sum of its inputs.
package struct Add: LayerDeclaration {
  package init() {}

  package static let word = "add"
  package static let summary = "the sum of the outputs of several layers"
  package static let mainKey: String? = "inputs"
  package static let mergesInputs = true
  package static let fields: [Field<Add>] = []

  package func output(for inputs: [LayerShape]) throws(ShapeProblem) -> LayerShape {
    if let other = inputs.firstIndex(where: { $0.dimensions != inputs[0].dimensions }) {
      throw .inputs("add", other)
    }
    return inputs.allSatisfy { $0 == inputs[0] } ? inputs[0] : inputs[0].row
  }

  package func readsRows(_ inputs: [LayerShape]) -> Bool { inputs.contains { $0 != inputs[0] } }

  package func build<Builder: LayerBuilder>(with builder: Builder) -> Builder.Computation {
    builder.build(self)
  }
}

/// Its inputs, concatenated along the channels.
package struct Concatenate: LayerDeclaration {
  package init() {}

  package static let word = "concatenate"
  package static let summary = "the outputs of several layers, concatenated along the channels"
  package static let mainKey: String? = "inputs"
  package static let mergesInputs = true
  package static let fields: [Field<Concatenate>] = []

  package func output(for inputs: [LayerShape]) throws(ShapeProblem) -> LayerShape {
    let area = Array(inputs[0].dimensions.dropLast())
    if let other = inputs.firstIndex(where: { $0.dimensions.dropLast() != area[...] }) {
      throw .inputs("concatenate", other, ending: ": they differ in more than their channels")
    }
    return LayerShape(area + [inputs.reduce(0) { $0.plusAtMost($1.channels) }])
  }

  package func readsRows(_ inputs: [LayerShape]) -> Bool { inputs[0].isRow }

  package func build<Builder: LayerBuilder>(with builder: Builder) -> Builder.Computation {
    builder.build(self)
  }
}
