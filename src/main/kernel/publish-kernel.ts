/**
 * The end of each call, in AssemblyScript: one call of WebAssembly costs a third of what V8 takes for the two atomic
 * accesses, which are calls of builtins each (4 against 15 ns, bench/programs/publish-cost.ts). Words are those of arena-layout.ts.
 */

/** Stores PUBLISHED with its check, the check first, and gives PARKED as it was after that. */
export function publish(end: i32, check: i32): i32 {
  store<i32>(PUBLISHED_CHECK << 2, check)
  atomic.store<i32>(PUBLISHED << 2, end)
  return atomic.load<i32>(PARKED << 2)
}
