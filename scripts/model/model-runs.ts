/**
 * What is searched: the model of test/model/arena.pml in several sizes, and with each of the mistakes that it can have
 * compiled in. The sizes are as small as still show what they are for.
 */

/** One search. */
export interface ModelRun {
  readonly name: string
  /** Macros of the model, for spin's preprocessor. */
  readonly defines: readonly string[]
  /** What a search must find violated; `null` where it must find nothing. */
  readonly violated: string | null
}

/** An owner that dies anywhere, and a flush; a buffer that runs over. */
const ONE_DEATH = ['DEATHS=1', 'RECORDS=4', 'FLUSHES=1']
/** Successors that die as well, and a line past the buffers. */
const TWO_DEATHS = ['DEATHS=2', 'RECORDS=3', 'LONG_RECORD=3']
/** A writer that hangs in a system call, another that dies before it or meanwhile. */
const A_HANG = ['DEATHS=1', 'HANGS=1', 'RECORDS=3']
/** With weak fairness the search is many times larger. */
const LIVENESS = ['DEATHS=1', 'HANGS=1', 'RECORDS=2', 'LIVENESS']

const SOUND_RUNS: readonly ModelRun[] = [
  { name: 'sound, one death', defines: ONE_DEATH, violated: null },
  { name: 'sound, two deaths', defines: TWO_DEATHS, violated: null },
  { name: 'sound, a hang', defines: A_HANG, violated: null },
  { name: 'sound, liveness', defines: LIVENESS, violated: null },
]

const NO_DEATH = ['DEATHS=0', 'RECORDS=3', 'FLUSHES=1']
const DEATH = ['DEATHS=1', 'RECORDS=3', 'FLUSHES=1']
const LONG_LINE = ['DEATHS=1', 'RECORDS=3', 'LONG_RECORD=3']
const HANG = ['DEATHS=0', 'HANGS=1', 'RECORDS=3']

/** What spin calls an end in which somebody waits for what never comes. */
const INVALID_END = 'invalid end state'
/** What it calls a cycle in which the wanted end is never reached. */
const CYCLE = 'acceptance cycle'

/** Each mistake, the size that shows it, and what it violates. */
const MISTAKES: readonly (readonly [mistake: string, defines: readonly string[], violated: string])[] = [
  // Publishing and consuming.
  ['PUBLISHED_BEFORE_BYTES', NO_DEATH, 'each_record_once'],
  ['FULL_RING_NOT_SEEN', NO_DEATH, 'no_record_overwritten'],
  ['CONSUMED_BEFORE_LINE', NO_DEATH, 'cursors_in_order'],
  // Sleeping and waking.
  ['NO_LOOK_BEFORE_PARKING', NO_DEATH, INVALID_END],
  ['PARKED_AFTER_LOOK', NO_DEATH, INVALID_END],
  ['PARKED_SEEN_BEFORE_PUBLISHED', NO_DEATH, INVALID_END],
  ['BELL_BEFORE_PUBLISHED', NO_DEATH, INVALID_END],
  ['BELL_CLEARED_LATE', NO_DEATH, INVALID_END],
  ['WAITING_AFTER_LOOK', NO_DEATH, INVALID_END],
  ['WAITING_SEEN_BEFORE_CONSUMED', NO_DEATH, INVALID_END],
  ['NOT_DUE_BY_AGE', ['DEATHS=0', 'RECORDS=2', 'LIVENESS'], CYCLE],
  ['FLUSH_SEEN_AFTER_PASS', NO_DEATH, 'flushed_is_written'],
  // Dying.
  ['APPLIED_BEFORE_LINE', DEATH, 'committed_is_written'],
  ['HALF_APPLIED_AGAIN', DEATH, 'each_line_once'],
  ['INTENT_AFTER_WRITE', DEATH, 'each_line_once'],
  ['SIZE_NOT_COMPARED', DEATH, 'each_line_once'],
  ['INTENT_CLEARED_BEFORE_APPLIED', LONG_LINE, 'each_line_once'],
  // Taking over.
  ['STATE_NOT_EXCHANGED', DEATH, 'one_owner'],
  ['NOT_FENCED', HANG, 'each_line_once'],
  ['INTENT_SEEN_BEFORE_EPOCH', HANG, 'each_line_once'],
  ['THREAD_NOT_ENDED', HANG, 'each_line_once'],
  ['BOOKS_WHEN_FENCED', HANG, 'each_line_once'],
  ['THAWED_FROM_INTENT_ALONE', HANG, 'committed_is_written'],
]

/** All searches: of the model as it is, then of each mistake. */
export const MODEL_RUNS: readonly ModelRun[] = [
  ...SOUND_RUNS,
  ...MISTAKES.map(([mistake, defines, violated]) => ({
    name: mistake,
    defines: [...defines, `MISTAKE_${mistake}`],
    violated,
  })),
]
