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
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")

// `make deps` puts links to the archives of the C libraries there, as far as the system has them:
// what is linked into the program cannot be missing where it runs.
let archives = "\(Context.packageDirectory)/.build/archives"

/// For tests, and for what waits, draws and prints: half the time to compile counts more than speed.
let unoptimized = settings + [.unsafeFlags(["-Onone"])]

/// A target of ours.
func target(
  _ name: String, _ dependencies: [Target.Dependency], settings: [SwiftSetting] = settings
) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The tests of one target; each folder holds its own `Fixtures` and `Snapshots`.
///
/// - Parameter settings: `settings` where the tests themselves calculate much.
func tests(
  _ name: String, _ dependencies: [Target.Dependency], settings: [SwiftSetting] = unoptimized
) -> Target {
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
    // Without its traits, which need all of Foundation.
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
  ],
  targets: [
    // System libraries, each behind one small target.
    .systemLibrary(name: "CYAML", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CPNG", providers: [.apt(["libpng-dev"])]),
    .target(name: "CCurl"),
    .target(name: "CCrypto", linkerSettings: [.linkedLibrary("crypto")]),
    // Exponentials, logarithms and the like, the same bits everywhere.
    .target(name: "CFunctions"),
    .target(name: "CKernels", dependencies: ["CFunctions"], cSettings: [.unsafeFlags(["-O3"])]),

    // One way through the house: text -> plan -> runs -> tables.
    target("PlainText", []),
    target("YAML", ["CYAML", "PlainText"]),
    target("Files", [system]),
    target("Digest", ["CCrypto"]),
    target("Measurements", []),
    target("Statistics", ["CFunctions"]),
    target("Settings", ["PlainText", "CFunctions"]),
    target(
      "Experiments",
      [
        "Settings", "Measurements", "Statistics", "YAML", "PlainText", "Files", "Digest",
        "CFunctions", system,
      ]),
    target("Engine", ["CKernels", "CFunctions"]),
    target(
      "Learning",
      [
        "Settings", "Engine", "CKernels", "CFunctions", "Measurements", "Files", "Digest",
        "PlainText", "CZlib", "CPNG", "CCurl", system,
      ]),
    target("ONNX", ["Learning", "Engine", "Settings", protobuf], settings: unoptimized),
    target("Results", ["Measurements", "Statistics", "CPNG", "PlainText", collections]),
    target(
      "Report", ["Results", "Measurements", "Statistics", "PlainText", collections],
      settings: unoptimized),
    target("Tracking", ["Digest", protobuf], settings: unoptimized),
    target("Help", ["Settings", "Experiments", "Measurements", "Results"], settings: unoptimized),
    target(
      "Runner",
      [
        "Settings", "Experiments", "Engine", "Learning", "Measurements", "Results", "Report",
        "Tracking", "Files", "Digest", "PlainText", system,
        .product(name: "Subprocess", package: "swift-subprocess"),
      ], settings: unoptimized),
    .executableTarget(
      name: "nsl-run",
      dependencies: [
        "Help", "Settings", "Runner", "Tracking", "ONNX", "YAML", "Experiments", "Learning",
        "Measurements", "Results", "Digest", "Files", "PlainText", system,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: unoptimized,
      // One file that runs without a Swift installation. `--static-swift-stdlib` would do the same,
      // but `swift test` does not know it, and every change between the two would build all anew.
      linkerSettings: [
        .unsafeFlags(["-static-stdlib", "-L\(archives)"]),
        .linkedLibrary("_FoundationCollections"), .linkedLibrary("_FoundationCShims"),
        .linkedLibrary("swiftSynchronization"),
      ]),
    .executableTarget(
      name: "nsl-bench",
      dependencies: ["Learning", "Settings", "Engine", "Files", "CPeak", system],
      path: "Benchmarks",
      exclude: ["README.md", "peers", "plans", "sweeps", "tables", "CPeak"], swiftSettings: settings
    ),
    .target(name: "CPeak", path: "Benchmarks/CPeak", cSettings: [.unsafeFlags(["-O3"])]),

    // Tests, a target each; `TestSupport` holds what they share.
    .target(
      name: "TestSupport", dependencies: [system], path: "Tests/TestSupport",
      swiftSettings: unoptimized),
    .testTarget(
      name: "PlainTextTests", dependencies: ["PlainText", "TestSupport"], swiftSettings: unoptimized
    ),
    .testTarget(
      name: "FunctionsTests", dependencies: ["CFunctions", "TestSupport"], exclude: ["Fixtures"],
      swiftSettings: settings),
    .testTarget(name: "DigestTests", dependencies: ["Digest"], swiftSettings: unoptimized),
    tests("YAMLTests", ["YAML", "PlainText"]),
    tests("ExperimentsTests", ["Experiments", "Measurements", "Settings", "YAML", "PlainText"]),
    tests("EngineTests", ["Engine"], settings: settings),
    tests(
      "LearningTests",
      [
        "Learning", "Settings", "Engine", "Measurements", "Statistics", "Files", "Digest", system,
      ], settings: settings),
    .target(name: "CAllocations", path: "Tests/CAllocations"),
    .testTarget(
      name: "AllocationTests", dependencies: ["Learning", "Settings", "Engine", "CAllocations"],
      swiftSettings: settings),
    tests("ONNXTests", ["ONNX", "Learning", "Engine", "Settings", protobuf]),
    tests("FilesTests", ["Files", system]),
    .testTarget(
      name: "HelpTests", dependencies: ["Help", "Experiments", "Settings", "YAML"],
      swiftSettings: unoptimized),
    tests("StatisticsTests", ["Statistics"], settings: settings),
    tests(
      "ResultsTests", ["Results", "Experiments", "YAML", "Measurements", "Statistics", "CPNG"]),
    .testTarget(
      name: "ReportTests",
      dependencies: ["Report", "Results", "Measurements", "Digest", "TestSupport"],
      exclude: ["Browser", "Snapshots"], swiftSettings: unoptimized),
    tests("TrackingTests", ["Tracking"]),
    tests(
      "RunnerTests",
      [
        "Runner", "Tracking", "Experiments", "Engine", "Learning", "Measurements", "Results",
        "Files", system,
      ]),
    // They run the built binary; of our targets they only need what reads the files of `docs/ci`.
    tests(
      "CommandLineTests",
      ["YAML", .product(name: "Subprocess", package: "swift-subprocess"), system]),
  ]
)
