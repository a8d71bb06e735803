import { findErrnos } from './errno-context.ts';
import { shapeOf } from './shape.ts';

/**
 * The part of a line that stays when the same bug strikes again: positive numbers, addresses, dates, durations, uuids,
 * folders and temporary names become `#`, negative numbers stay only where they are errnos (or the sentinel -1).
 * Line numbers go too: they move between revisions, and a bisect has to recognise the failure on both sides; the file's
 * name stays. Equal shapes (src/native/PROTOCOL.md) normalise equally, because all of it is computed from the shape.
 */
export function normaliseLine(line: string): string {
  const shape = shapeOf(withoutPrefix(line)).replace(isoDate, '#');
  const errnosKept = replaceNegatives(shape.replace(uuid, '#').replace(path, baseName));
  return errnosKept
    .replace(bareHex, '#')
    .replace(compoundNumber, '#')
    .replace(duration, '#')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The line without what a logger put before it: kernel or ISO time stamps, a sanitizer's or valgrind's `==PID==`. */
export function withoutPrefix(line: string): string {
  return line.replace(loggerPrefix, '');
}

// On raw lines and on shapes, where digits are `#`.
const loggerPrefix =
  /^(?:[0-9#]+-[0-9]{2}-[0-9]{2}[T ][0-9#:.,]+(?:Z|[+-][0-9#:]+)?\s{0,4}|<[0-9#]+>|\[\s{0,12}[0-9#]+\.[0-9#]+\]\s{0,4}|==[0-9#]+==\s{0,4}){0,3}/;

const isoDate = /#-[0-9]{2}-[0-9]{2}(?:T#)?/g;

// On shapes: hexadecimal groups whose digits are collapsed already.
const uuid = /(?<![\w-])[0-9a-f#]+(?:-[0-9a-f#]+){4}(?![\w-])/gi;

// An absolute path, or a relative one that ends in an extension or begins with a dot.
const path =
  /(?<![\w.)\]/#])(?:\.{0,2}\/(?:[\w.+@%#~-]+\/)*[\w.+@%#~-]+|(?:[\w.+@%#~-]+\/)+[\w+@%#~-]+\.[A-Za-z]\w{0,4})/g;

/** The last component; below a folder for temporary files nothing stays. */
function baseName(found: string): string {
  if (/^\/(?:tmp|var\/tmp|dev\/shm|run)\//.test(found)) {
    return '#tmp';
  }
  if (/^\/proc\/#/.test(found)) {
    return found;
  }
  return found.slice(found.lastIndexOf('/') + 1).replace(temporaryName, '#tmp');
}

// What mkstemp makes of XXXXXX: letters of both cases or with digits in between.
const temporaryName = /(?<=^|[._-])(?=[A-Za-z#]*(?:[a-z][A-Z]|[A-Z]{2}[a-z]|#[A-Za-z]))[A-Za-z#]{2,6}$/;

function replaceNegatives(shape: string): string {
  if (!shape.includes('-')) {
    return shape;
  }
  const kept = new Set(findErrnos(shape).map((hit) => hit.start));
  return shape.replace(/-[0-9]+/g, (number, at: number) =>
    kept.has(at) || (number === '-1' && !/[\w#)-]/.test(shape[at - 1] ?? '')) ? number : '-#',
  );
}

// Digits are `#` by now: a word of a-f and `#` with at least one of these is an address or a byte in hex.
const bareHex = /(?<![\w#-])(?:0x)?[a-f]*#[a-f#]*(?![\w#])|(?<![\w#-])[A-F]*#[A-F#]*(?![\w#])/g;

// 1.5, 12:34:56, 10.0.0.1:80, 1e-05, 3,141.
const compoundNumber = /#(?:[.:,]#|e[+-]{0,2}#|[.:]-#)+/g;

const duration = /(?<![\w#])#\s?(?:ns|[uµm]s|usecs?|msecs?|secs?|s|seconds?|minutes?|hours?)(?![\w])/g;
