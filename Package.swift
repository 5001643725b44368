// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let collections: Target.Dependency = .product(
  name: "OrderedCollections", package: "swift-collections")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

// A folder with another oneDNN's `include` and `lib`; by default it is the system's.
let (oneDNNHeaders, oneDNNLibrary): ([CSetting], [LinkerSetting]) =
  if let folder = Context.environment["NSL_ONEDNN"] {
    (
      [.unsafeFlags(["-I\(folder)/include"])],
      [
        .unsafeFlags([
          "\(folder)/lib/libdnnl.so", "-Xlinker", "-rpath", "-Xlinker", "\(folder)/lib",
        ])
      ]
    )
  } else { ([], [.linkedLibrary("dnnl")]) }

/// A target of ours, with the settings every one of them shares.
func target(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The tests of one target; each folder holds its own `Fixtures` and `Snapshots`.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"],
    exclude: ["Fixtures", "Snapshots"], swiftSettings: settings)
}

let package = Package(
  name: "nsl-run",
  products: [.executable(name: "nsl-run", targets: ["nsl-run"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
  ],
  targets: [
    // System libraries, each behind one small target.
    .systemLibrary(
      name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .target(name: "CCurl"),
    .target(name: "CCrypto", linkerSettings: [.linkedLibrary("crypto")]),
    .target(name: "COneDNN", cSettings: oneDNNHeaders, linkerSettings: oneDNNLibrary),
    .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3"])]),

    // One way through the house: text -> plan -> runs -> tables.
    target("PlainText", []),
    target("YAML", ["CYAML", "PlainText"]),
    target("Files", [system]),
    target("Digest", ["CCrypto"]),
    target("Measurements", []),
    target("Settings", ["PlainText"]),
    target(
      "Experiments", ["Settings", "YAML", "PlainText", "Files", "Digest", collections, system]),
    target("Engine", ["COneDNN", "CKernels"]),
    target(
      "Learning",
      [
        "Settings", "Engine", "CKernels", "Measurements", "Files", "Digest", "CZlib", "CPNG",
        "CCurl", system,
      ]),
    target("Results", ["Measurements", "CPNG", "PlainText", collections]),
    target(
      "Runner",
      [
        "Settings", "Experiments", "Engine", "Learning", "Measurements", "Results", "Files",
        "Digest", "PlainText", collections, system,
        .product(name: "Subprocess", package: "swift-subprocess"),
      ]),
    .executableTarget(
      name: "nsl-run",
      dependencies: [
        "Settings", "Runner", "YAML", "Experiments", "Learning", "Results", "Files", "PlainText",
        system,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings,
      // One file that runs without a Swift installation. `--static-swift-stdlib` would do the same,
      // but `swift test` does not know it, and every change between the two would build all anew.
      linkerSettings: [
        .unsafeFlags(["-static-stdlib"]),
        .linkedLibrary("_FoundationCollections"), .linkedLibrary("_FoundationCShims"),
        .linkedLibrary("swiftSynchronization"),
      ]),
    .executableTarget(
      name: "nsl-bench", dependencies: ["Learning", "Settings", "Engine", "CPeak"], path: "Benchmarks",
      exclude: ["README.md", "peers", "plans", "CPeak"], swiftSettings: settings),
    .target(name: "CPeak", path: "Benchmarks/CPeak", cSettings: [.unsafeFlags(["-O3"])]),

    // Tests, a target each; `TestSupport` holds what they share.
    .target(
      name: "TestSupport", dependencies: [system], path: "Tests/TestSupport",
      swiftSettings: settings),
    .testTarget(
      name: "PlainTextTests", dependencies: ["PlainText"], swiftSettings: settings),
    .testTarget(name: "DigestTests", dependencies: ["Digest"], swiftSettings: settings),
    tests("YAMLTests", ["YAML", "PlainText"]),
    tests("ExperimentsTests", ["Experiments", "Settings", "YAML", "PlainText"]),
    tests("EngineTests", ["Engine"]),
    tests("LearningTests", ["Learning", "Settings", "Engine", "Measurements", "Files", "Digest", system]),
    .target(name: "CAllocations", path: "Tests/CAllocations"),
    .testTarget(
      name: "AllocationTests", dependencies: ["Learning", "Settings", "Engine", "CAllocations"],
      swiftSettings: settings),
    tests("FilesTests", ["Files", system]),
    tests("ResultsTests", ["Results", "Measurements", "CPNG"]),
    tests(
      "RunnerTests",
      ["Runner", "Experiments", "Learning", "Measurements", "Results", "Files", system]),
    // They run the built binary and so depend on no target of ours.
    tests("CommandLineTests", [.product(name: "Subprocess", package: "swift-subprocess"), system]),
  ]
)
