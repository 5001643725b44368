import Settings

extension Plan {
  /// Every different network of the plan, layer by layer, as `plan --models` prints it.
  package var modelsText: String {
    var networks: [(settings: ArchitectureSettings, models: [String], run: String)] = []
    for run in runs {
      for model in run.models {
        let (name, network) = (model.settings.name, model.settings.architecture)
        if let place = networks.firstIndex(where: { $0.settings == network }) {
          if !networks[place].models.contains(name) { networks[place].models.append(name) }
        } else {
          networks.append((network, [name], run.name))
        }
      }
    }
    return networks.map { network in
      let place = networks.count > 1 ? ", first in run \(network.run)" : ""
      return "\(network.models.joined(separator: ", "))\(place)\n\n"
        + ModelSummary(network.settings).text
    }.joined(separator: "\n")
  }
}

/// A network as a table: Keras's summary in our words.
struct ModelSummary {
  private let layers: [LayerSettings]
  private let shapes: LayerShapes
  private let inputShape: [Int]

  init(_ settings: ArchitectureSettings) {
    layers = settings.layers
    inputShape = settings.inputShape
    shapes = LayerShapes(settings.layers, inputShape: settings.inputShape)
  }

  var text: String {
    let names = LayerNames(layers).names
    let isGraph = layers.enumerated().contains { $1.inputs != [$0 - 1] }
    var header = ["layer", "type", "output", "parameters"]
    var rows = [[LayersDecoder.images, "", shapeText(inputShape), "0"]]
    var (trained, other) = (0, 0)
    for (index, layer) in layers.enumerated() {
      let parameters = shapes.parameters(of: index)
      trained += parameters.trained
      other += parameters.other
      let inputs = layer.inputs.map { $0 < 0 ? LayersDecoder.images : names[$0] }
      rows.append([
        names[index], layer.layer.word, shapes.outputs[index]?.description ?? "",
        grouped(parameters.trained + parameters.other), inputs.joined(separator: ", "),
      ])
    }
    if isGraph { header.append("connected to") }
    rows = rows.map { Array($0.prefix(header.count)) }
    return TextTable([header] + rows, rightAligned: [3]).text(indent: "  ")
      + "\n  \(grouped(trained + other)) parameters: \(grouped(trained)) trainable,"
      + " \(grouped(other)) non-trainable\n"
  }

  /// `93,322`.
  private func grouped(_ number: Int) -> String {
    let digits = Array(String(number))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }
}
