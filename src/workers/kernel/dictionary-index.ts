/** Where the dictionary's entries are, by their ids: as dictionary-reader.ts has noted it in the arena. */

let index: usize = 0

export function indexIsAt(at: usize): void {
  index = at
}

/** Where the entry of an id is; 0 for one that the owner has not read. */
export function entryOf(id: u32): usize {
  if (id >= <u32>INDEX_ENTRIES) return 0
  const at = <usize>load<u32>(index + (id << 2))
  return at < index ? at : 0
}

/** Where the one text of an entry is; 0 for an entry that is not of one text. */
export function textOf(id: u32): usize {
  const entry = entryOf(id)
  return entry === 0 || load<u32>(entry) !== 1 ? 0 : entry + DICTIONARY_ENTRY_TEXTS_BYTES
}
