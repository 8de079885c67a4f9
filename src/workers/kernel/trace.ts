/** Called before each store of a word, in the kernel of the tests. */
export declare function step(address: usize, value: i32): void
