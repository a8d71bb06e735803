import type { NightVerdict, TestState, TestVerdict } from '../../model/night.ts';
import type { ErrnoMention, FailingVerdict, KnownIssue, SignatureKind } from '../../model/verdict.ts';
import { case1135 } from '../sample-summary.ts';

export interface SampleFailure {
  kind: SignatureKind;
  verdict: FailingVerdict;
  title: string;
  errnos: ErrnoMention[];
  known?: KnownIssue | null;
  excerpt: string;
}

/** What happens to a test over the nights; `ago` 0 is tonight. */
export interface SampleStory {
  verdict: NightVerdict;
  /** True rate of a night under the condition of that number. */
  rate: (ago: number, condition: number) => number;
  /** Nights without runs that could have failed; null: it ran. */
  state?: (ago: number) => TestState | null;
  failure: SampleFailure;
  second?: SampleFailure;
  reason?: string;
  p?: number;
  quarantine?: TestVerdict['quarantine'];
}

const failed: SampleFailure = { kind: 'exit', verdict: 'fail', title: '', errnos: [], excerpt: '' };

/** One test or more for each thing a night can say. */
export const stories: Record<string, SampleStory> = {
  'accept-link': {
    verdict: 'new-failure',
    rate: (ago) => (ago === 0 ? 1 : 0),
    p: 3.1e-290,
    failure: {
      ...failed,
      kind: 'abort',
      title: "accept-link.c:144: recv_thread: Assertion `ret == 2' failed",
      excerpt:
        "accept-link.t: accept-link.c:144: recv_thread: Assertion `ret == 2' failed.\nAborted (core dumped): signal 6\n",
    },
  },
  'poll-race-mshot': {
    verdict: 'new-flake',
    rate: (ago, condition) => (ago > 0 ? 0 : condition === 0 ? 0.0021 : 0.031),
    p: 4.2e-9,
    failure: {
      kind: 'hang',
      verdict: 'hang',
      title: 'hang: main in io_cqring_wait, 1 thread in poll_schedule_timeout',
      errnos: [],
      excerpt:
        'time limit of 60 s\nthread 4211 (poll-race-mshot): io_cqring_wait <- io_uring_enter\nthread 4213 (poll-race-mshot): poll_schedule_timeout <- do_sys_poll\n',
    },
  },
  'msg-ring': {
    verdict: 'worse',
    rate: (ago, condition) => (ago > 0 ? 0.004 : 0.021) * (condition === 0 ? 1 : 6),
    p: 2.7e-7,
    failure: {
      ...failed,
      title: case1135.signature?.title ?? '',
      errnos: case1135.signature?.errnos ?? [],
      known: case1135.known,
      excerpt: 'wait cqe -17\ncqe res 32\ntest_disabled_ring failed\nring flags defer failed\n',
    },
    second: {
      ...failed,
      title: 'cqe res -5 (EIO) > test_remote failed',
      errnos: [{ value: -5, name: 'EIO', text: 'Input/output error' }],
      excerpt: 'cqe res -5\ntest_remote failed\n',
    },
  },
  'timeout-new': {
    verdict: 'better',
    rate: (ago) => (ago > 0 ? 0.08 : 0.009),
    p: 1.4e-12,
    failure: {
      ...failed,
      title: 'timeout_new: expected 1000 ms, got N ms',
      excerpt: 'test_return_before_timeout: expected 1000 ms, got 1031 ms\n',
    },
  },
  'fd-pass': {
    verdict: 'fixed',
    rate: (ago) => (ago > 1 ? 0.013 : 0),
    p: 5.5e-8,
    failure: {
      ...failed,
      title: 'bad cqe res -9 (EBADF) > test failed',
      errnos: [{ value: -9, name: 'EBADF', text: 'Bad file descriptor' }],
      excerpt: 'bad cqe res -9\ntest failed\n',
    },
  },
  connect: {
    verdict: 'always-failing',
    rate: () => 1,
    failure: {
      ...failed,
      title: 'connect() failed: Network is unreachable (ENETUNREACH)',
      errnos: [{ value: -101, name: 'ENETUNREACH', text: 'Network is unreachable' }],
      excerpt: 'connect_socket: Network is unreachable\ntest_connect_timeout(): failed\n',
    },
  },
  'io-wq-exit': {
    verdict: 'unchanged',
    rate: (_ago, condition) => (condition === 0 ? 0.0012 : 0.01),
    failure: {
      kind: 'masked',
      verdict: 'masked',
      title: 'masked: wait_cqe=-22 (EINVAL)',
      errnos: [{ value: -22, name: 'EINVAL', text: 'Invalid argument' }],
      excerpt: 'wait_cqe=-22\n',
    },
    quarantine: {
      entry: {
        test: 'io-wq-exit',
        signature: null,
        reason: 'upstream knows: the worker may be gone before the ring is',
        owner: 'ring-team@example.org',
        expires: '2027-01-15',
      },
      state: 'holds',
    },
  },
  'recv-bundle-live': {
    verdict: 'unchanged',
    rate: () => 0.007,
    failure: {
      kind: 'sanitizer',
      verdict: 'fail',
      title: 'AddressSanitizer: heap-use-after-free in io_uring_buf_ring_add',
      errnos: [],
      excerpt:
        '==4242==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000a30\nREAD of size 8 at 0x602000000a30 thread T2\n    #0 io_uring_buf_ring_add src/include/liburing.h:1634\n    #1 recv_prep test/recv-bundle-live.c:212\n    #2 do_recv test/recv-bundle-live.c:260\n',
    },
    quarantine: {
      entry: {
        test: 'recv-bundle-live',
        signature: 'heap-use-after-free',
        reason: 'fix is on the list',
        owner: 'buffers@example.org',
        expires: '2026-11-20',
      },
      state: 'expired',
    },
  },
  'send-zerocopy': {
    verdict: 'fixed',
    rate: (ago) => (ago > 9 ? 0.02 : 0),
    p: 2e-5,
    failure: {
      ...failed,
      title: 'send failed -12 (ENOMEM)',
      errnos: [{ value: -12, name: 'ENOMEM', text: 'Cannot allocate memory' }],
      excerpt: 'send failed -12\ntest_inet_send failed\n',
    },
    quarantine: {
      entry: {
        test: 'send-*',
        signature: 'ENOMEM',
        reason: 'memlock limit of the runner',
        owner: 'ci@example.org',
        expires: '2026-12-24',
      },
      state: 'healed',
    },
  },
  iopoll: {
    verdict: 'unchanged',
    rate: (_ago, condition) => (condition === 0 ? 0.003 : 0.004),
    failure: {
      kind: 'kernel',
      verdict: 'fail',
      title: 'WARNING: io_uring/rw.c:1021 at io_do_iopoll',
      errnos: [],
      excerpt:
        'WARNING: CPU: 3 PID: 911 at io_uring/rw.c:1021 io_do_iopoll+0x3a1/0x3c0\nRIP: 0010:io_do_iopoll+0x3a1/0x3c0\n',
    },
  },
  'read-write': {
    verdict: 'unchanged',
    rate: (ago) => (ago % 11 === 3 ? 0.002 : 0.0002),
    failure: {
      kind: 'signal',
      verdict: 'fail',
      title: 'SIGSEGV after "Running rw test"',
      errnos: [],
      excerpt: 'Running rw test\nSegmentation fault (core dumped)\n',
    },
  },
  'min-timeout-wait': {
    verdict: 'baseline',
    rate: () => 0,
    state: (ago) => (ago > 0 ? 'not-run' : null),
    failure: { ...failed, title: 'min timeout too short', excerpt: 'min timeout too short\n' },
  },
  'fixed-hugepage': {
    verdict: 'skipped',
    rate: () => 0,
    state: () => 'skipped',
    reason: 'No huge pages available, skipping',
    failure: failed,
  },
  'futex-kill': {
    verdict: 'invalid',
    rate: () => 0,
    state: (ago) => (ago < 2 ? 'invalid' : null),
    reason:
      "it cannot be built: futex-kill.c:31:9: error: implicit declaration of function 'io_uring_prep_futex_waitv'",
    failure: failed,
  },
};
