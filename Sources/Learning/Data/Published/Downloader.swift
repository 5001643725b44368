import CCurl

/// Downloads whole files into memory, by libcurl; proxies come from the environment, as libcurl
/// reads it.
package struct Downloader: Sendable {
  /// The protocols allowed, also after redirects, comma-separated.
  ///
  /// Plain HTTP is among them, for some publishers have nothing else: whatever arrives is compared
  /// with a digest that this program brings along, so that nobody on the way can change it.
  package var protocols = "https,http"
  /// In seconds.
  package var connectTimeout = 10
  /// A transfer slower than this many bytes a second for `lowSpeedTime` seconds is given up.
  package var lowSpeedLimit = 2048
  package var lowSpeedTime = 20

  package init() {}

  /// The bytes at `url`.
  ///
  /// - Parameters:
  ///   - sizeLimit: A larger file is an error.
  ///   - progress: Told how many bytes have come, every 256 KiB or so.
  package func fetch(
    _ url: String, sizeLimit: Int, progress: (Int) -> Void = { _ in }
  ) throws(DatasetError) -> [UInt8] {
    // The transfer ends before this call does, so that nothing escapes.
    try withoutActuallyEscaping(progress) {
      progress -> Result<[UInt8], DatasetError> in
      var transfer = Transfer(sizeLimit: sizeLimit, progress: progress)
      return Result { () throws(DatasetError) in try perform(url, &transfer) }
    }.get()
  }

  private func perform(
    _ url: String, _ transfer: inout Transfer
  ) throws(DatasetError) -> [UInt8] {
    var message = [CChar](repeating: 0, count: 512)
    var status = 0
    let code = url.withCString { url in
      protocols.withCString { protocols in
        "nsl-run".withCString { agent in
          var request = ccurl_request(
            url: url, protocols: protocols, user_agent: agent, connect_timeout: connectTimeout,
            low_speed_limit: lowSpeedLimit, low_speed_time: lowSpeedTime,
            size_limit: Int64(transfer.sizeLimit))
          return withUnsafeMutablePointer(to: &transfer) { context in
            ccurl_fetch(
              &request,
              { bytes, count, context in
                context?.assumingMemoryBound(to: Transfer.self).pointee
                  .receive(UnsafeRawBufferPointer(start: bytes, count: count)) ?? 0
              }, context, &message, message.count, &status)
          }
        }
      }
    }
    if transfer.isTooLarge {
      throw DatasetError(
        .download, "larger than the \(transfer.sizeLimit) bytes expected", origin: url)
    }
    guard code == 0 else {
      let text = message.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      throw DatasetError(.download, text, origin: url)
    }
    return transfer.bytes
  }
}

/// What has come of one download.
private struct Transfer {
  var bytes: [UInt8] = []
  let sizeLimit: Int
  let progress: (Int) -> Void
  var isTooLarge = false
  private var reported = 0

  init(sizeLimit: Int, progress: @escaping (Int) -> Void) {
    self.sizeLimit = sizeLimit
    self.progress = progress
  }

  /// The number of bytes taken; fewer than there are ends the transfer.
  mutating func receive(_ piece: UnsafeRawBufferPointer) -> Int {
    guard bytes.count + piece.count <= sizeLimit else {
      isTooLarge = true
      return 0
    }
    bytes.append(contentsOf: piece)
    if bytes.count - reported >= 1 << 18 {
      reported = bytes.count
      progress(bytes.count)
    }
    return piece.count
  }
}
