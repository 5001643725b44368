import Settings

/// `launcher:` as a mapping.
enum LauncherSection {
  static let section = Section(
    "launcher", "where stages run; it changes no result",
    keys: [.word(of: LauncherSettings.self, "name", "the launcher")] + LauncherSettings.keys,
    words: SectionWord.words(of: LauncherSettings.self))

  static let type = SettingType<LauncherSettings>.choice("launcher")

  static func decode(_ reader: SectionReader) -> LauncherSettings {
    reader.node(section.name).flatMap { type.decode($0, section.name, reader.diagnostics) }
      ?? .local
  }
}
