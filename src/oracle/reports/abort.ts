import { normaliseLine, withoutPrefix } from '../normalise.ts';
import type { Report } from './report.ts';

/** What the C and C++ run time print before they abort: failed assertions and broken heaps and stacks. */
export function abortReport(lines: string[]): Report | null {
  for (const [at, line] of lines.entries()) {
    const message = assertion(line) ?? runtimeMessage(line);
    if (message !== null) {
      return { kind: 'abort', title: message, lines: [normaliseLine(message)], at };
    }
  }
  return null;
}

/** `prog: file.c:12: func: Assertion `x' failed.` without program, file and line: `func: Assertion `x' failed`. */
function assertion(line: string): string | null {
  const at = line.search(/Assertion [`']/);
  if (at >= 0 && line.includes("' failed", at)) {
    const before = line.slice(0, at);
    const where = before.slice(before.search(/:[0-9]+: [^:]*: *$/)).replace(/^:[0-9]+: /, '');
    const end = line.indexOf("' failed", at);
    return (where === before.slice(-1) ? '' : where) + line.slice(at, end + "' failed".length);
  }
  return bsdOrMuslAssertion.exec(withoutPrefix(line))?.[0].trim() ?? null;
}

const bsdOrMuslAssertion = /^(?:\S{1,80}: )?Assertion failed: .{1,300}/;

function runtimeMessage(line: string): string | null {
  const message = withoutPrefix(line).trim();
  if (!runtime.test(message)) {
    return null;
  }
  return message.replace(/: 0x[0-9a-f]+ \*\*\*$/, ' ***').replace(/: terminated$/, '');
}

const runtime = new RegExp(
  [
    '\\*\\*\\* .{1,80} \\*\\*\\*(?:: |$)',
    '(?:\\*\\*\\* Error in .{1,200}: )?(?:double free or corruption|corrupted (?:size|double-linked list|unsorted chunks)|break adjusted to free)',
    '(?:malloc|calloc|realloc|free|malloc_consolidate|munmap_chunk|mremap_chunk|sysmalloc)\\(\\): \\w',
    'Fatal glibc error: ',
    'The futex facility returned an unexpected error code',
    "terminate called (?:after throwing an instance of '|without an active exception)",
  ]
    .map((form) => `^(?:${form})`)
    .join('|'),
);
