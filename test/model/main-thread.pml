/* The application's thread. Included by arena.pml, whose head tells which code this is. */

#define COPY_INTENT d_step { \
    if \
    :: INTENT_KIND == INTENT_BUFFER && was_running && !is_gone[newest_writer] -> \
      frozen_file = INTENT_FILE; frozen_start = INTENT_START; frozen_bytes = INTENT_BYTES; frozen_offset = INTENT_OFFSET \
    :: else \
    fi \
  }

/* The constructor of TakenPartition, after Partition.#terminate() where a writer runs. */
inline take() {
#ifdef MISTAKE_INTENT_SEEN_BEFORE_EPOCH
  was_running = (OWNER_STATE == OWNER_RUNNING);
  COPY_INTENT;
#endif
  EPOCH++;
  d_step {
    was_running = (OWNER_STATE == OWNER_RUNNING);
    OWNER_STATE = OWNER_MAIN_THREAD;
    is_ending[newest_writer] = (was_running && !is_gone[newest_writer])
  }
  /* The bounded pause: a thread that runs JavaScript is gone after it. */
  !is_ending[newest_writer] || is_out_of_reach[newest_writer];
  owner = me;
#ifndef MISTAKE_THREAD_NOT_ENDED
#ifndef MISTAKE_INTENT_SEEN_BEFORE_EPOCH
  COPY_INTENT;
#endif
#endif
  was_running = false;
  resume()
}

/* The thread of the frozen file's intent has ended. Lines may have come into the buffer behind the intended bytes. */
inline thaw() {
  d_step {
    into = frozen_file;
    written = INTENDED_BYTES_WRITTEN(into, frozen_offset, frozen_bytes);
    FILE_PENDING_START[into] = frozen_start + written;
#ifdef MISTAKE_THAWED_FROM_INTENT_ALONE
    FILE_PENDING_BYTES[into] = frozen_bytes - written;
#else
    FILE_PENDING_BYTES[into] = FILE_PENDING_BYTES[into] - written;
#endif
    frozen_file = NOBODY; frozen_start = 0; frozen_bytes = 0; frozen_offset = 0;
    written = 0
  }
  if
  :: FILE_PENDING_BYTES[into] == 0 -> release()
  :: else
  fi;
  into = 0
}

active proctype taken_partition() {
  byte me = MAIN;
  byte epoch, to, position, record, into, due_file, start, bytes, offset, written, taken_bytes, at;
  bool has_drained, is_waiting, is_fenced, was_running;
end_idle:
  do
  :: request == REQUEST_TAKE ->
    take();
    pass();
    write_due(false);
    /* RingProducer.drainHere(). */
    d_step { PARKED = true; is_taken = true; request = REQUEST_NONE }
  :: request == REQUEST_DRAIN -> pass(); write_due(false); request = REQUEST_NONE
  :: request == REQUEST_DRAIN_ALL -> pass(); write_due(true); request = REQUEST_NONE
  :: request == REQUEST_THAW -> thaw(); request = REQUEST_NONE
  od
}

inline ask(what) {
  request = what;
  request == REQUEST_NONE
}

/* RingProducer.ring(). */
inline ring_bell() {
  if
  :: is_taken -> ask(REQUEST_DRAIN)
  :: !is_taken && BELL
  :: !is_taken && !BELL -> BELL = true; asleep = NOBODY
  fi
}

/* What a main thread that waits can notice of a writer: it ended, it hangs in a system call, it has not started. */
#define IS_STALLED (!is_taken && (is_gone[newest_writer] || OWNER_STATE == OWNER_NONE \
  || (HANGS && is_out_of_reach[newest_writer])))

/* Partition.#watchOwner(). */
inline watch_owner() {
  d_step {
    is_unstarted = false;
    if
    :: OWNER_STATE == OWNER_NONE -> OWNER_STATE = OWNER_MAIN_THREAD; is_unstarted = true
    :: else
    fi
  }
  if
  :: is_unstarted || is_gone[newest_writer] || (HANGS && is_out_of_reach[newest_writer]) -> ask(REQUEST_TAKE)
  :: else
  fi;
  is_unstarted = false
}

/* Partition.#onExit(). */
inline on_exit() {
  is_exit_unheard[newest_writer] = false;
  if
  :: is_taken && frozen_file != NOBODY -> ask(REQUEST_THAW)
  :: is_taken && frozen_file == NOBODY
  :: !is_taken -> ask(REQUEST_TAKE)
  :: !is_taken && newest_writer < WRITERS ->
    EPOCH++;
    PARKED = false;
    OWNER_STATE = OWNER_NONE;
    newest_writer++;
    run writer(newest_writer, EPOCH)
  fi
}

/* RingProducer.#waitForRoom(). */
inline wait_for_room() {
  do
#ifdef MISTAKE_WAITING_AFTER_LOOK
  :: consumed = CONSUMED;
    PRODUCER_WAITING = true;
#else
  :: PRODUCER_WAITING = true;
    consumed = CONSUMED;
#endif
    if
    :: DISTANCE(consumed, claimed) < RING_RECORDS -> break
    :: else
    fi;
    ring_bell();
#ifdef MISTAKE_WAITING_AFTER_LOOK
    producer_asleep = true;
#else
    producer_asleep = (CONSUMED == consumed);
#endif
    if
    :: !producer_asleep
    :: IS_STALLED -> producer_asleep = false; watch_owner()
    fi
  od;
  PRODUCER_WAITING = false
}

/* RingProducer.#makeRoom(), and claim() before it. */
inline claim() {
  if
  :: DISTANCE(claimed, limit) >= 1
  :: else ->
    consumed = CONSUMED;
    if
    :: DISTANCE(consumed, claimed) + 1 <= HIGH_WATER -> limit = (consumed + HIGH_WATER) % POSITIONS
    :: else ->
      ring_bell();
#ifdef MISTAKE_FULL_RING_NOT_SEEN
      if
      :: DISTANCE(consumed, claimed) > RING_RECORDS -> wait_for_room()
#else
      if
      :: DISTANCE(consumed, claimed) + 1 > RING_RECORDS -> wait_for_room()
#endif
      :: else
      fi;
      limit = (CONSUMED + RING_RECORDS) % POSITIONS
    fi;
    consumed = 0
  fi
}

/* RingProducer.publish(). */
inline publish() {
#ifdef MISTAKE_PARKED_SEEN_BEFORE_PUBLISHED
  is_parked = PARKED;
  PUBLISHED = AFTER(claimed);
#else
#ifdef MISTAKE_BELL_BEFORE_PUBLISHED
  is_parked = PARKED;
  if
  :: is_parked -> ring_bell()
  :: else
  fi;
  is_parked = false;
  PUBLISHED = AFTER(claimed);
#else
  PUBLISHED = AFTER(claimed);
  is_parked = PARKED;
#endif
#endif
  claimed = AFTER(claimed);
  if
  :: is_parked -> ring_bell()
  :: else
  fi;
  is_parked = false
}

#define IS_IN_FILE(file) (file_bytes[file] == LINE_BYTES * LINES_BEFORE(file, RECORDS))

/* Partition.flushSync(), without its deadline. */
inline flush_sync() {
  FLUSH_REQUESTED = !FLUSH_REQUESTED;
  ring_bell();
  do
  :: is_taken -> break
  :: !is_taken && FLUSH_SERVED == FLUSH_REQUESTED -> break
  :: IS_STALLED -> watch_owner()
  od;
  if
  :: is_taken -> ask(REQUEST_DRAIN_ALL)
  :: else
  fi;
  assert(flushed_is_written || IS_IN_FILE(0) || frozen_file == 0);
  assert(flushed_is_written || IS_IN_FILE(1) || frozen_file == 1)
}

#define IS_LEFT(file) (FILE_PENDING_BYTES[file] > 0 && frozen_file != file)

active proctype main_thread() {
  byte record = 1;
  byte claimed = FIRST_POSITION, limit = FIRST_POSITION, consumed;
  bool is_parked, is_unstarted;
  bool is_flush_over = !FLUSHES;
  newest_writer = 1;
  run writer(1, 0);
  do
  :: is_exit_unheard[newest_writer] -> on_exit()
  :: record <= RECORDS ->
    claim();
#ifdef MISTAKE_PUBLISHED_BEFORE_BYTES
    publish();
    ring[(claimed + POSITIONS - 1) % RING_RECORDS] = record;
#else
    d_step {
      assert(no_record_overwritten || DISTANCE(CONSUMED, claimed) < RING_RECORDS);
      ring[claimed % RING_RECORDS] = record
    }
    publish();
#endif
    record++
  :: record > RECORDS && COMMITTED == PUBLISHED -> break
  /* A flush, or none: what is published must be written also when nothing comes any more. */
  :: record > RECORDS && !is_flush_over ->
    if
    :: flush_sync()
    :: true
    fi;
    is_flush_over = true
  /* The next flush would look after the owner, and an interval looks after a partition that was taken. */
  :: record > RECORDS && HANGS && !is_taken && is_out_of_reach[newest_writer] -> watch_owner()
  :: record > RECORDS && is_taken && (IS_LEFT(0) || IS_LEFT(1) || APPLIED != PUBLISHED || (COMMITTED != PUBLISHED
      && frozen_file == NOBODY)) -> ask(REQUEST_DRAIN_ALL)
  od;
  atomic {
    assert(all_is_written || IS_IN_FILE(0));
    assert(all_is_written || IS_IN_FILE(1));
    is_done = true
  }
}
