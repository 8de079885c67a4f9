/*
 * A model of how an arena is shared: publishing and draining, sleeping and waking, writing, dying and taking over. spin
 * searches all of its interleavings: `npm run check:model`. Words have the names they have in src/shared/arena-layout.ts.
 *
 *   main_thread      the application's thread: RingProducer (src/main/produce/ring-producer.ts) and, in its waits and
 *                    between its calls, Partition (src/main/control/partition.ts)
 *   taken_partition  TakenPartition (src/main/control/takeover.ts), of the same thread: main_thread waits for it
 *   writer           a writer's thread: own() of src/workers/writer.ts, DrainLoop (src/workers/drain/drain-loop.ts)
 *   fate             ends a writer between any two of its steps, at most DEATHS times
 *   resume, pass, apply           PartitionDrain (src/workers/drain/partition-drain.ts), LongLines.resume()
 *   append, write_due, commit     FileBuffers (src/workers/drain/file-buffers.ts), its reserve() within apply
 *   write_file, settle, release   BufferWrites and WriteIntent (src/workers/drain/buffer-writes.ts, write-intent.ts)
 *   COPY_INTENT, thaw             their freeze() and thaw()
 *   write_through                 LongLines (src/workers/drain/long-lines.ts), where the disk has room
 *   write_bytes                   FileWriter.write() with its Fence (src/workers/drain/file-writer.ts, fence.ts)
 *
 * One step is one access to a word that another thread may look at. Where several are one step, nobody looks at these
 * words meanwhile, and a death between two of them is the same as one before or behind all. A write(2) is one step for
 * its file, and may take less than it is given. Memory is sequentially consistent: the bytes of a record, plain stores,
 * are a step of their own before the atomic one.
 *
 * Waits have no bound here, so a wake-up that is lost is an end that is none. Only what a bound is there for remains: a
 * main thread that waits notices a writer that ended, hangs in a system call, or has not started; and a line that is
 * pending becomes due.
 *
 * Fencing. The taker-over raises EPOCH, exchanges OWNER_STATE, asks for the thread's end, pauses, and then looks at the
 * intent. A thread that runs JavaScript is gone by then. One in a system call may come back at any time, and finds the
 * fence: from an open, to store an intent, but not to write; from a write, before it stores anything. So where an intent
 * is open and the thread that ran has not ended, the file is frozen until it has: lines go on into its buffer and are
 * not written. Other files go on.
 *
 * Checked, under the names below: no record is written over before it is consumed; an owner reads whole records only,
 * none twice and none left out; what a write adds to a file is what comes next in it; the order of the cursors;
 * COMMITTED and a flush cover nothing that is not in a file, but for a frozen one; no two threads are in write(2) on
 * one file; a fenced owner stores nothing of a drain; nobody waits for what never comes; in the end all is committed
 * and in the files. With LIVENESS: that end comes, if no thread that could go on stands still for ever.
 *
 * Left out: pads, parts of lines, urgent records ahead of the rest, the lending of buffers, days, the terminal, rewinds
 * and all failures but a write that is short, damage, counters and with them the lines of a file, the growth of the
 * dictionary and of the file table, close requests, control messages, handing a taken partition back. A hang has no
 * lines past the buffers, and no buffer that runs over while its file is frozen.
 *
 * A MISTAKE_ is compiled into the model to show that the search finds it: scripts/model/model-runs.ts has them all.
 */

/* How large the model is. */
#ifndef RECORDS
#define RECORDS 4
#endif
#ifndef DEATHS
#define DEATHS 1
#endif
#ifndef HANGS
#define HANGS 0
#endif
#ifndef RING_RECORDS
#define RING_RECORDS 2
#endif
#ifndef BUFFER_BYTES
#define BUFFER_BYTES 4
#endif
#ifndef FLUSHES
#define FLUSHES 0
#endif
#ifndef LONG_RECORD
#define LONG_RECORD 0
#endif
#define HIGH_WATER (RING_RECORDS / 2)
#define FILES 2
#define WRITERS (DEATHS + 1)

/* Positions wrap, and count records: all records have one size. A line has two bytes, so that a write can tear it. */
#define POSITIONS 16
#define FIRST_POSITION 14
#define NO_POSITION 255
#define LINE_BYTES 2
#define AFTER(position) (((position) + 1) % POSITIONS)
#define DISTANCE(from, to) ((((to) - (from) + POSITIONS + POSITIONS / 2) % POSITIONS) - POSITIONS / 2)

/* Records have numbers from 1. The second goes into file 1, all others into file 0. */
#define RECORD_AT(position) (DISTANCE(FIRST_POSITION, position) + 1)
#define FILE_OF(record) ((record) == 2)
#define LINE_OF_FILE(file, line) ((file) == 1 -> 2 : ((line) == 0 -> 1 : (line) + 2))
#define BYTE_OF_LINE(record, at) ((record) * LINE_BYTES + (at))
#define LINES_BEFORE(file, records) ((file) == 1 -> ((records) >= 2) : ((records) >= 2 -> (records) - 1 : (records)))

#define INTENT_NONE 0
#define INTENT_BUFFER 1
#define INTENT_RECORD 2
#define OWNER_NONE 0
#define OWNER_RUNNING 1
#define OWNER_MAIN_THREAD 3

/* The arena. */
byte PUBLISHED = FIRST_POSITION
byte CONSUMED = FIRST_POSITION
byte COMMITTED = FIRST_POSITION
byte APPLIED = FIRST_POSITION
bool PRODUCER_WAITING, BELL, PARKED
byte EPOCH, OWNER_STATE
bool FLUSH_REQUESTED, FLUSH_SERVED
byte APPLYING_POSITION = NO_POSITION
byte APPLYING_FILE, APPLYING_BASE_BYTES
byte INTENT_KIND, INTENT_FILE, INTENT_START, INTENT_BYTES, INTENT_OFFSET, INTENT_POSITION
byte FILE_PENDING_START[FILES], FILE_PENDING_BYTES[FILES], FILE_OLDEST_POSITION[FILES]
byte ring[RING_RECORDS]
byte buffers[FILES * BUFFER_BYTES]

/* The files: what is in them is checked as it comes, so their sizes tell all. */
byte file_bytes[FILES]

/* Threads. 0 is the main thread. */
#define MAIN 0
#define NOBODY 255
byte newest_writer
/* The writer that sleeps on BELL; whether the main thread sleeps on CONSUMED. */
byte asleep = NOBODY
bool producer_asleep
/* Ended by fate; asked to end by the main thread; ended; ended, and the main thread has not heard of it. */
bool is_killed[WRITERS + 1], is_ending[WRITERS + 1], is_gone[WRITERS + 1], is_exit_unheard[WRITERS + 1]
/* In a system call, or just out of one: a request to end may reach it late. */
bool is_out_of_reach[WRITERS + 1]
byte deaths
bool is_done

/* What the main thread knows of a partition it has taken. */
bool is_taken
#define REQUEST_NONE 0
#define REQUEST_TAKE 1
#define REQUEST_DRAIN 2
#define REQUEST_DRAIN_ALL 3
#define REQUEST_THAW 4
byte request
byte frozen_file = NOBODY
byte frozen_start, frozen_bytes, frozen_offset

/* Only for what is checked: who may store what an owner stores, and who is in write(2) on a file. */
byte owner = NOBODY
byte writing[FILES] = NOBODY

/* The names of what is checked. They are never true: by them a search tells which assertion failed. */
hidden byte no_record_overwritten, each_record_once, each_line_once, one_owner, one_writer_of_a_file, cursors_in_order,
  committed_is_written, flushed_is_written, all_is_written

#define ASSERT_OWNER assert(one_owner || owner == me)
#define ASSERT_CURSORS assert(cursors_in_order || DISTANCE(COMMITTED, CONSUMED) >= 0 && DISTANCE(CONSUMED, APPLIED) >= 0 \
  && DISTANCE(APPLIED, PUBLISHED) >= 0 && DISTANCE(CONSUMED, PUBLISHED) <= RING_RECORDS)

#include "drain.pml"
#include "writer.pml"
#include "main-thread.pml"

#ifdef LIVENESS
ltl all_is_committed { <> is_done }
#endif
