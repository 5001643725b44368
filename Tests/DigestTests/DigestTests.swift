import Digest
import Testing

@Suite struct `Digests` {
  /// - Source: the examples of FIPS 180-4 (NIST's "Examples with intermediate values") and of RFC
  ///   1321, appendix A.5.
  @Test func `are those of the standards`() {
    #expect(
      ContentDigest.sha256([]).hex
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      ContentDigest.sha256(Array("abc".utf8)).hex
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      ContentDigest.sha256([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)).hex
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    #expect(ContentDigest.md5([]).hex == "d41d8cd98f00b204e9800998ecf8427e")
    #expect(
      ContentDigest.md5(Array("message digest".utf8)).hex == "f96b697d7cb7938d525a2f31aaf161d0")
  }

  @Test func `are numbers, most significant byte first`() {
    #expect(
      ContentDigest.sha256(Array("abc".utf8)).words == [
        0xba78_16bf_8f01_cfea, 0x4141_40de_5dae_2223, 0xb003_61a3_9617_7a9c, 0xb410_ff61_f200_15ad,
      ])
  }
}
