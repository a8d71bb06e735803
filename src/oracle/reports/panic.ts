import { normaliseLine } from '../normalise.ts';
import type { Report } from './report.ts';

/** Panics of Rust and Go, uncaught exceptions of Python, and the summary of pytest, which names the tests that failed. */
export function panicReport(lines: string[]): Report | null {
  const summary = pytest(lines);
  if (summary !== null) {
    return summary;
  }
  for (const [at, line] of lines.entries()) {
    const message = rust(lines, at, line) ?? go(lines, at, line) ?? python(lines, at, line);
    if (message !== null) {
      return { kind: 'exit', title: message, lines: [normaliseLine(message)], at };
    }
  }
  return null;
}

/** Message on the next line since Rust 1.73, on the same line before. */
function rust(lines: string[], at: number, line: string): string | null {
  const match = /^thread '[^']{0,200}'(?: \([0-9]+\))? panicked at (.{1,300})/.exec(line);
  if (match === null) {
    return null;
  }
  const place = match[1] ?? '';
  const message = /:[0-9]+:$/.test(place) ? (lines[at + 1] ?? '') : place;
  return `panicked: ${message.trim()}`;
}

/** `panic:` alone is anybody's word; a goroutine's trace follows Go's. */
function go(lines: string[], at: number, line: string): string | null {
  if (
    !/^(?:panic|fatal error): \S/.test(line) ||
    !lines.slice(at, at + 12).some((next) => next.startsWith('goroutine '))
  ) {
    return null;
  }
  return line.trim();
}

/** The last line of a traceback: the first one after it that is not indented. */
function python(lines: string[], at: number, line: string): string | null {
  if (!line.startsWith('Traceback (most recent call last):')) {
    return null;
  }
  const end = lines.slice(at + 1, at + 200).find((next) => /^[A-Za-z_]/.test(next));
  return end === undefined ? line.trim() : end.trim();
}

function pytest(lines: string[]): Report | null {
  const failed = lines.filter((line) => /^(?:FAILED|ERROR) \S{1,200}\.py(?:::\S|\b)/.test(line));
  const first = failed[0];
  return first === undefined
    ? null
    : { kind: 'exit', title: first, lines: failed.map(normaliseLine), at: lines.indexOf(first) };
}
