/* A writer's thread, and its fate. Included by arena.pml, whose head tells which code this is. */

proctype writer(byte me; byte epoch) {
  byte to, position, record, into, due_file, start, bytes, offset, written, taken_bytes, at;
  bool has_drained, is_waiting, is_empty, is_fenced, requested;
  {
    /* claimPartition(). */
#ifdef MISTAKE_STATE_NOT_EXCHANGED
    is_empty = (OWNER_STATE == OWNER_NONE);
    d_step {
      if
      :: is_empty -> is_empty = false; OWNER_STATE = OWNER_RUNNING; owner = me
#else
    d_step {
      if
      :: OWNER_STATE == OWNER_NONE -> OWNER_STATE = OWNER_RUNNING; owner = me
#endif
      :: else -> is_fenced = true
      fi
    }
    resume();
    do
    :: d_step {
        if
        :: EPOCH != epoch -> is_fenced = true
        :: else
        fi
      }
#ifndef MISTAKE_BELL_CLEARED_LATE
      BELL = false;
#endif
#ifndef MISTAKE_FLUSH_SEEN_AFTER_PASS
      requested = FLUSH_REQUESTED;
#endif
      pass();
#ifdef MISTAKE_FLUSH_SEEN_AFTER_PASS
      requested = FLUSH_REQUESTED;
#endif
#ifdef MISTAKE_BELL_CLEARED_LATE
      BELL = false;
#endif
#ifdef MISTAKE_NOT_DUE_BY_AGE
      write_due(requested != FLUSH_SERVED);
#else
      /* What is pending when nothing came is due by its age. */
      write_due(!has_drained || requested != FLUSH_SERVED);
#endif
      if
      :: requested != FLUSH_SERVED -> d_step { ASSERT_OWNER; FLUSH_SERVED = requested }
      :: else
      fi;
      requested = false;
      if
      :: !has_drained && FILE_PENDING_BYTES[0] == 0 && FILE_PENDING_BYTES[1] == 0 -> park()
      :: else
      fi
    od
  } unless {
    is_killed[me] || is_fenced || (is_ending[me] && !is_out_of_reach[me])
  }
  d_step {
    if
    :: asleep == me -> asleep = NOBODY
    :: else
    fi;
    at = 0;
    do
    :: at < FILES ->
      if
      :: writing[at] == me -> writing[at] = NOBODY
      :: else
      fi;
      at++
    :: else -> break
    od;
    is_out_of_reach[me] = false;
    is_killed[me] = false;
    is_ending[me] = false;
    is_gone[me] = true;
    is_exit_unheard[me] = true
  }
}

active proctype fate() {
end_of_fate:
  do
  :: d_step { deaths < DEATHS && newest_writer > 0 && !is_gone[newest_writer] && !is_killed[newest_writer] && !is_done
      -> is_killed[newest_writer] = true; deaths++ }
  od
}
