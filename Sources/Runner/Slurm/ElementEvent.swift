package import Experiments
package import Results

/// What a job says of its stages in a file of the shared file system, one JSON object a line.
package enum ElementEvent: Codable, Hashable, Sendable {
  /// The job has begun, perhaps once more: what had no end then begins anew.
  case began(host: String, restarts: Int, time: Int)
  case started(StageKey)
  /// Every few seconds.
  case worker(StageKey, WorkerEvent)
  /// The stage has failed and begins again: for which time, of how many at most.
  case retrying(StageKey, RowStatus, reason: String?, retry: Int, of: Int)
  case ended(StageKey, RowStatus, reason: String?, seconds: Double)
  /// A signal has asked the job to end; what it has not finished, it will not.
  case stopped(time: Int)
  /// All of its stages have ended.
  case over

  var line: [UInt8] {
    guard let bytes = try? WireFormat.encode(self) else {
      preconditionFailure("events have a JSON form")
    }
    return bytes
  }
}

/// What the events of one job come to.
package struct ElementLog: Hashable, Sendable {
  package struct Ending: Hashable, Sendable {
    package var status: RowStatus
    package var reason: String?
    package var seconds: Double
  }

  package private(set) var host: String?
  package private(set) var restarts = 0
  package private(set) var ended: [StageKey: Ending] = [:]
  /// Stages that were started and have not ended, with the latest that is known of them.
  package private(set) var running: [StageKey: WorkerEvent?] = [:]
  package private(set) var isOver = false
  /// Seconds between its beginning and the signal that ended it; `nil` where none has.
  package private(set) var secondsUntilStop: Int?
  private var beginning = 0

  package init() {}

  /// Whether the job has ever begun.
  package var hasBegun: Bool { host != nil }

  /// Takes a line; what is none of ours is left out.
  ///
  /// - Returns: The event.
  @discardableResult
  package mutating func take(_ line: some Sequence<UInt8>) -> ElementEvent? {
    guard let event = try? WireFormat.decode(ElementEvent.self, from: line) else { return nil }
    switch event {
    case .began(let host, let restarts, let time):
      self.host = host
      self.restarts = restarts
      (running, isOver, secondsUntilStop, beginning) = ([:], false, nil, time)
    case .started(let key): running[key] = .some(nil)
    case .worker(let key, let event): if running.keys.contains(key) { running[key] = event }
    case .retrying(let key, _, _, _, _): running[key] = nil
    case .ended(let key, let status, let reason, let seconds):
      running[key] = nil
      ended[key] = Ending(status: status, reason: reason, seconds: seconds)
    case .stopped(let time): secondsUntilStop = max(0, time - beginning)
    case .over: isOver = true
    }
    return event
  }
}
