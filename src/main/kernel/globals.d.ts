/** Constants that the build gives to the compiler (scripts/build-kernel.ts): of the arena's layout, under their names there. */
declare const PUBLISHED: i32
declare const PUBLISHED_CHECK: i32
declare const PARKED: i32
