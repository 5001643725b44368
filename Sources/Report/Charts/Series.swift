/// How a series of a chart looks: colour, mark and dashes all differ, so that none is needed alone.
package struct SeriesStyle: Hashable, Sendable {
  /// In `0..<7`, of the page's palette.
  let colour: Int
  package let mark: Mark
  /// In `0..<4`; 0 is a solid line.
  package let dash: Int
  /// Thin, with empty marks: what others are compared with.
  let isBaseline: Bool

  /// - Parameters:
  ///   - group: What has one colour, usually the model.
  ///   - variant: Which series of the group it is.
  package init(group: Int, variant: Int = 0, isBaseline: Bool = false) {
    colour = group % 7
    mark = Mark.allCases[(group + 2 * variant) % Mark.allCases.count]
    dash = isBaseline ? 2 : variant % 2 == 0 ? (variant / 2 % 2 == 0 ? 0 : 3) : 1
    self.isBaseline = isBaseline
  }

  /// The classes of its elements.
  var classes: String { "s c\(colour)" + (isBaseline ? " open" : "") }
  var dashClass: String { dash == 0 ? "run" : "run d\(dash)" }
}

/// The shape that stands for a value.
package enum Mark: CaseIterable, Hashable, Sendable {
  case circle, square, triangle, diamond, reversedTriangle, plus, star

  /// The outline around a place, about `2 * radius` wide.
  func path(x: Double, y: Double, radius r: Double = 4) -> String {
    func closed(_ points: [(Double, Double)]) -> String {
      "M" + points.map { coordinates(x + r * $0.0, y + r * $0.1) }.joined(separator: "L") + "Z"
    }
    switch self {
    case .circle:
      let left = coordinates(x - r, y)
      return "M\(left)a\(number(r)) \(number(r)) 0 1 0 \(number(2 * r)) 0"
        + "a\(number(r)) \(number(r)) 0 1 0 \(number(-2 * r)) 0Z"
    case .square: return closed([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)])
    case .triangle: return closed([(0, -1.2), (1.15, 0.85), (-1.15, 0.85)])
    case .diamond: return closed([(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)])
    case .reversedTriangle: return closed([(0, 1.2), (1.15, -0.85), (-1.15, -0.85)])
    case .plus:
      let a = 0.42
      return closed([
        (-a, -1.2), (a, -1.2), (a, -a), (1.2, -a), (1.2, a), (a, a), (a, 1.2), (-a, 1.2), (-a, a),
        (-1.2, a), (-1.2, -a), (-a, -a),
      ])
    case .star:
      return closed([
        (0, -1.4), (0.35, -0.45), (1.35, -0.45), (0.55, 0.2), (0.85, 1.15), (0, 0.6),
        (-0.85, 1.15), (-0.55, 0.2), (-1.35, -0.45), (-0.35, -0.45),
      ])
    }
  }
}

/// Values of a chart that belong together.
package struct Series: Hashable, Sendable {
  package struct Point: Hashable, Sendable {
    package var x: Double
    package var y: Double
    /// The ends of its error bar; `nil` where there is none.
    package var interval: ClosedRange<Double>?
    /// The same of x.
    package var xInterval: ClosedRange<Double>?

    package init(
      _ x: Double, _ y: Double, _ interval: ClosedRange<Double>? = nil,
      xInterval: ClosedRange<Double>? = nil
    ) {
      self.x = x
      self.y = y
      self.interval = interval
      self.xInterval = xInterval
    }
  }

  var name: String
  var style: SeriesStyle
  /// In the order in which they are connected.
  var points: [Point]
  var isConnected = true
}
