/** Constants that the build gives to the compiler (scripts/build-kernel.ts): of the arena's layout, under their names there. */
declare const APPLIED: i32
declare const APPLIED_CHECK: i32
declare const APPLYING_POSITION: i32
declare const APPLYING_FILE: i32
declare const APPLYING_BASE_BYTES: i32
declare const APPLYING_BASE_LINES: i32
declare const DICTIONARY_ENTRY_TEXTS_BYTES: i32
declare const FILE_ENTRY_BYTES: i32
declare const FILE_BUFFER: i32
declare const FILE_BUFFER_SIZE: i32
declare const FILE_DAY: i32
declare const FILE_PENDING_BYTES: i32
declare const FILE_PENDING_CHECK: i32
declare const FILE_PENDING_LINES: i32
declare const FILE_PENDING_START: i32
declare const INDEX_ENTRIES: i32
/** Given for the tests' kernel alone, which tells of each store of a word. */
declare const TRACED: i32
