import type { ErrnoNote } from '../model/explain.ts';

/** What a run showed of the error. */
export interface ErrnoEvidence {
  /** Names that the failure's output mentions. */
  errnos: readonly string[];
  /** System calls of the two points. */
  calls: readonly string[];
  /** A thread that did not set the ring up enters it at one of the points. */
  foreignTask: boolean;
  /** Words of the failure. */
  lines: readonly string[];
}

interface KnownErrno extends ErrnoNote {
  fits(evidence: ErrnoEvidence): boolean;
}

/** Functions of io_uring/ in the kernel's source, as of Linux 6.1 to 6.12. */
const known: readonly KnownErrno[] = [
  {
    errno: 'EEXIST',
    meaning:
      'a task other than the one that owns the ring entered it: a ring with IORING_SETUP_DEFER_TASKRUN lets its owner alone wait for completions, one with IORING_SETUP_SINGLE_ISSUER its owner alone submit',
    check: 'io_cqring_wait (io_allowed_run_tw), __io_uring_add_tctx_node_from_submit',
    fits: ({ foreignTask }) => foreignTask,
  },
  {
    errno: 'EBADFD',
    meaning: 'the ring, or the one a message was sent to, is still disabled (IORING_SETUP_R_DISABLED)',
    check: 'io_uring_enter, io_msg_ring_data',
    fits: ({ lines }) => lines.length > 0,
  },
  {
    errno: 'EBUSY',
    meaning: 'completions overflowed and have to be reaped before more is submitted, or the resource is in use already',
    check: 'io_uring_enter',
    fits: () => true,
  },
  {
    errno: 'ENOBUFS',
    meaning: 'a request that selects a buffer found none in its group: they are provided or recycled too late',
    check: 'io_buffer_select',
    fits: () => true,
  },
  {
    errno: 'ETIME',
    meaning: 'a timeout expired, which is how a timeout request and a timed wait end in the ordinary way',
    check: 'io_timeout_fn, io_cqring_wait',
    fits: () => true,
  },
  {
    errno: 'ECANCELED',
    meaning: 'the request was cancelled, or one before it in its link failed',
    check: 'io_req_task_cancel, io_fail_links',
    fits: () => true,
  },
];

/** What the error numbers of a failure mean for io_uring; only where a point enters a ring, and the rest fits as well. */
export function errnoNotes(evidence: ErrnoEvidence): ErrnoNote[] {
  if (!evidence.calls.includes('io_uring_enter')) return [];
  return known
    .filter(({ errno, fits }) => evidence.errnos.includes(errno) && fits(evidence))
    .map(({ errno, meaning, check }) => ({ errno, meaning, check }));
}
