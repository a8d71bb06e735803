import { normaliseLine } from '../normalise.ts';
import { topFrames } from './frames.ts';
import type { Report } from './report.ts';

/** The first error valgrind (memcheck, helgrind, drd) reports, by headline and top frames. Its summaries are no errors. */
export function valgrindReport(lines: string[]): Report | null {
  for (const [at, line] of lines.entries()) {
    const text = valgrindLine.exec(line)?.[1];
    if (text !== undefined && error.test(text)) {
      const headline = normaliseLine(text).replace(/ of size #| in loss record # of #| at #$/, '');
      const frames = topFrames(lines, at + 1, 3);
      const where = frames[0] === undefined ? '' : ` in ${frames[0]}`;
      return {
        kind: 'sanitizer',
        title: `valgrind: ${headline}${where}`,
        lines: [`valgrind: ${headline}`, ...(frames.length === 0 ? [] : [frames.join(' < ')])],
        at,
      };
    }
  }
  return null;
}

const valgrindLine = /^==[0-9]+== {0,2}(\S.*)/;

const error =
  /^(?:Invalid (?:read|write|free)|Mismatched free|Conditional jump or move depends|Use of uninitialised value|Syscall param .* (?:points to|contains) (?:uninitialised|unaddressable)|Source and destination overlap|Argument '.*' of function .* has a fishy|Jump to the invalid address|Possible data race|Conflicting (?:load|store)|Thread #?[0-9]+ unlocked|Exiting thread still holds|[0-9,]+ (?:\([0-9,]+ direct, [0-9,]+ indirect\) )?bytes in [0-9,]+ blocks are (?:definitely|possibly) lost|Process terminating with default action of signal)/;
