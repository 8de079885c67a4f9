/** Constants of src/shared/record-layout.ts, as the kernel computes with them. */

export const RECORD_HEAD: usize = 4
export const RECORD_TIME: usize = 8
export const RECORD_SEQ: usize = 16
export const RECORD_PREFIX_BYTES: usize = 28
export const RECORD_SLOTS: usize = 32
export const RECORD_IDS: usize = 24
export const RECORD_ALIGNMENT_BYTES: u32 = 8
export const KIND_MASK: u32 = 7
export const KIND_PAD: u32 = 0
export const KIND_FIELDS: u32 = 1
export const KIND_TEMPLATE: u32 = 2
export const KIND_LINE: u32 = 3
export const TAG_LOWEST: u32 = 0xfff90000
export const TAG_STRING: u32 = 0xfff90000
export const TAG_JSON: u32 = 0xfffa0000
export const TAG_LITERAL: u32 = 0xfffb0000
export const TAG_INTERNED: u32 = 0xfffc0000
export const LITERAL_FALSE: u32 = 0
export const LITERAL_TRUE: u32 = 1
export const LITERAL_NULL: u32 = 2
export const LITERAL_UNDEFINED: u32 = 3
