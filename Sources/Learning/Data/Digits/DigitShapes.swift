/// How the ten digits are written: for each digit several styles, for each style its strokes, for
/// each stroke the points that the pen passes, in a square of side 1 with `y` downwards.
///
/// A curve goes smoothly through the points; a point given twice is a corner.
enum DigitShapes {
  typealias Stroke = [SIMD2<Float>]
  typealias Style = [Stroke]

  /// The styles of each digit, at index 0...9.
  static let styles: [[Style]] = [
    zero, one, two, three, four, five, six, seven, eight, nine,
  ]

  /// A stroke from its coordinates in hundredths, `x` and `y` in turn.
  private static func stroke(_ numbers: Int...) -> Stroke {
    stride(from: 0, to: numbers.count, by: 2).map {
      SIMD2(Float(numbers[$0]) / 100, Float(numbers[$0 + 1]) / 100)
    }
  }

  private static let zero: [Style] = [
    [stroke(50, 8, 25, 25, 20, 55, 30, 85, 52, 92, 75, 75, 80, 45, 70, 18, 48, 8)],
    [
      stroke(
        55, 8, 36, 25, 30, 55, 38, 85, 52, 92, 66, 75, 70, 45, 64, 18, 50, 9)
    ],
    [
      stroke(
        70, 15, 45, 10, 22, 35, 22, 70, 45, 92, 72, 80, 80, 45, 68, 18, 50, 12, 40, 22)
    ],
  ]

  private static let one: [Style] = [
    [stroke(50, 6, 51, 50, 50, 94)],
    [stroke(34, 26, 52, 8, 52, 8, 50, 94)],
    [stroke(34, 24, 52, 8, 52, 8, 50, 93), stroke(32, 93, 70, 93)],
    [stroke(62, 6, 40, 94)],
  ]

  private static let two: [Style] = [
    [
      stroke(
        24, 28, 34, 12, 54, 7, 72, 20, 68, 42, 48, 65, 22, 92, 22, 92, 50, 90, 80,
        90)
    ],
    [
      stroke(
        25, 25, 40, 9, 62, 10, 72, 28, 60, 55, 38, 82, 24, 88, 22, 76, 36, 74, 56,
        88, 80, 90)
    ],
    [stroke(22, 20, 45, 8, 70, 16, 72, 38, 50, 62, 25, 90, 25, 90, 78, 86)],
  ]

  private static let three: [Style] = [
    [
      stroke(
        24, 20, 42, 8, 66, 12, 70, 30, 56, 45, 42, 48, 42, 48, 62, 52, 76, 68, 66,
        87, 42, 93, 22, 84)
    ],
    [
      stroke(
        24, 10, 72, 10, 72, 10, 46, 42, 46, 42, 70, 50, 76, 70, 62, 88, 40, 93, 20, 82)
    ],
    [
      stroke(
        26, 16, 50, 7, 70, 20, 62, 40, 46, 47, 66, 56, 74, 74, 56, 92, 28, 88)
    ],
  ]

  private static let four: [Style] = [
    [stroke(30, 10, 24, 35, 22, 56, 22, 56, 50, 57, 80, 54), stroke(66, 10, 62, 94)],
    [stroke(60, 94, 62, 6, 62, 6, 20, 62, 20, 62, 82, 62)],
    [stroke(36, 8, 20, 50, 20, 50, 78, 48), stroke(70, 28, 60, 94)],
    [stroke(26, 12, 24, 38, 36, 52, 58, 46, 70, 30), stroke(72, 10, 66, 50, 60, 94)],
  ]

  private static let five: [Style] = [
    [
      stroke(
        74, 8, 32, 10, 32, 10, 28, 45, 28, 45, 50, 40, 72, 55, 70, 80, 50, 93, 24, 86)
    ],
    [
      stroke(34, 10, 30, 44, 30, 44, 54, 42, 74, 60, 66, 84, 44, 93, 22, 86),
      stroke(34, 10, 78, 7),
    ],
    [stroke(72, 10, 44, 12, 32, 30, 42, 45, 62, 52, 72, 70, 58, 90, 26, 90)],
  ]

  private static let six: [Style] = [
    [stroke(66, 8, 42, 25, 26, 55, 28, 82, 50, 93, 72, 80, 68, 60, 48, 54, 28, 68)],
    [stroke(56, 6, 34, 42, 26, 74, 42, 93, 64, 86, 68, 66, 50, 56, 30, 70)],
    [
      stroke(
        70, 14, 48, 10, 28, 36, 22, 68, 40, 92, 66, 88, 74, 66, 54, 50, 28, 60)
    ],
  ]

  private static let seven: [Style] = [
    [stroke(20, 12, 50, 10, 78, 10, 78, 10, 60, 45, 44, 94)],
    [stroke(22, 12, 50, 10, 78, 10, 78, 10, 60, 45, 46, 94), stroke(36, 52, 72, 48)],
    [stroke(20, 26, 24, 10, 24, 10, 50, 12, 78, 10, 78, 10, 56, 42, 50, 94)],
    [stroke(26, 14, 68, 8, 68, 8, 62, 50, 36, 94)],
  ]

  private static let eight: [Style] = [
    [
      stroke(
        66, 20, 48, 7, 30, 20, 38, 40, 60, 54, 74, 74, 52, 93, 28, 78, 38, 56, 60,
        42, 68, 22)
    ],
    [
      stroke(50, 7, 32, 18, 34, 38, 50, 47, 66, 38, 68, 18, 50, 7),
      stroke(50, 47, 26, 62, 28, 84, 50, 93, 72, 84, 74, 62, 50, 47),
    ],
    [
      stroke(
        70, 12, 52, 8, 40, 22, 46, 42, 58, 56, 62, 76, 46, 93, 32, 78, 40, 58, 58,
        42, 70, 16)
    ],
  ]

  private static let nine: [Style] = [
    [
      stroke(
        70, 30, 60, 12, 40, 10, 26, 28, 36, 48, 58, 46, 70, 26, 70, 26, 68, 60, 62, 94)
    ],
    [
      stroke(
        70, 30, 60, 12, 40, 10, 26, 28, 36, 48, 58, 46, 70, 26, 70, 26, 72, 55, 60, 84,
        34, 92)
    ],
    [
      stroke(
        72, 16, 46, 8, 28, 26, 34, 46, 56, 46, 72, 18, 72, 18, 66, 50, 50, 94)
    ],
  ]
}
