extension DatasetName {
  /// The keys that may stand beside the name.
  package var keys: [KeyDescription] {
    DatasetSettings.keys.filter { key in
      switch key.name {
      case "name": false
      case "path": self != .syntheticDigits
      case "fallback": !isOwn && self != .syntheticDigits
      case let name: self == .files || !DatasetSettings.fileKeys.contains(name)
      }
    }.map { key in
      guard key.name == "path", isOwn else { return key }
      var path = key
      path.defaultValue = self == .files ? .words("none, with the four keys below") : .required
      return path
    }
  }
}
