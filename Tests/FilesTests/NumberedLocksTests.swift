import Files
import SystemPackage
import TestSupport
import Testing

@Suite("Numbered locks")
struct NumberedLocksTests {
  @Test func `exclude others by their number, until they are given back or their holder ends`()
    throws
  {
    try withTemporaryFolder { folder in
      let path = folder.appending("locks")
      let mine = try NumberedLocks(path)
      var others: NumberedLocks? = try NumberedLocks(path)
      for number in [0, 4, .max, 0xFEDC_BA98_7654_3210] as [UInt64] {
        #expect(mine.take(number))
        #expect(others?.take(number) == false)
        mine.release(number)
        #expect(others?.take(number) == true)
        #expect(!mine.take(number))
      }
      others = nil
      #expect(mine.take(4))
    }
  }
}
