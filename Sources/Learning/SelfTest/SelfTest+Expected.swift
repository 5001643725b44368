extension SelfTest {
  /// The digest of each part, of this revision of the engine: `nsl-run info --self-test --verbose` prints
  /// them.
  static let expected: [String: String] = [
    "tutorial, passes":
      "cac4d668ddd04fdaac5e8ddf9af85c2dc2aaaac58bd212cca2f1f87e09e2fd2c",
    "tutorial, training":
      "5fc58a1ef945a0c58418cd114d908f345c9ee3ec7f8bd107765f134989ebd745",
    "tutorial, attacks":
      "d783ce5cb87d0d374f39c93ea8a3d4573a7385e0e1afb4a056135667de72b4fa",
    "residual, passes":
      "c8acdbecbb4fdca296e8157ecbc01e87ed1f70358f5b2533b04682e9746a92fa",
    "residual, training":
      "45eadc2446cb11f5d170771a94c578f62fde3b93f0ff67c93fee090e245c91a2",
    "residual, attacks":
      "1474783dfa253dbd7d74474814fe40630409dadfdba931cee0a528e41bd75bd4",
    "large kernels, passes":
      "0533dc474fac5b6c94754b9ec903d90f269e3346ef1fd7e7d8a28e3dac4e3162",
    "odd shapes, passes":
      "c8b3e0b37c86a0f566ab8963d715274823223b2a616e60dac5f82266f945432e",
    "odd shapes, training":
      "a34ad0a00ee7b46dc062df800daf55e8fc07585a003a0ed513ab71d381c7e3a8",
    "activations, passes":
      "c56e57bb42af3863e06db683228c34daa5de38718c4d426db31dbb9f7a603397",
    "activations, training":
      "fc82dbe795b14f75ebf626f94e0f9d83beba720a4acb67ee458a65d3f1d340d9",
    "pooling, passes":
      "b01a947983bb0a42f92a3b45a977c770f52eba10b065c856bb3e2fa5f72a411b",
    "dense, passes":
      "d29a72eea1d58bcafb15df45b9107d0efab3a64ebbf59978fc8290cf86650320",
    "dense, training":
      "61ef24f4b251c54e45d4a48f7c8ddd4b52a7435d955a7381bd0b445a68fba4ca",
  ]

  /// Those that have one.
  package static var knownParts: Set<String> { Set(expected.keys) }
}
