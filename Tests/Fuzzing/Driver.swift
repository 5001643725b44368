/// libFuzzer's entry: see `run`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  FuzzedFront.exercise(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
