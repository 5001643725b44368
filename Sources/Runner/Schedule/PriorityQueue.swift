/// A binary heap.
struct PriorityQueue<Element> {
  private var elements: [Element] = []
  private let comesFirst: (Element, Element) -> Bool

  var first: Element? { elements.first }
  var count: Int { elements.count }

  init(_ comesFirst: @escaping (Element, Element) -> Bool) { self.comesFirst = comesFirst }

  mutating func insert(_ element: Element) {
    elements.append(element)
    var child = elements.count - 1
    while child > 0, comesFirst(elements[child], elements[(child - 1) / 2]) {
      elements.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func popFirst() -> Element? {
    guard let first = elements.first else { return nil }
    let last = elements.removeLast()
    guard !elements.isEmpty else { return first }
    elements[0] = last
    var parent = 0
    while true {
      var best = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < elements.count {
        if comesFirst(elements[child], elements[best]) { best = child }
      }
      if best == parent { return first }
      elements.swapAt(parent, best)
      parent = best
    }
  }
}
