import Engine

/// Paper for one digit at a time: bends the strokes of a style at random and draws them with a
/// round pen.
///
/// Only `+ - * /` and square roots are used, each rounded as IEEE 754 says, so that the pixels
/// are the same everywhere.
struct DigitCanvas {
  private static let side = SyntheticDigits.side
  /// Straight pieces that one span between two points of a stroke is drawn as.
  private static let piecesPerSpan = 5

  /// Ink in `0...1`, `[H, W]`.
  private var ink = [Float](repeating: 0, count: side * side)

  /// Draws `digit` on clean paper.
  mutating func draw(_ digit: Int, with random: inout RandomStream) {
    for index in ink.indices { ink[index] = 0 }
    let styles = DigitShapes.styles[digit]
    let style = styles[random.integer(below: styles.count)]
    let bend = Bend(&random)
    var pen = Pen(&random)
    for stroke in style {
      draw(Self.jittered(stroke, &random), bend, &pen)
    }
    if random.uniform() < 0.2 { smudge(&random) }
  }

  /// Writes the picture, 0 paper and 255 ink, with the noise of a poor scan.
  func develop(
    into pixels: UnsafeMutableBufferPointer<UInt8>, noise random: inout RandomStream
  ) {
    let darkness = random.uniform(in: 0.85...1)
    let strength = random.uniform()
    // At most ±0.1; most pictures are much cleaner.
    let amplitude = 0.1 * strength * strength / 127.5
    var word: UInt32 = 0
    for index in 0..<pixels.count {
      if index % 4 == 0 { word = random.next() }
      let noise = (Float(word & 0xFF) - 127.5) * amplitude
      word >>= 8
      let value = min(max(ink[index] * darkness + noise, 0), 1)
      pixels[index] = UInt8(value * 255 + 0.5)
    }
  }

  /// Each point of a stroke moved a little; the two points of a corner move together.
  private static func jittered(
    _ stroke: DigitShapes.Stroke, _ random: inout RandomStream
  ) -> DigitShapes.Stroke {
    var moved = stroke
    for index in stroke.indices {
      if index > 0, stroke[index] == stroke[index - 1] {
        moved[index] = moved[index - 1]
      } else {
        moved[index] += 0.035 * SIMD2(random.bell(), random.bell())
      }
    }
    return moved
  }

  /// Draws the Catmull-Rom curve through the points of a stroke.
  private mutating func draw(_ points: DigitShapes.Stroke, _ bend: Bend, _ pen: inout Pen) {
    let last = points.count - 1
    var from = bend(points[0])
    for span in 0..<last where points[span] != points[span + 1] {
      let (b, c) = (points[span], points[span + 1])
      let a = span > 0 ? points[span - 1] : b + b - c
      let d = span + 1 < last ? points[span + 2] : c + c - b
      let slope = c - a
      let curvature = 2 * a - 5 * b + (4 * c - d)
      let twist = 3 * (b - c) + (d - a)
      for piece in 1...Self.piecesPerSpan {
        let t = Float(piece) / Float(Self.piecesPerSpan)
        let to = bend(b + 0.5 * t * (slope + t * (curvature + t * twist)))
        line(from, to, radius: pen.radius, softness: pen.softness)
        pen.move()
        from = to
      }
    }
  }

  /// Draws a straight line with a round pen, in pixels, keeping the darker of old and new.
  private mutating func line(
    _ from: SIMD2<Float>, _ to: SIMD2<Float>, radius: Float, softness: Float
  ) {
    let reach = radius + softness
    let left = max(Int(min(from.x, to.x) - reach), 0)
    let right = min(Int(max(from.x, to.x) + reach) + 1, Self.side - 1)
    let top = max(Int(min(from.y, to.y) - reach), 0)
    let bottom = min(Int(max(from.y, to.y) + reach) + 1, Self.side - 1)
    guard left <= right, top <= bottom else { return }
    let along = to - from
    let length = along.x * along.x + along.y * along.y
    let inverse = length > 0 ? 1 / length : 0
    let slope = 1 / softness
    for y in top...bottom {
      let py = Float(y) - from.y
      for x in left...right {
        let px = Float(x) - from.x
        let t = min(max((px * along.x + py * along.y) * inverse, 0), 1)
        let dx = px - t * along.x
        let dy = py - t * along.y
        let distance = (dx * dx + dy * dy).squareRoot()
        let value = min((radius - distance) * slope + 0.5, 1)
        let index = y * Self.side + x
        if value > ink[index] { ink[index] = value }
      }
    }
  }

  /// A short stray line anywhere on the paper.
  private mutating func smudge(_ random: inout RandomStream) {
    let from = SIMD2(random.uniform(in: 2...25), random.uniform(in: 2...25))
    let to = from + SIMD2(random.uniform(in: -5...5), random.uniform(in: -5...5))
    line(from, to, radius: random.uniform(in: 0.3...0.9), softness: 1)
  }
}

/// A pen whose width changes steadily while it writes.
private struct Pen {
  /// In pixels.
  var radius: Float
  /// The width in pixels over which ink fades into paper.
  let softness: Float
  private let change: Float

  init(_ random: inout RandomStream) {
    radius = random.uniform(in: 0.9...1.9)
    softness = random.uniform(in: 0.8...1.6)
    change = random.uniform(in: -0.012...0.012)
  }

  mutating func move() { radius = min(max(radius + change, 0.5), 2.1) }
}

/// The map from the unit square, where the strokes are given, to pixels: an elastic wobble, then
/// a random affine map.
private struct Bend {
  private let wobbleX, wobbleY: SIMD4<Float>
  private let column0, column1, center: SIMD2<Float>

  init(_ random: inout RandomStream) {
    func wobble(_ random: inout RandomStream) -> SIMD4<Float> {
      0.28 * SIMD4(random.bell(), random.bell(), random.bell(), random.bell())
    }
    wobbleX = wobble(&random)
    wobbleY = wobble(&random)
    // t is the tangent of half the angle: a rotation in rational numbers, ±0.35 or so.
    let t = 0.075 * random.bell()
    let cosine = (1 - t * t) / (1 + t * t)
    let sine = 2 * t / (1 + t * t)
    let shear = -0.1 + 0.2 * random.bell()
    let width = random.uniform(in: 15...23)
    let height = random.uniform(in: 17...23)
    column0 = width * SIMD2(cosine, sine)
    column1 = height * SIMD2(shear * cosine - sine, shear * sine + cosine)
    center = 13.5 + 1.1 * SIMD2(random.bell(), random.bell())
  }

  func callAsFunction(_ point: SIMD2<Float>) -> SIMD2<Float> {
    let p = point - 0.5
    let terms = SIMD4(p.x * p.x, p.x * p.y, p.y * p.y, p.x * p.y * p.y)
    let x = p.x + (wobbleX * terms).total
    let y = p.y + (wobbleY * terms).total
    return center + x * column0 + y * column1
  }
}

extension SIMD4<Float> {
  /// The sum, in one order that every machine keeps.
  fileprivate var total: Float { ((x + y) + z) + w }
}

extension RandomStream {
  /// About normal, mean 0 and standard deviation 1, never beyond ±3.47: four uniform numbers'
  /// sum, for which no logarithm or sine is needed.
  fileprivate mutating func bell() -> Float {
    let sum = ((uniform() + uniform()) + uniform()) + uniform()
    return (sum - 2) * 1.732_050_8
  }
}
