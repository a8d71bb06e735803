import type { JudgeRules } from '../model/suite.ts';
import { compileRules } from './compiled-rules.ts';
import { strerrorAtEnd } from './errno.ts';
import { findErrnos } from './errno-context.ts';
import { isConclusion } from './line-kinds.ts';
import type { ReadLine } from './reading.ts';
import { displayLine } from './title.ts';

/**
 * Why nothing could be learned from a run whose environment refused it, or null: a suite's own patterns, or a ring that
 * could not even be made. Only the first thing that went wrong counts: a refusal later on is a finding.
 */
export function refusal(lines: ReadLine[], rules: JudgeRules): string | null {
  const text = lines.map((line) => line.text).join('\n');
  for (const { expression, why } of compileRules(rules).invalid) {
    expression.lastIndex = 0;
    const match = expression.exec(text);
    if (match !== null) {
      return why ?? displayLine(match[0]);
    }
  }
  const first = lines.find((line) => line.kind === 'failure' || line.kind === 'complaint')?.text ?? '';
  return ringRefusal(first);
}

/**
 * As `refusal`, for a run whose exit code says success: whatever went wrong must be the refusal, or a bare conclusion
 * from it (`ring setup failed`).
 */
export function refusedThroughout(lines: ReadLine[], rules: JudgeRules): string | null {
  const telling = lines.filter(({ kind }) => kind === 'failure' || kind === 'complaint');
  const first = telling[0];
  const reason = first === undefined ? null : refusal([first], rules);
  return telling.every((line) => refusal([line], rules) !== null || isConclusion(line.text)) ? reason : null;
}

const ringCreation =
  /io_uring_setup|io_uring_queue_init|(?:queue|ring)[ _-]?(?:init|setup|creat)|set ?up (?:an? )?(?:io_uring|ring)|init (?:io_uring|ring)/i;

function ringRefusal(line: string): string | null {
  if (!ringCreation.test(line) || line.includes('expect')) {
    return null;
  }
  const errno = findErrnos(line)[0] ?? strerrorAtEnd(line);
  return errno === null ? null : (refusals.get(errno.name) ?? null);
}

/** One text an errno, so that runs refused alike are counted together. */
const refusals = new Map([
  [
    'ENOSYS',
    'io_uring is refused: io_uring_setup answered ENOSYS (a kernel without io_uring, or the seccomp filter of a container)',
  ],
  [
    'EPERM',
    'io_uring is refused: io_uring_setup answered EPERM (sysctl kernel.io_uring_disabled, or the seccomp filter of a container)',
  ],
]);
