import type { JudgeRules } from '../model/suite.ts';
import type { KnownIssue, Signature, SignatureKind } from '../model/verdict.ts';

interface KnownIssueEntry extends KnownIssue {
  project: JudgeRules['project'];
  /** Forms in which the issue shows itself; each line of a form is a normalised line of the signature. */
  forms: { kind: SignatureKind; has: string[] /** No other lines than these. */; nothingElse: boolean }[];
}

/** Curated by hand, from the projects' own trackers and histories. */
const entries: KnownIssueEntry[] = [
  {
    id: 'liburing-1135',
    project: 'liburing',
    title: 'msg-ring: a ring with DEFER_TASKRUN is waited on by a thread that does not own it',
    explanation:
      'test_remote() of test/msg-ring.c starts a thread that waits for a completion on a ring of the main thread, made ' +
      'with IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN. If the message is in the completion queue before the ' +
      'thread looks, waiting takes no system call and all is well. If the thread is first, it calls io_uring_enter to ' +
      "wait; only the submitter task may run a DEFER_TASKRUN ring's work, so the kernel answers -EEXIST (-17). " +
      "test_remote() throws the thread's result away (pthread_join, then return 0): the run goes on, and this alone is a " +
      'masked failure. The message stays in the ring; test_disabled_ring(), the next to use it, reads it, takes its ' +
      'length 0x20 for its own completion ("cqe res 32": a value, not an errno) and fails. From Linux 6.10 on a message ' +
      'reaches a DEFER_TASKRUN ring by task work, so the thread always has to enter and every run prints the line. The ' +
      'fault is in the test, not in the kernel.',
    links: ['https://github.com/axboe/liburing/issues/1135'],
    fixes: [
      { commit: '4b45fd89', what: 'tests DEFER_TASKRUN as well: introduces it, by reading the change' },
      { commit: '33312903', what: 'lets the threads meet at a barrier: closes the window in which the run fails' },
      { commit: '2d80864d', what: 'gives the waiting thread a ring of its own: removes the cause' },
    ],
    forms: [
      { kind: 'exit', has: ['wait cqe -17', 'test_disabled_ring failed'], nothingElse: false },
      { kind: 'masked', has: ['wait cqe -17'], nothingElse: true },
    ],
  },
  {
    id: 'uring-lab-msg-ring',
    project: 'uring-lab',
    title: 'msg-ring: a ring with DEFER_TASKRUN is waited on by a thread that does not own it',
    explanation:
      "The bundled tree's model of liburing's issue 1135. test_remote() of test/msg-ring.c starts a thread that waits for " +
      'a completion on a ring of the main thread, made with IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN; the ' +
      'main thread then submits what completes. If the thread is first, its io_uring_enter is refused with -EEXIST (-17), ' +
      "for only the submitter task may run a DEFER_TASKRUN ring's work. The thread's result is thrown away, the completion " +
      'stays in the ring, and test_disabled_ring(), the next to use it, takes it for its own ("cqe res 32": a length, not ' +
      'an errno) and fails. The fault is in the test, not in the kernel. Branch fix/msg-ring mends it.',
    links: ['https://github.com/axboe/liburing/issues/1135'],
    fixes: [
      { commit: '023eec90ccee', what: 'tests DEFER_TASKRUN rings as well: introduces it' },
      { commit: '6e79b4d57b53', what: 'has the message ready before the thread starts: makes it rarer' },
      { commit: 'b9bb8f0b414d', what: 'waits only once the message is there: removes it' },
      { commit: 'b43c82fa8ac9', what: 'lets the thread really wait: brings it back' },
    ],
    forms: [{ kind: 'exit', has: ['wait cqe -17', 'test_disabled_ring failed'], nothingElse: false }],
  },
];

/** The known issue of the rules' project that a failure is an instance of, or null. */
export function knownIssueFor(signature: Signature, rules: Pick<JudgeRules, 'project'>): KnownIssue | null {
  const applicable = entries.filter(({ project }) => project === rules.project);
  const entry = applicable.find(({ forms }) =>
    forms.some(
      ({ kind, has, nothingElse }) =>
        kind === signature.kind &&
        has.every((line) => signature.lines.includes(line)) &&
        (!nothingElse || signature.lines.length === has.length),
    ),
  );
  if (entry === undefined) {
    return null;
  }
  const { id, title, explanation, links, fixes } = entry;
  return { id, title, explanation, links, fixes };
}
