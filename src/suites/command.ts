import type { JudgeRules, Suite } from '../model/suite.ts';

/**
 * For any command, exit 0 is a pass unless the output carries a report that no passing program prints: the verdict line
 * of a test protocol, or the headline of a sanitizer, which by default leaves the exit code alone (UBSan, valgrind).
 * The bare word "failed" is none: `tests failed: 0` is what success looks like in many a tool.
 */
const commandJudge: JudgeRules = {
  passCodes: [0],
  // As automake, meson, kselftest's runner for programs, and liburing.
  skipCodes: [77],
  failurePatterns: [
    { pattern: String.raw`^[ \t]{0,16}not ok\b`, why: 'a failed test point (TAP, KTAP)' },
    { pattern: String.raw`^[ \t]{0,16}--- FAIL: |^\[  FAILED  \] |^test result: FAILED`, why: 'a failed test' },
    { pattern: String.raw`^(?:FAIL|XPASS): (?!\d)\S`, why: 'a failed test (automake, DejaGnu)' },
    { pattern: String.raw`: Assertion .[^\n]{0,400}' failed\.`, why: 'a failed assertion' },
    {
      pattern: String.raw`==\d{1,10}==\s?(?:ERROR|WARNING): \w{1,20}Sanitizer:|:\d{1,9}:\d{1,9}: runtime error: |==\d{1,10}== ERROR SUMMARY: [1-9]`,
      why: 'a report of a sanitizer or of valgrind',
    },
  ],
  ignorePatterns: [{ pattern: String.raw`^[ \t]{0,16}not ok\b[^\n]{0,400}# (?:TODO|SKIP)\b`, why: 'TAP: expected' }],
  invalidPatterns: [],
};

/** Any command; `commandSuite` says which. */
export const command: Suite = {
  name: 'command',
  build: null,
  discovery: { kind: 'none' },
  command: [],
  cwd: { path: '.' },
  env: {},
  limitMs: 60_000,
  judge: commandJudge,
  nameForms: { prefixes: [], suffixes: [] },
};

/**
 * The suite of `run -- argv...`. It runs in `cwd`, the folder the command was written for, and not in a scratch folder:
 * `./a.out` and `data/in.txt` must mean what they mean in the user's shell. Parallel runs share that folder.
 */
export function commandSuite(argv: string[], cwd: string): Suite {
  return { ...command, command: argv, cwd: { path: cwd } };
}
