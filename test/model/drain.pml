/* What an owner does, a writer or the main thread. Included by arena.pml, whose head tells which code this is. */

/* PartitionDrain.#consume(). */
inline consume(to_position) {
#ifdef MISTAKE_WAITING_SEEN_BEFORE_CONSUMED
  is_waiting = PRODUCER_WAITING;
#endif
  d_step { ASSERT_OWNER; CONSUMED = to_position; ASSERT_CURSORS }
#ifndef MISTAKE_WAITING_SEEN_BEFORE_CONSUMED
  is_waiting = PRODUCER_WAITING;
#endif
  if
  :: is_waiting -> is_waiting = false; producer_asleep = false
  :: else
  fi
}

/* FileWriter.write(): one write(2) and the next, until all is taken. `next_byte` is the one to write after `written`. */
inline write_bytes(next_byte, may_fail) {
  do
  :: written < bytes ->
    is_out_of_reach[me] = true;
    d_step {
      if
#ifndef MISTAKE_NOT_FENCED
      :: me != MAIN && EPOCH != epoch -> is_fenced = true
#endif
      :: else -> assert(one_writer_of_a_file || writing[into] == NOBODY); writing[into] = me
      fi
    }
    /* A writer that found another epoch has ended here. The main thread's writes are never short: it does not die. */
    if
    :: taken_bytes = bytes - written
    :: me != MAIN && bytes - written > 1 -> taken_bytes = 1
    fi;
    d_step {
      do
      :: taken_bytes > 0 ->
        /* The line that comes next in the file, and the byte that comes next in it. */
        assert(each_line_once || next_byte ==
          BYTE_OF_LINE(LINE_OF_FILE(into, file_bytes[into] / LINE_BYTES), file_bytes[into] % LINE_BYTES));
        file_bytes[into]++;
        written++;
        taken_bytes--
      :: else -> break
      od;
      writing[into] = NOBODY
    }
#ifndef MISTAKE_BOOKS_WHEN_FENCED
    is_out_of_reach[me] = false;
#endif
    if
    :: may_fail && written < bytes -> break
    :: true
    fi
  :: else -> break
  od
}

#define INTEND(kind) \
  d_step { INTENT_FILE = into; INTENT_START = start; INTENT_BYTES = bytes; INTENT_OFFSET = offset } \
  INTENT_KIND = kind

/* Nobody looks at these any more. That they are all the same then keeps the search small; so it is with others below. */
#define FORGET_INTENT INTENT_FILE = 0; INTENT_START = 0; INTENT_BYTES = 0; INTENT_OFFSET = 0; INTENT_POSITION = 0

/* All that is pending for a file. It may stay pending in part: the disk may be full. */
inline write_file(may_fail) {
  /* The open comes after the look at what is pending, and may last. */
  d_step { start = FILE_PENDING_START[into]; bytes = FILE_PENDING_BYTES[into]; is_out_of_reach[me] = true }
  offset = file_bytes[into];
#ifndef MISTAKE_INTENT_AFTER_WRITE
  INTEND(INTENT_BUFFER);
#endif
  write_bytes(buffers[into * BUFFER_BYTES + start + written], may_fail);
#ifdef MISTAKE_INTENT_AFTER_WRITE
  skip;
  INTEND(INTENT_BUFFER);
#endif
  settle();
  d_step {
    INTENT_KIND = INTENT_NONE;
    FORGET_INTENT;
    is_out_of_reach[me] = false;
    start = 0; bytes = 0; offset = 0; written = 0
  }
}

/* One line past the buffers. `done` bytes of it are in the file; its intent stays open until APPLIED has moved. */
inline write_through(record_position, done) {
  is_out_of_reach[me] = true;
  d_step { offset = file_bytes[into] - done; written = done; bytes = LINE_BYTES }
  INTENT_POSITION = record_position;
  INTEND(INTENT_RECORD);
  write_bytes(BYTE_OF_LINE(RECORD_AT(record_position), written), false);
  is_out_of_reach[me] = false;
  d_step { bytes = 0; offset = 0; written = 0 }
}

/* From the intent alone, so that it can be done twice. */
inline settle() {
  if
  :: written < bytes ->
    d_step { ASSERT_OWNER; FILE_PENDING_START[into] = start + written }
    FILE_PENDING_BYTES[into] = bytes - written
  :: else -> release()
  fi
}

inline release() {
  d_step {
    ASSERT_OWNER;
    FILE_PENDING_BYTES[into] = 0;
    /* Nobody looks at these any more. */
    FILE_PENDING_START[into] = 0;
    FILE_OLDEST_POSITION[into] = 0;
    at = 0;
    do
    :: at < BUFFER_BYTES -> buffers[into * BUFFER_BYTES + at] = 0; at++
    :: else -> break
    od;
    at = 0
  }
}

inline apply() {
  d_step {
    record = ring[position % RING_RECORDS];
    assert(each_record_once || record == RECORD_AT(position));
    into = FILE_OF(record)
  }
  if
  :: FILE_PENDING_BYTES[into] > 0 && (record == LONG_RECORD
      || FILE_PENDING_START[into] + FILE_PENDING_BYTES[into] + LINE_BYTES > BUFFER_BYTES) -> write_file(false)
  :: else
  fi;
#ifdef MISTAKE_APPLIED_BEFORE_LINE
  d_step { ASSERT_OWNER; APPLIED = AFTER(position) }
#endif
#ifdef MISTAKE_CONSUMED_BEFORE_LINE
  consume(AFTER(position));
#endif
  if
  :: record == LONG_RECORD -> write_through(position, 0)
  :: else -> append()
  fi;
#ifdef MISTAKE_INTENT_CLEARED_BEFORE_APPLIED
  INTENT_KIND = INTENT_NONE;
#endif
  d_step {
    ASSERT_OWNER;
    APPLIED = AFTER(position);
    position = AFTER(position);
    /* Nobody looks at these any more. */
    APPLYING_POSITION = NO_POSITION; APPLYING_FILE = 0; APPLYING_BASE_BYTES = 0;
    record = 0; into = 0
  }
  if
  :: INTENT_KIND != INTENT_NONE -> d_step { INTENT_KIND = INTENT_NONE; FORGET_INTENT }
  :: else
  fi
}

inline append() {
  d_step { APPLYING_BASE_BYTES = FILE_PENDING_BYTES[into]; APPLYING_FILE = into }
  APPLYING_POSITION = position;
  d_step {
    at = into * BUFFER_BYTES + FILE_PENDING_START[into] + FILE_PENDING_BYTES[into];
    buffers[at] = BYTE_OF_LINE(record, 0);
    buffers[at + 1] = BYTE_OF_LINE(record, 1);
    at = 0;
    if
    :: FILE_PENDING_BYTES[into] == 0 -> FILE_OLDEST_POSITION[into] = position
    :: else
    fi
  }
  d_step { ASSERT_OWNER; FILE_PENDING_BYTES[into] = FILE_PENDING_BYTES[into] + LINE_BYTES }
}

inline pass() {
  to = PUBLISHED;
  d_step { position = APPLIED; has_drained = (position != to) }
  do
  :: position != to ->
    apply();
    if
    :: position != to -> consume(position)
    :: true
    fi
  :: else -> break
  od;
  if
  :: CONSUMED != position -> consume(position)
  :: else
  fi;
  d_step { to = 0; position = 0 }
}

inline write_due(everything) {
  due_file = 0;
  do
  :: due_file == FILES -> break
  :: due_file < FILES && FILE_PENDING_BYTES[due_file] > 0 && due_file != frozen_file ->
    into = due_file;
    write_file(!(everything));
    d_step { into = 0; due_file++ }
  :: due_file < FILES && (!(everything) || FILE_PENDING_BYTES[due_file] == 0 || due_file == frozen_file) -> due_file++
  od;
  due_file = 0;
  commit()
}

inline commit() {
  d_step {
    position = APPLIED;
    at = 0;
    do
    :: at < FILES ->
      if
      :: FILE_PENDING_BYTES[at] > 0 && DISTANCE(FILE_OLDEST_POSITION[at], position) > 0 ->
        position = FILE_OLDEST_POSITION[at]
      :: else
      fi;
      at++
    :: else -> break
    od;
    at = 0
  }
  d_step {
    ASSERT_OWNER;
    COMMITTED = position;
    ASSERT_CURSORS;
    assert(committed_is_written || file_bytes[0] >= LINE_BYTES * LINES_BEFORE(0, RECORD_AT(COMMITTED) - 1));
    assert(committed_is_written || file_bytes[1] >= LINE_BYTES * LINES_BEFORE(1, RECORD_AT(COMMITTED) - 1));
    position = 0
  }
}

/* BufferWrites.intendedBytesWritten(). */
#ifdef MISTAKE_SIZE_NOT_COMPARED
#define INTENDED_BYTES_WRITTEN(file, before, intended) 0
#else
#define INTENDED_BYTES_WRITTEN(file, before, intended) \
  (file_bytes[file] - (before) > (intended) -> (intended) : file_bytes[file] - (before))
#endif

/* Finishes what an owner before this one had under way when it ended; its file is frozen where it has not. */
inline resume() {
  if
  :: INTENT_KIND == INTENT_BUFFER && frozen_file == NOBODY ->
    d_step { into = INTENT_FILE; start = INTENT_START; bytes = INTENT_BYTES }
    if
    :: FILE_PENDING_BYTES[into] > 0 -> written = INTENDED_BYTES_WRITTEN(into, INTENT_OFFSET, bytes); settle()
    :: else
    fi;
    d_step { INTENT_KIND = INTENT_NONE; FORGET_INTENT; into = 0; start = 0; bytes = 0; written = 0 }
  :: INTENT_KIND == INTENT_RECORD ->
    if
    :: INTENT_POSITION == APPLIED ->
      d_step {
        into = INTENT_FILE;
        start = INTENDED_BYTES_WRITTEN(into, INTENT_OFFSET, INTENT_BYTES);
        position = APPLIED
      }
      if
      :: start < LINE_BYTES -> write_through(position, start)
      :: else
      fi;
      d_step { ASSERT_OWNER; APPLIED = AFTER(position); position = 0; into = 0; start = 0 }
    :: else
    fi;
    d_step { INTENT_KIND = INTENT_NONE; FORGET_INTENT }
  :: else
  fi;
  if
#ifndef MISTAKE_HALF_APPLIED_AGAIN
  :: APPLYING_POSITION == APPLIED && FILE_PENDING_BYTES[APPLYING_FILE] != APPLYING_BASE_BYTES ->
    d_step { ASSERT_OWNER; APPLIED = AFTER(APPLIED) }
#endif
  :: else
  fi;
  d_step { APPLYING_POSITION = NO_POSITION; APPLYING_FILE = 0; APPLYING_BASE_BYTES = 0 }
  consume(APPLIED)
}

/* DrainLoop.#sleep(), the part that parks; before that a writer naps, which ends by itself. */
inline park() {
#ifdef MISTAKE_PARKED_AFTER_LOOK
  is_empty = (PUBLISHED == APPLIED);
  PARKED = true;
#else
  PARKED = true;
#ifdef MISTAKE_NO_LOOK_BEFORE_PARKING
  is_empty = true;
#else
  is_empty = (PUBLISHED == APPLIED);
#endif
#endif
  if
  :: is_empty ->
    d_step {
      if
      :: !BELL -> asleep = me
      :: else
      fi
    }
end_parked:
    asleep != me
  :: else
  fi;
  is_empty = false;
  PARKED = false
}
