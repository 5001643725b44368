import Files
import SystemPackage

/// What folders of a published dataset are called.
struct DatasetFolders {
  var name: String
  /// Where torchvision puts its files; `nil` where that is another folder, or none.
  var torchvision: String?
}

/// A folder that a published dataset is looked for in.
struct DatasetPlace {
  var folder: FilePath
  /// For messages: `$NSL_DATA_DIR`.
  var owner: String
  /// Whether the spec names it for this dataset, whose files may then lie in the folder itself.
  var isOwn: Bool
  /// Whether wrong files there are an error; in folders that the user told nobody of, they are
  /// passed over with a warning.
  var isBinding: Bool

  /// The paths below the folder that a dataset may have: in the folder itself, in a folder of its
  /// name, and as torchvision and Keras lay it.
  func subfolders(of folders: DatasetFolders) -> [String] {
    let (name, torchvision) = (folders.name, folders.torchvision.map { [$0] } ?? [])
    let own = isOwn ? ["", "raw"] : []
    return own + [name, "\(name)/raw"] + torchvision + torchvision.map { "\(name)/\($0)" }
  }

  /// Why nothing was found here, and what lies here instead.
  func absence(_ folders: DatasetFolders) -> String {
    let below = subfolders(of: folders).filter { subfolder in
      !subfolder.isEmpty && DatasetPlace.isFolder(folder.pushing(FilePath(subfolder)))
    }
    var text = "\(owner): not in \(folder), "
    guard DatasetPlace.isFolder(folder) else {
      return "\(owner): there is no folder \(folder)"
    }
    text += "which holds \(Self.listing(of: folder))"
    // The deepest one only: what holds it has been named.
    for subfolder in below where !below.contains(where: { $0.hasPrefix(subfolder + "/") }) {
      text += "; \(subfolder)/ holds \(Self.listing(of: folder.pushing(FilePath(subfolder))))"
    }
    return text
  }

  static func isFolder(_ path: FilePath) -> Bool {
    ((try? FileSystem.information(path)) ?? nil)?.isFolder == true
  }

  /// The first names of a folder: `a, b/ and 12 more`.
  static func listing(of folder: FilePath, most: Int = 6) -> String {
    guard let names = try? FileSystem.list(folder) else { return "what cannot be listed" }
    let visible = names.filter { !$0.hasPrefix(".") }
    guard !visible.isEmpty else { return "nothing" }
    let shown = visible.prefix(most).map { name in
      printable(name) + (isFolder(folder.appending(name)) ? "/" : "")
    }
    let rest = visible.count - shown.count
    return shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }
}

/// A name as it may stand in a message: others choose it, and terminals obey some characters.
func printable(_ name: String) -> String {
  var text = ""
  for scalar in name.unicodeScalars {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: text += "?"
    default: text.unicodeScalars.append(scalar)
    }
  }
  return text
}

extension DatasetLibrary {
  /// Where a published dataset is looked for, in this order.
  ///
  /// - Parameter named: The spec's `dataset.path`, which is the only place then.
  func places(named: FilePath?) -> [DatasetPlace] {
    if let named {
      return [DatasetPlace(folder: named, owner: "dataset.path", isOwn: true, isBinding: true)]
    }
    var places: [DatasetPlace] = []
    if let folder = locations.dataFolder {
      places.append(
        DatasetPlace(folder: folder, owner: "$NSL_DATA_DIR", isOwn: false, isBinding: true))
    }
    return places
      + locations.shared.map {
        DatasetPlace(folder: $0.path, owner: $0.owner, isOwn: false, isBinding: false)
      }
  }

  /// Where a published dataset is or would come from.
  ///
  /// - Parameters:
  ///   - cached: The cache's folder, where it is there.
  ///   - path: Looks into one place.
  func place(
    _ folders: DatasetFolders, lookedFor: String, mirrors: [String], cached: FilePath?,
    _ path: (DatasetPlace) throws(DatasetError) -> FilePath?
  ) -> DatasetStatus.Place {
    do throws(DatasetError) {
      let found = try search(folders, named: nil, lookedFor: lookedFor) {
        place throws(DatasetError) in
        try path(place).map { DatasetStatus.Place.found($0, owner: place.owner) }
      }.found
      return found ?? cached.map { .cache($0) } ?? .mirrors(mirrors)
    } catch {
      return .broken(error)
    }
  }

  /// Looks into the places from the first to the last: the first data found, or all that was not.
  ///
  /// - Parameters:
  ///   - find: Looks into one place; `nil` where nothing is there.
  ///   - warn: Told of data that are passed over, for they are wrong.
  /// - Throws: What `find` throws about a place that binds, and `incomplete` where the spec's own
  ///   folder holds nothing.
  func search<Found>(
    _ folders: DatasetFolders, named: FilePath?, lookedFor: String,
    warn: (String) -> Void = { _ in },
    _ find: (DatasetPlace) throws(DatasetError) -> Found?
  ) throws(DatasetError) -> (found: Found?, trail: [String]) {
    var trail: [String] = []
    for place in places(named: named) {
      do {
        if let found = try find(place) { return (found, trail) }
        trail.append(place.absence(folders))
      } catch {
        if place.isBinding { throw error }
        trail.append("\(place.owner): \(error)")
        warn("\(place.owner) is passed over: \(error)")
      }
    }
    if named != nil {
      throw DatasetError(
        .incomplete,
        "\(folders.name) is not there\n  \(trail.joined(separator: "\n  "))\n"
          + "Looked for: \(lookedFor).", origin: "dataset.path")
    }
    if locations.dataFolder == nil { trail.insert("$NSL_DATA_DIR: not set", at: 0) }
    return (nil, trail)
  }
}
