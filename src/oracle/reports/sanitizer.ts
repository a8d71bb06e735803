import { normaliseLine } from '../normalise.ts';
import { topFrames } from './frames.ts';
import type { Report } from './report.ts';

/**
 * AddressSanitizer, HWASan, LeakSanitizer, MemorySanitizer, ThreadSanitizer and UBSan, by headline and top frames. UBSan
 * only remarks, often on what then kills the program: it comes last.
 */
export function sanitizerReport(lines: string[]): Report | null {
  return firstReport(lines, errorHeadline) ?? firstReport(lines, remarkHeadline);
}

function firstReport(lines: string[], headlineOf: (line: string) => string | null): Report | null {
  for (const [at, line] of lines.entries()) {
    const headline = headlineOf(line);
    if (headline !== null) {
      const stacks = headline.startsWith('LeakSanitizer') ? leaks(lines, at) : firstStacks(lines, at, headline);
      const where = stacks[0] === undefined ? '' : ` in ${stacks[0]}`;
      return { kind: 'sanitizer', title: headline + where, lines: [normaliseLine(headline), ...stacks], at };
    }
  }
  return null;
}

const errorLine =
  /^(?:==[0-9]+==\s?)?(?:ERROR|WARNING): ((?:Address|HWAddress|Leak|Memory|Thread)Sanitizer): (.{1,300})/;
const remarkLine = /^(.{1,300}?):[0-9]+:[0-9]+: (runtime error: .{1,300})/;

function errorHeadline(line: string): string | null {
  const match = line.includes('Sanitizer: ') ? errorLine.exec(line) : null;
  if (match === null) {
    return null;
  }
  const what = (match[2] ?? '').replace(/ (?:on (?:unknown )?address|\(p[ci]d?|0x[0-9a-f]|of size [0-9]).*/, '');
  return `${match[1]}: ${what.replace(/ on$/, '').trim()}`;
}

function remarkHeadline(line: string): string | null {
  const match = line.includes('runtime error: ') ? remarkLine.exec(line) : null;
  if (match === null) {
    return null;
  }
  const file = (match[1] ?? '').split('/').at(-1);
  return `UBSan: ${file}: ${normaliseLine(match[2] ?? '').replace(/address #/, 'address')}`;
}

/** The stack of the access; for a data race the two of it, sorted, since either thread may come second. */
function firstStacks(lines: string[], at: number, headline: string): string[] {
  if (headline !== 'ThreadSanitizer: data race') {
    const frames = topFrames(lines, at + 1, 3);
    return frames.length === 0 ? [] : [frames.join(' < ')];
  }
  const accesses = lines
    .slice(at, at + 120)
    .flatMap((line, index) =>
      /^\s{1,8}(?:Previous )?(?:atomic )?(?:write|read) of size/i.test(line)
        ? [topFrames(lines, at + index + 1, 2).join(' < ')]
        : [],
    );
  return [...new Set(accesses.slice(0, 2))].sort();
}

/** One stack a leak, sorted: the order of leaks follows addresses. */
function leaks(lines: string[], at: number): string[] {
  const stacks = new Set<string>();
  for (let index = at; index < lines.length && stacks.size < 16; index += 1) {
    if (/^(?:Direct|Indirect) leak of /.test(lines[index] ?? '')) {
      stacks.add(topFrames(lines, index + 1, 2).join(' < '));
    }
  }
  return [...stacks].filter((stack) => stack !== '').sort();
}
