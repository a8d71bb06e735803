import type { JudgeRules } from '../model/suite.ts';

/**
 * What the output of liburing's tests says. Every pattern takes linear time: repeats are bounded and never nested.
 *
 * The failure patterns make a run that exits 0 `masked`. They were held against the outputs of every test that passes
 * at releases 0.7, 2.1, 2.3 and at 2.15, as root, as a plain user and with little lockable memory. Words that passing
 * tests print in measurements ("3 ctx switches, expected 1") are therefore not among them.
 */
export const liburingJudge: JudgeRules = {
  project: 'liburing',
  passCodes: [0],
  skipCodes: [77],
  failurePatterns: [
    { pattern: String.raw`\b[Ff]ail(?:ed|ure|s)?\b|\bFAIL(?:ED)?\b`, why: 'it says that something failed' },
    {
      // 1..133 and the kernel's own 512..531. Not a range, a ratio, a fraction, nor a word (`-1st`).
      pattern: String.raw`(?:^|[\s=:(<,])-(?:[1-9]\d?|1[0-2]\d|13[0-3]|51[2-9]|52\d|53[01])(?![\w.:/%-])`,
      why: 'it prints a negative errno',
    },
    { pattern: String.raw`\b[Uu]nexpected|\b[Mm]ismatch|\b[Cc]orrupt`, why: 'it reports what should not be' },
  ],
  ignorePatterns: [
    { pattern: String.raw`\b[Ss][Kk][Ii][Pp](?:ped|ping|s)?\b`, why: 'a part that is skipped' },
    {
      pattern: String.raw`\b(?:not|isn't|doesn't|don't|aren't) (?:support|available|there\b)|\b[Uu]nsupported\b|\b[Nn]o \w{1,30} support`,
      why: 'a feature the kernel lacks',
    },
    {
      pattern: String.raw`\bignor(?:ed|ing)\b|not flagging as an error|ignore other errors`,
      why: 'said to be ignored',
    },
    {
      pattern: String.raw`\b[Nn]eeds? |\b[Rr]equires? |\bnot root\b|\bNot root\b|[Tt]ry increasing|[Cc]heck memlock|Enable huge pages`,
      why: 'something the machine lacks',
    },
    { pattern: String.raw`^io_uring_enter\(-?\d`, why: 'a call about to be made, with its arguments' },
    { pattern: "^Can't find ", why: 'a helper file that lies elsewhere' },
  ],
  // A failed ring that a failure is reported of is seen by the oracle itself, for every suite. These are what the tests'
  // own helper prints before anything else, also in tests that go on to exit 0 (futex-kill).
  invalidPatterns: [
    {
      pattern: '(?<![^])queue_init: Operation not permitted',
      why: 'io_uring is refused: io_uring_setup answered EPERM (sysctl kernel.io_uring_disabled, or the seccomp filter of a container)',
    },
    {
      pattern: '(?<![^])queue_init: Function not implemented',
      why: 'io_uring is refused: io_uring_setup answered ENOSYS (a kernel without io_uring, or the seccomp filter of a container)',
    },
  ],
};
