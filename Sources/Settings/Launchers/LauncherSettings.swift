/// `launcher:`: where stages run. It changes no result and no stage's key.
package struct LauncherSettings: Choice {
  package var launcher: any WordSettings

  package init(_ launcher: any WordSettings) { self.launcher = launcher }

  package static let noun = "launcher"
  package static let local = LauncherSettings(LocalMachine())
  package static let standard: LauncherSettings? = local
  package static let alternatives: [Alternative<LauncherSettings>] = [
    Alternative(local), Alternative(LauncherSettings(Slurm())),
  ]

  package var settings: any WordSettings { launcher }
  package func reading(_ reader: any SettingsReader) -> Self { Self(launcher.reading(reader)) }
  package func decoded(from decoder: any Decoder) throws -> Self {
    Self(try launcher.decoded(from: decoder))
  }

  /// The settings of Slurm; `nil` where stages run on this machine.
  package var slurm: Slurm? { launcher as? Slurm }
}

/// Every stage is a process of this machine.
package struct LocalMachine: WordSettings {
  package init() {}

  package static let word = "local"
  package static let summary = "processes of this machine"
  package static let fields: [Field<LocalMachine>] = []
}
