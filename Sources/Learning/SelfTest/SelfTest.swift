internal import Digest
import Engine

/// A fixed piece of work over every kind of layer, whose numbers have the same bits on every machine.
///
/// - Parts: ``parts``, ``run(_:threads:)``
/// - What comes out: ``PartDigest``, ``digest(of:)``
package enum SelfTest {
  /// Something that is computed, with a digest of its own.
  package struct Part: Sendable {
    /// `tutorial, passes`.
    package let name: String
    let network: SelfTestNetwork
    let work: SelfTestWork
  }

  /// What came out of a part.
  package struct PartDigest: Hashable, Sendable {
    package var name: String
    /// SHA-256 of all bits, in hexadecimal.
    package var digest: String
    /// Whether it is that of other machines.
    package var isExpected: Bool { SelfTest.expected[name] == digest }
  }

  package static let parts = SelfTestNetwork.all.flatMap { network in
    SelfTestWork.allCases.filter { network.works.contains($0) }.map { work in
      Part(name: "\(network.name), \(work.rawValue)", network: network, work: work)
    }
  }

  /// Does parts of it, each on one of so many threads. All take five seconds on one core with AVX2.
  ///
  /// - Returns: In the order of the parts.
  /// - Throws: `LearningError`, `VerificationError` where a part cannot be done: a defect of the program.
  package static func run(_ parts: [Part], threads: Int = 1) throws -> [PartDigest] {
    var results = [Result<ContentDigest, any Error>?](repeating: nil, count: parts.count)
    let lock = Lock()
    ThreadPool(threads).run(parts.count) { place, _ in
      let result = Result { try parts[place].work.digest(of: parts[place].network) }
      lock.withLock { results[place] = result }
    }
    return try zip(parts, results).compactMap { part, result in
      try result.map { PartDigest(name: part.name, digest: try $0.get().hex) }
    }
  }

  /// One digest of several.
  package static func digest(of parts: [PartDigest]) -> String {
    let text = parts.map { "\($0.name) \($0.digest)\n" }.joined()
    return ContentDigest.sha256(Array(text.utf8)).hex
  }
}
