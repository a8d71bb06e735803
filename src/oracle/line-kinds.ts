import type { ErrnoMention } from '../model/verdict.ts';
import { strerrorAtEnd } from './errno.ts';
import { distinctErrnos, findErrnos } from './errno-context.ts';

/** How much a line says about a failure. */
export type LineKind =
  /** Failure-shaped whatever the exit code says. */
  | 'failure'
  /** Speaks of a failure once the run is known to have failed. */
  | 'complaint'
  /** Explains why something was not tried. */
  | 'notice'
  | 'other'
  /** Written by a test runner or a shell about the test, or nothing at all. */
  | 'noise';

/** Judges a line by its shape alone, without a suite's patterns. */
export function lineKind(shape: string): LineKind {
  if (!/[A-Za-z-]/.test(shape) || runnerNoise.test(shape)) {
    return 'noise';
  }
  const errno = strerrorAtEnd(shape);
  // "Function not implemented" is an answer, not a notice.
  if (notice.test(errno === null ? shape : shape.replace(errno.text, ''))) {
    return 'notice';
  }
  if (testPoint.test(shape) || observedErrno(shape) || worded(shape, errno)) {
    return 'failure';
  }
  return complaint.test(shape) || errno !== null || distinctErrnos([shape]).length > 0 ? 'complaint' : 'other';
}

/** Says that something as a whole failed: `test_disabled_ring failed`. */
export function isConclusion(line: string): boolean {
  return conclusion.test(line) && findErrnos(line).length === 0 && strerrorAtEnd(line) === null;
}

/** An errno that came back, not one that was only hoped for (`expected -22, got 0`). */
function observedErrno(shape: string): boolean {
  return (
    shape.includes('-') &&
    findErrnos(shape).some(
      (hit) => !/(?:expect\w*|want\w*|should (?:be|return))[^,;]{0,24}$/i.test(shape.slice(0, hit.start)),
    )
  );
}

/** `pipe: Too many open files`, as perror prints it, unless the error is how a machine says that it lacks something. */
function worded(shape: string, errno: ErrnoMention | null): boolean {
  return errno !== null && !lacking.has(errno.name) && /^[^:]{1,60}: [^:]{1,60}$/.test(shape);
}

const lacking = new Set([
  'EPERM',
  'ENOENT',
  'EACCES',
  'ENODEV',
  'ENXIO',
  'ENOSYS',
  'EOPNOTSUPP',
  'EAFNOSUPPORT',
  'EPROTONOSUPPORT',
  'ESOCKTNOSUPPORT',
  'EPFNOSUPPORT',
  'ENOPROTOOPT',
]);

const runnerNoise = new RegExp(
  [
    'Running test \\S+',
    'Test \\S+ (?:failed with ret #|timed out|failed dmesg check|expected fail status # but returned #|skipped itself)',
    'Tests (?:failed|timed out|skipped|_maybe_ failed)\\b',
    '(?:All tests passed|Test run complete, kernel|Finished loop #)',
    'Skipped$',
    '# sec(?: \\[#?\\])?$',
    'timeout: the monitored command dumped core',
    '\\S+: line #: +# (?:Segmentation fault|Aborted|Bus error|Killed|Illegal instruction|Floating point exception)',
    '(?:Segmentation fault|Aborted|Bus error|Killed|Illegal instruction)(?: \\(core dumped\\))?$',
    'make(?:\\[#\\])?: \\*\\*\\* ',
  ]
    .map((form) => `^\\s{0,80}(?:${form})`)
    .join('|'),
);

const notice =
  /\bskip|not (?:supported|available|implemented|enabled|present|compiled|configured|run as root)\b|(?:n't|not?) support|\bunsupported|\bunavailable|^\s{0,80}needs?\b|\bneed(?:s|ed)? \w+ (?:installed|privileges|root)|\brequires?\b|\bas expected\b|\bignor(?:ed|ing)\b|^\s{0,80}(?:ok\b|warning:|note:|info:)|\bnot? (?:an? )?(?:failure|error)s?\b|\b# (?:errors?|failures?|failed)\b(?! [:=])/i;

// TAP and KTAP; a planned failure is none.
const testPoint = /^\s{0,80}not ok\b(?!.*#\s{0,8}(?:SKIP|TODO))|^\s{0,80}Bail out!/i;

const conclusion = /\b(?:fail(?:ed|ure|s|ing)?|FAIL(?:ED|URE)?)\b/i;

const complaint =
  /\bfail|\berr(?:or|no)?s?\b|\bbad\b|\bunexpected|\binvalid|\bwrong|\bmis-?match|\bnot? match|\bexpect(?:ed|ing)?\b|\bwant(?:ed|s)?\b|\bgot\b|\bshort (?:read|write|send|recv)|\btimed? ?out|\bstuck|\bcorrupt|\bmissing|\babort|\bpanic|\bassert|\bBUG\b|\bcannot\b|\bcan't\b|\bcould ?n[o']t|\bunable\b|\bdenied\b|\brefused\b|\bleak|\boverflow|\bunderflow|\bdiffer|\blost\b|\bdropped|\btoo (?:long|short|few|many|late|early|small|large|big|slow|fast)\b|\bdid ?n[o']t\b|\bdoes ?n[o']t\b|\bwas ?n[o']t\b|\bexception\b|\bfatal\b|\bbogus|\bweird|\bwonky/i;
