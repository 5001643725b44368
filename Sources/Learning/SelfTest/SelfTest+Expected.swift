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
      "6c8afabda231d67a963947c94fc7208cab1b544c3fc8e13e6dbabd1eae2fcdc9",
    "activations, training":
      "79297dca06f264a78f842cc068c08391bae490b2e433b46858e0b5499aab485b",
    "pooling, passes":
      "b01a947983bb0a42f92a3b45a977c770f52eba10b065c856bb3e2fa5f72a411b",
    "dense, passes":
      "619314f5ac9f3f3c45bc1a1307862d9853e23ca469a749ef1201ba056a24aeac",
    "dense, training":
      "29f8bd8155a7340c02f638f82111d89d1c600454d9fe3b6f6ba84d0426d872bc",
  ]

  /// Those that have one.
  package static var knownParts: Set<String> { Set(expected.keys) }
}
