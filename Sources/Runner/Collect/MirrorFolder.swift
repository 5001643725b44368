internal import Files
internal import SystemPackage

/// A folder of files made from something else, written only where they are not what they should be.
///
/// A hidden list says what each file was made from and what it was then, so that a picture need not
/// be drawn to know that it is there already, and so that files which nobody makes any more go.
/// Files that are not on the list are somebody else's and stay, and so does what the list cannot
/// rightly name: it may have come from anywhere.
///
/// Files are too many to wait for the disk after each. What a power cut takes of them has another size
/// than the list says, and is written again.
struct MirrorFolder {
  static let listName = ".nsl-run.json"
  /// In bytes; a run has some hundred files at most.
  private static let largestList = 1 << 26

  private struct Entry: Codable, Equatable {
    /// Names what the file was made from.
    var origin: String
    var size: Int
    /// In nanoseconds since 1970.
    var modified: Int
    /// When its content or its time changed last; older lists lack it. `nil` for a file that is
    /// shared, too: every link to it changes that time.
    var changed: Int?
    /// The number of a file that is shared with the store.
    var inode: UInt64?
  }

  let path: FilePath
  /// Whether a file of the folder may have that name.
  private let isName: (String) -> Bool
  /// Told what stood in the way, and where it is now.
  private let onMove: (_ path: FilePath, _ moved: FilePath) -> Void
  private let old: [String: Entry]
  private var new: [String: Entry] = [:]
  private var folders: Set<FilePath> = []
  /// Whether the folder was made just now: nobody can have left anything there.
  private let isNew: Bool

  /// Whether a folder is one of ours.
  static func isOurs(_ path: FilePath) -> Bool {
    let folder = try? FileSystem.information(path, followingLinks: false)
    let list = try? FileSystem.information(path.appending(listName), followingLinks: false)
    guard let folder, let list else { return false }
    return folder.isFolder && !list.isFolder && !list.isLink
  }

  /// - Parameters:
  ///   - isName: Whether a file of the folder may have that name. No name that leads out of the folder
  ///     may: lists come from anywhere.
  ///   - onMove: Told of what stood in the way of a folder or a file.
  init(
    _ path: FilePath, isName: @escaping (String) -> Bool = RunFolder.isName,
    onMove: @escaping (_ path: FilePath, _ moved: FilePath) -> Void = { _, _ in }
  ) throws(FileError) {
    self.path = path
    self.isName = isName
    self.onMove = onMove
    isNew = try FileSystem.information(path, followingLinks: false) == nil
    old = isNew ? [:] : Self.list(in: path, isName)
    try claim(path)
  }

  /// What the list says, as far as it can be true.
  private static func list(in path: FilePath, _ isName: (String) -> Bool) -> [String: Entry] {
    guard isOurs(path),
      let bytes = try? FileSystem.read(path.appending(listName), limit: largestList),
      let list = try? WireFormat.decode([String: Entry].self, from: bytes)
    else { return [:] }
    return list.filter { isName($0.key) }
  }

  /// Makes sure that a folder is there, and no link to one: what is written and removed here stays
  /// here.
  private mutating func claim(_ folder: FilePath) throws(FileError) {
    guard folders.insert(folder).inserted else { return }
    if let moved = try FileSystem.claimFolder(folder) { onMove(folder, moved) }
  }

  /// Makes sure that a file is there.
  ///
  /// - Parameters:
  ///   - name: With folders, relative.
  ///   - origin: Names what the file is made from; equal origins make equal files.
  mutating func put(
    _ name: String, origin: String, make: () throws -> [UInt8]
  ) throws {
    if let entry = old[name], entry.origin == origin, isUntouched(name, entry) {
      new[name] = entry
      return
    }
    let file = try place(name)
    try AtomicFile.writeWithoutWaiting(try make(), to: file)
    guard let found = try FileSystem.information(file, followingLinks: false) else { return }
    new[name] = Entry(
      origin: origin, size: found.size, modified: found.modified, changed: found.changed)
  }

  /// Makes sure that a file is there that holds what another one holds, and shares its room on the
  /// disk with it where the file system can.
  ///
  /// - Parameters:
  ///   - source: A file that never changes.
  ///   - isChecked: Whether it is known to hold what it should, by its stamp.
  ///   - onLink: Told of the stamp that it has got by a link.
  ///   - make: Its contents, checked.
  mutating func put(
    _ name: String, origin: String, sharing source: FilePath, by shared: inout SharedFile,
    isChecked: (FileStamp) -> Bool, onLink: (FileStamp) -> Void, make: () throws -> [UInt8]
  ) throws {
    let stored = try FileSystem.information(source)
    if let entry = old[name], entry.origin == origin, isUntouched(name, entry),
      // What was damaged and stored once more is another file.
      entry.inode == nil || entry.inode == stored?.inode
    {
      new[name] = entry
      return
    }
    let file = try place(name)
    let isKnown = stored.map { isChecked(FileStamp($0)) } ?? false
    let bytes = isKnown ? nil : try make()
    guard try shared.create(file, sharing: source) else {
      return try put(name, origin: origin) { try bytes ?? make() }
    }
    guard let found = try FileSystem.information(file, followingLinks: false) else { return }
    let isLink = stored.map { SharedFile.isSame($0, found) } ?? false
    if isLink { onLink(FileStamp(found)) }
    new[name] = Entry(
      origin: origin, size: found.size, modified: found.modified,
      changed: isLink ? nil : found.changed, inode: isLink ? found.inode : nil)
  }

  /// Where a file is to be, with folders around it and nothing in its way.
  private mutating func place(_ name: String) throws(FileError) -> FilePath {
    precondition(isName(name), "a name that the list is not believed")
    let components = FilePath(name).components
    var folder = path
    for component in components.dropLast() {
      folder.append(component)
      try claim(folder)
    }
    let file = path.appending(components)
    if !isNew { try clear(file) }
    return file
  }

  /// Makes sure that a file holds a text.
  mutating func put(_ name: String, text: String) throws {
    let bytes = Array(text.utf8)
    try put(name, origin: ContentStore.digest(bytes)) { bytes }
  }

  /// Lets files stay that nobody can make any more, as far as nobody has written to them since.
  mutating func keep(where isKept: (String) -> Bool) {
    for (name, entry) in old where new[name] == nil && isKept(name) && isUntouched(name, entry) {
      new[name] = entry
    }
  }

  /// A folder in the place of a file is moved aside; anything else is replaced.
  private func clear(_ file: FilePath) throws(FileError) {
    guard try FileSystem.information(file, followingLinks: false)?.isFolder == true else { return }
    onMove(file, try FileSystem.moveAside(file))
  }

  /// Whether nobody has written to a file since: what sets its time back to what it was changes the
  /// time of that change.
  private func isUntouched(_ name: String, _ entry: Entry) -> Bool {
    let file = path.appending(FilePath(name).components)
    let information = try? FileSystem.information(file, followingLinks: false)
    guard let found = information.flatMap({ $0 }), !found.isLink, !found.isFolder else {
      return false
    }
    return found.size == entry.size && found.modified == entry.modified
      && (entry.inode.map { $0 == found.inode } ?? (found.changed == entry.changed))
  }

  /// Removes what was not put this time, and writes the list. Folders left empty go, too.
  ///
  /// - Returns: What is there.
  @discardableResult
  consuming func finish() throws -> MirroredFiles {
    if !isNew {
      let contained = try ContainedFolder(path)
      for name in old.keys.sorted() where new[name] == nil { try Self.remove(name, in: contained) }
      try Self.removeUnfinished(beside: new.keys, in: contained)
    }
    try writeList()
    return MirroredFiles(new.keys.sorted(), shared: Set(new.filter { $1.inode != nil }.keys))
  }

  /// Writes the list where writing ends before all files were put: what was there before stays on it.
  consuming func leaveUnfinished() throws {
    new.merge(old) { new, _ in new }
    try writeList()
  }

  private func writeList() throws {
    let list = path.appending(Self.listName)
    if new != old || isNew || !Self.isOurs(path) {
      if !isNew { try clear(list) }
      try AtomicFile.writeWithoutWaiting(text(), to: list)
    }
  }

  /// The list as JSON, a line for each file: a sweep has very many lists, and encoders take their time.
  private func text() throws -> [UInt8] {
    var text = "{"
    for (name, entry) in new.sorted(by: { $0.key < $1.key }) {
      text += text.utf8.count == 1 ? "\n" : ",\n"
      text += "\(try Self.quoted(name)):{\"origin\":\(try Self.quoted(entry.origin)),"
      text += "\"size\":\(entry.size),\"modified\":\(entry.modified)"
      if let changed = entry.changed { text += ",\"changed\":\(changed)" }
      if let inode = entry.inode { text += ",\"inode\":\(inode)" }
      text += "}"
    }
    return Array((text + "\n}\n").utf8)
  }

  private static func quoted(_ text: String) throws -> String {
    let isPlain = text.utf8.allSatisfy { (0x20..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C }
    if isPlain { return "\"\(text)\"" }
    return String(decoding: try WireFormat.encode(text).dropLast(), as: UTF8.self)
  }

  /// Removes what a run's list says that this program has written there, and the folder where
  /// nothing else is in it.
  static func remove(_ path: FilePath) throws {
    let contained = try ContainedFolder(path)
    let names = list(in: path, RunFolder.isName).keys.sorted()
    try removeUnfinished(beside: names, in: contained)
    for name in names { try remove(name, in: contained) }
    try contained.remove(FilePath(listName), .file)
    guard let name = path.lastComponent?.string else { return }
    try ContainedFolder(path.removingLastComponent()).remove(FilePath(name), .emptyFolder)
  }

  /// Removes what a process that died has left. Nobody else writes here: the experiment is locked.
  private static func removeUnfinished(
    beside names: some Sequence<String>, in contained: borrowing ContainedFolder
  ) throws(FileError) {
    for folder in Set(names.map { FilePath($0).removingLastComponent() }).union([""]) {
      try contained.removeUnfinishedFiles(in: folder)
    }
  }

  /// Removes a file and the folders that it leaves empty.
  private static func remove(
    _ name: String, in contained: borrowing ContainedFolder
  ) throws(FileError) {
    var name = FilePath(name)
    try contained.remove(name, .file)
    name.removeLastComponent()
    while !name.isEmpty, try contained.remove(name, .emptyFolder) { name.removeLastComponent() }
  }
}
