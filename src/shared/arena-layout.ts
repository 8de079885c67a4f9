/**
 * Layout of an arena: the one SharedArrayBuffer of a partition. The only file that knows a word's index; it reads and
 * writes nothing.
 *
 *   | control words | dictionary | file table | drop table | dictionary index | ring | file buffers |
 *
 * Everything a successor needs to continue where a writer stopped is in here; a writer's heap holds only what can be
 * rebuilt from it. One producer and one owner (the writer, or whoever took over) share an arena:
 *
 * - the producer writes geometry, dictionary, file names, ring records and `PUBLISHED` with its check;
 * - the owner writes everything about draining;
 * - `BELL` is set by the producer's side and cleared by the owner; `EPOCH` is raised by whoever takes over.
 *
 * Positions in the ring are wrapping int32 and count bytes; they are compared only through `distanceBytes()` (positions.ts).
 * Invariant, in wrapped distance: COMMITTED <= CONSUMED <= APPLIED <= PUBLISHED <= CONSUMED + ringBytes.
 */

/** Words that different threads write stand this far apart: two cache lines, for adjacent-line prefetch couples pairs. */
const SEPARATION_BYTES = 128
const SEPARATION_WORDS = SEPARATION_BYTES / 4

/** Identifies an arena (and its byte order) in a leftover file: "SPWY". */
export const ARENA_MAGIC = 0x53505759
/**
 * Raised with every change of this layout, of the record layout, or of the line that is made of a record: recovery looks
 * for a line by its text.
 */
export const ARENA_VERSION = 7

// Geometry. Writer: the producer, once, before any other thread sees the arena. Readers: all. Unit: bytes or a count.
export const MAGIC = 0
export const VERSION = 1
export const RING_BYTES = 2
export const FILE_BUFFER_BYTES = 3
export const FILE_BUFFER_COUNT = 4
export const FILE_CAPACITY = 5
export const DICTIONARY_BYTES = 6
export const PARTITION = 7
/** FLAG_ values, or'ed. */
export const FLAGS = 8
/** Checksum of the words before it: who reads a leftover trusts no size that it does not vouch for. */
export const HEADER_CHECK = 9

/** A flag: the days of this arena's files are UTC days. */
export const FLAG_UTC = 1

// Producer's lines. PUBLISHED has one of its own: whatever the owner looked at beside it would cost each call a miss.
/** Position up to which records may be read. Writer: producer. Readers: owner. Unit: byte position. Initially 0. */
export const PUBLISHED = 1 * SEPARATION_WORDS
/** The `positionCheck()` of what PUBLISHED is to be. Writer: producer, before PUBLISHED. Reader: recovery. Initially -1. */
export const PUBLISHED_CHECK = PUBLISHED + 1
/** How many file table entries are complete. Writer: producer, before the first record that names the file. */
export const FILE_COUNT = 13 * SEPARATION_WORDS
/** Bytes of the dictionary that are complete. Writer: producer, before the first record that names an entry. */
export const DICTIONARY_USED = FILE_COUNT + 1
/** 1 while the producer waits for space on `CONSUMED`. Writer: producer. Reader: owner. Initially 0. */
export const PRODUCER_WAITING = 2 * SEPARATION_WORDS

// Owner's cursors, each read by the producer's side.
/** Position up to which ring space may be overwritten. Writer: owner. Reader: producer. Initially 0. */
export const CONSUMED = 3 * SEPARATION_WORDS
/** Position up to which write(2) has returned for every line. Writer: owner. Readers: flush, stats. Initially 0. */
export const COMMITTED = 4 * SEPARATION_WORDS

/** 1 asks the owner to look around now. Set by the producer's side, cleared by the owner. The word all waits are on. */
export const BELL = 5 * SEPARATION_WORDS
/**
 * 1 while each publication has to ring: the owner sleeps deep, or it is the main thread, or that one journals. Writer:
 * owner, and the main thread while there is none. Reader: producer. Initially 0.
 */
export const PARKED = 6 * SEPARATION_WORDS

/** Who owns the partition: raised by each taker-over before it touches anything; an owner with a lower one stops. */
export const EPOCH = 7 * SEPARATION_WORDS

// The owner's signs of life. Writer: owner. Readers: the main thread.
/** Counts passes and naps, wrapping: it moves at least every two seconds while the owner lives. */
export const HEARTBEAT = 8 * SEPARATION_WORDS
/** One of the OWNER_ states below. */
export const OWNER_STATE = HEARTBEAT + 1
/** The FLUSH_REQUESTED that has been served. */
export const FLUSH_SERVED = HEARTBEAT + 2

/** How many files that flush could not write. Stored before FLUSH_SERVED. */
export const FLUSH_PENDING_FILES = HEARTBEAT + 3
/** How many files that flush could not bring to the disk, where that was asked for. Stored before FLUSH_SERVED. */
export const SYNC_FAILED_FILES = HEARTBEAT + 5
/** The kernel's number of the owner's thread (Linux), by which its end is seen without an event; 0 where it is unknown. */
export const OWNER_TASK = HEARTBEAT + 4

// Requests. Writer: the main thread. Reader: owner.
/** Counts flush requests, wrapping: while it differs from FLUSH_SERVED the owner writes all that is pending. */
export const FLUSH_REQUESTED = 9 * SEPARATION_WORDS
/** 1 asks the owner to flush everything and to stop its loop. */
export const CLOSE_REQUESTED = FLUSH_REQUESTED + 1
/** 1 asks the owner to yield to its event loop once: a control message waits there. Cleared by the owner. */
export const CONTROL_PENDING = FLUSH_REQUESTED + 2
/** 1 asks the owner for an emergency drain: the ring is past its high-water mark. Cleared by the owner. */
export const EMERGENCY_REQUESTED = FLUSH_REQUESTED + 3
/** Counts urgent publications (error, fatal), wrapping: the owner looks for them before what was published earlier. */
export const URGENT_PUBLISHED = FLUSH_REQUESTED + 4
/** The last FLUSH_REQUESTED that asks for the disk as well; 0 for none yet. Stored before FLUSH_REQUESTED. */
export const SYNC_REQUESTED = FLUSH_REQUESTED + 5

// What the owner is doing right now, so that a successor can finish exactly that. Writer and reader: owner.
/** Position up to which records are in file buffers or in files. Plain; at or after CONSUMED. Initially 0. */
export const APPLIED = 10 * SEPARATION_WORDS
/** The record being put into a file buffer: its position (never one while none was), file, and the buffer's bytes before. */
export const APPLYING_POSITION = APPLIED + 1
export const APPLYING_FILE = APPLIED + 2
export const APPLYING_BASE_BYTES = APPLIED + 3
/** The write(2) under way: one of the INTENT_ kinds, the file, where its bytes start in the buffer, how many. */
export const INTENT_KIND = APPLIED + 4
export const INTENT_FILE = APPLIED + 5
export const INTENT_START = APPLIED + 6
export const INTENT_BYTES = APPLIED + 7
/** Position of the record that is written past the buffers (INTENT_RECORD). */
export const INTENT_POSITION = APPLIED + 8
/** Index in doubles: the size of the file before the intended write. */
export const INTENT_OFFSET_F64 = (APPLIED + 10) / 2
/** Index in doubles: what LINES_F64 is once the intended write is done, so that its books can be closed twice. */
export const INTENT_LINES_F64 = (APPLIED + 12) / 2
/** Where the intended write goes: one of the PLACE_ values. */
export const INTENT_PLACE = APPLIED + 9
/** The record that is being dropped: its position (never one while none was), and its two counters before. */
export const DROPPING_POSITION = APPLIED + 14
/** Index in doubles: the row's count of the level, and the file's, before the drop. */
export const DROPPING_ROW_BASE_F64 = (APPLIED + 16) / 2
export const DROPPING_FILE_BASE_F64 = (APPLIED + 18) / 2

/** Of the record being put into a file buffer, where it is a part of a line: FILE_PART_BYTES before it. */
export const APPLYING_PART_BYTES = APPLIED + 20
/** The lines pending in its file before it. */
export const APPLYING_BASE_LINES = APPLIED + 21
/** Position up to which records are in the journal; at or after APPLIED. Only where there is one. Initially 0. */
export const JOURNALED = APPLIED + 22
/** Where the next frame goes, in bytes from the start of the journal's frames; 0 where none is there that counts. */
export const JOURNAL_AT = APPLIED + 23
/** The number of the last frame, wrapping: each attempt to write one takes the next. */
export const JOURNAL_FRAMES = APPLIED + 24
/** 1 + the half of the journal that a write is under way in; 0 for none. Stored before the fence is asked. */
export const JOURNAL_WRITING = APPLIED + 25
/** 1 + the half that a former owner's thread may still write in: it is not written until that has ended; 0 for none. */
export const JOURNAL_BLOCKED = APPLIED + 26
/** Whose the journal is, and the words above that tell of it: one of the HOLDER_ values. Writers: owner, main thread. */
export const JOURNAL_HOLDER = APPLIED + 27
/** The `positionCheck()` of what APPLIED is to be. Plain; stored before APPLIED. Reader: recovery. Initially -1. */
export const APPLIED_CHECK = APPLIED + 28

// Counters, in doubles. Writer: owner. Readers: stats. They may lose a step in a takeover; nothing depends on them.
export const LINES_F64 = (11 * SEPARATION_WORDS) / 2
export const BYTES_F64 = LINES_F64 + 1
export const WRITES_F64 = LINES_F64 + 2
export const PASSES_F64 = LINES_F64 + 3
export const PARKS_F64 = LINES_F64 + 4
export const HANDLE_REQUESTS_F64 = LINES_F64 + 5
export const HANDLE_HITS_F64 = LINES_F64 + 6
export const HANDLE_OPENS_F64 = LINES_F64 + 7
export const HANDLE_EVICTIONS_F64 = LINES_F64 + 8
export const WRITE_ERRORS_F64 = LINES_F64 + 9
/** Lines of the terminal that it did not take; those of log files are in the drop table. */
export const LINES_DROPPED_F64 = LINES_F64 + 10
export const DAMAGED_RECORDS_F64 = LINES_F64 + 11
export const LINES_NOT_SHOWN_F64 = LINES_F64 + 12
/** How many of them the terminal has told of. */
export const LINES_NOT_SHOWN_TOLD_F64 = LINES_F64 + 13
/** Opens that found no descriptor left, in this process or in the system. */
export const HANDLES_EXHAUSTED_F64 = LINES_F64 + 14
/** Emergency drains. */
export const EMERGENCIES_F64 = LINES_F64 + 15
/** Lines that went to the fallback directory, and to stderr. */
export const LINES_FALLBACK_F64 = LINES_F64 + 16
export const LINES_STDERR_F64 = LINES_F64 + 17
/** fdatasync(2) calls of log files, and those that failed. */
export const SYNCS_F64 = LINES_F64 + 18
export const SYNC_ERRORS_F64 = LINES_F64 + 19

// A write(2) that a former owner's thread may still be in, for it could not be ended. Writer and reader: owner.
/** The words and doubles of its intent, in the order of INTENT_KIND to INTENT_LINES_F64. */
export const FROZEN_INTENT = 14 * SEPARATION_WORDS
/** How many words an intent has, from INTENT_KIND on. */
export const INTENT_WORDS = 10
/** The file that is being brought to the disk, as 1 + its index, 0 for none; and of which day, stored before it. */
export const SYNCING_FILE = FROZEN_INTENT + 12
export const SYNCING_DAY = FROZEN_INTENT + 13

const CONTROL_BYTES = 15 * SEPARATION_BYTES

// States of OWNER_STATE.
/** Nobody owns the partition yet; whoever exchanges this for another state does. */
export const OWNER_NONE = 0
/** A writer's loop is running. */
export const OWNER_RUNNING = 1
/** The owner has flushed everything, closed its files and left. */
export const OWNER_STOPPED = 2
/** The main thread drains the partition itself. */
export const OWNER_MAIN_THREAD = 3

// Values of JOURNAL_HOLDER.
/** Nobody's: whoever exchanges this for another value has it. The owner has not come to it yet, or there is none. */
export const HOLDER_NONE = 0
/** The main thread's, for the length of one write. */
export const HOLDER_MAIN_THREAD = 1
/** The owner's, and each next one's, until the partition is left to a writer that is yet to start. */
export const HOLDER_OWNER = 2

// Kinds of INTENT_KIND. Two of them differ in two bits at least, so that one flipped bit makes none of another.
/** No write is under way. */
export const INTENT_NONE = 0
/** The pending bytes of a file buffer are being written. */
export const INTENT_BUFFER = 3
/** One record's line, too long for a buffer, is being written past it. */
export const INTENT_RECORD = 5
/** The end of a file and the pending bytes go back to the end of a line: INTENT_START and INTENT_BYTES are to hold. */
export const INTENT_REWIND = 6
/** As INTENT_REWIND, and the line in parts that is under way is given up. */
export const INTENT_DROP = 9

// Values of INTENT_PLACE.
/** The file in the log directory. */
export const PLACE_DIRECTORY = 0
/** The file of the same name in the fallback directory. */
export const PLACE_FALLBACK = 1
/** Standard error: what was written cannot be told, so it counts as done. */
export const PLACE_STDERR = 2

// A file table entry: words, doubles, then the name.
/** Bytes of the file's name; 0 for the terminal. Writer: producer. */
export const FILE_NAME_BYTES = 0
/** 10, 9, 5 or 1: which file is written first. Writer: producer. */
export const FILE_PRIORITY = 1
/** One of the FILE_KIND_ values. Writer: producer. */
export const FILE_KIND = 2
/** The `positionCheck()` of where among the file buffers its pending bytes are; 0 for none. Writer: owner, as all that follow. */
export const FILE_BUFFER = 3
/** Where the pending bytes start in the buffer: after a write that was cut short. */
export const FILE_PENDING_START = 4
export const FILE_PENDING_BYTES = 5
export const FILE_PENDING_LINES = 6
/** The day of the pending bytes, as year * 10,000 + month * 100 + day; 0 for none yet. */
export const FILE_DAY = 7
/** Position of the oldest record whose line is pending. */
export const FILE_OLDEST_POSITION = 8
/** The last day whose file an owner has opened and found (or made) to end with a whole line; 0 for none yet. */
export const FILE_OPENED_DAY = 9
/** Doubles, counted from the entry's start: when the oldest pending line was drained (epoch ms). */
export const FILE_PENDING_SINCE_F64 = 5
/** Bytes of the last line in parts, in buffer and file, until all of it is in the file. */
export const FILE_PART_BYTES = 12
/** One of the PARTS_ values. */
export const FILE_PART_STATE = 13
/** The seq of the first and of the last line that was dropped and is not told of yet. */
export const FILE_DROPPED_FROM_F64 = 7
export const FILE_DROPPED_TO_F64 = 8
/** How many lines were dropped and are not told of yet: one double for each level, trace first. */
export const FILE_DROPPED_LEVELS_F64 = 9
/** The seq of the line in parts; and words again: its level, and the dictionary id of its category. */
export const FILE_PART_SEQ_F64 = 15
export const FILE_PART_LEVEL = 32
export const FILE_PART_CATEGORY = 33
/** As FILE_OPENED_DAY, of the file in the fallback directory. */
export const FILE_FALLBACK_OPENED_DAY = 34
/** The place that has the bytes before the pending ones: one of the PLACE_ values. */
export const FILE_PENDING_PLACE = 35
/** 1 where the file's lines go to the disk in the pass that writes them (`durability`). Writer: producer. */
export const FILE_DURABLE = 36
/** The day whose file has bytes that are not known to be on the disk, and the one before it; 0 for none. */
export const FILE_UNSYNCED_DAY = 37
export const FILE_UNSYNCED_DAY_BEFORE = 38
/** The day of a file that could not be brought to the disk: what it had then is not known to be there, ever. */
export const FILE_SYNC_FAILED_DAY = 39
/** Added to a day of these three and of SYNCING_DAY: it is of the file in the fallback directory. Above any day. */
export const DAY_IN_FALLBACK = 1 << 27
/** Checksum of name, priority and kind. Writer: producer. */
export const FILE_CHECK = 40
/** How many bytes of the file buffers are the file's, from FILE_BUFFER on. */
export const FILE_BUFFER_SIZE = 41
/**
 * Where in its buffer a file's lines end, as a `positionCheck()` of eight times that: FILE_PENDING_START and
 * FILE_PENDING_BYTES for the second time. Stored before these where lines are added or none stays pending. Reader: recovery.
 */
export const FILE_PENDING_CHECK = 42
export const FILE_NAME_OFFSET_BYTES = 176
export const FILE_NAME_MAX_BYTES = 128
export const FILE_ENTRY_BYTES = FILE_NAME_OFFSET_BYTES + FILE_NAME_MAX_BYTES

// A dictionary entry: words, then each text as a word with its bytes and the bytes, padded to 4. Writer: producer.
/** How many texts it has. */
export const DICTIONARY_ENTRY_COUNT = 0
/** Checksum of its id, the count and the texts: who reads a leftover finds out which entries are intact. */
export const DICTIONARY_ENTRY_CHECK = 1
export const DICTIONARY_ENTRY_TEXTS_BYTES = 8

// The drop table: a row of doubles for each category of which an owner dropped lines. Writer: owner. Readers: stats.
/** 1 + the dictionary id of the category; 0 for a free row. Stored after the row's counts are zero. */
export const DROP_ROW_CATEGORY_F64 = 0
/** How many lines were dropped: one double for each level, trace first. */
export const DROP_ROW_LEVELS_F64 = 1
export const DROP_ROW_BYTES = 64
/** The last row takes what finds no row of its own; its category is 0. */
export const DROP_ROWS = 256
/** Levels in the tables above: trace, debug, info, warn, error, fatal. */
export const LEVEL_COUNT = 6

/**
 * The dictionary index: for each of the first ids where in the arena its entry is; 0 for one that the owner has not read.
 * Writer and reader: owner, for itself; a successor begins with zeros.
 */
export const INDEX_ENTRIES = 8192

// Values of FILE_PART_STATE.
/** No line in parts is under way. */
export const PARTS_NONE = 0
/** It has begun, and its last part is to come. */
export const PARTS_OPEN = 1
/** Its last part is pending, behind what the file has of it. */
export const PARTS_ENDED = 2
/** Its parts are passed over, for one found no room. */
export const PARTS_DROPPED = 3

/** A log file in the directory of its day. */
export const FILE_KIND_LOG = 0
/** The terminal: lines go through pino-pretty to standard output. */
export const FILE_KIND_TERMINAL = 1

/** What an arena is made of; every number is a count of bytes but for the two counts. */
export interface ArenaGeometry {
  /** Capacity of the ring: a power of two. */
  readonly ringBytes: number
  /** Size of one file buffer: a multiple of 4,096. */
  readonly fileBufferBytes: number
  readonly fileBufferCount: number
  /** How many files the partition can have. */
  readonly fileCapacity: number
  readonly dictionaryBytes: number
}

/** Where each region of an arena starts, in bytes from its beginning. */
export interface ArenaOffsets {
  readonly dictionary: number
  readonly fileTable: number
  readonly dropTable: number
  readonly index: number
  readonly ring: number
  readonly fileBuffers: number
  readonly end: number
}

const PAGE_BYTES = 4096

function roundUpToPage(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES
}

/** The regions of an arena of this geometry; each starts on a page. */
export function arenaOffsets(geometry: ArenaGeometry): ArenaOffsets {
  const dictionary = roundUpToPage(CONTROL_BYTES)
  const fileTable = dictionary + roundUpToPage(geometry.dictionaryBytes)
  const dropTable = fileTable + roundUpToPage(geometry.fileCapacity * FILE_ENTRY_BYTES)
  const index = dropTable + roundUpToPage(DROP_ROWS * DROP_ROW_BYTES)
  const ring = index + roundUpToPage(INDEX_ENTRIES * 4)
  const fileBuffers = ring + roundUpToPage(geometry.ringBytes)
  const end = fileBuffers + geometry.fileBufferCount * geometry.fileBufferBytes
  return { dictionary, fileTable, dropTable, index, ring, fileBuffers, end }
}

// Layout relations, checked when the module loads: a mistake here would corrupt silently everywhere else.
if (SYNC_ERRORS_F64 * 8 + 8 > FILE_COUNT * 4) throw new RangeError('arena layout: counters leave the control words')
if (FILE_PENDING_SINCE_F64 * 2 <= FILE_OPENED_DAY) throw new RangeError('arena layout: file entry fields overlap')
if (FILE_DROPPED_LEVELS_F64 + LEVEL_COUNT > FILE_PART_SEQ_F64 || (FILE_PENDING_CHECK + 1) * 4 > FILE_NAME_OFFSET_BYTES)
  throw new RangeError('arena layout: file entry counts reach into the name')
if ((DROPPING_FILE_BASE_F64 + 1) * 2 > APPLIED + SEPARATION_WORDS || APPLIED_CHECK >= APPLIED + SEPARATION_WORDS)
  throw new RangeError('arena layout: intents leave their line')
if (FILE_ENTRY_BYTES % 8 !== 0) throw new RangeError('arena layout: a file entry must keep doubles aligned')
