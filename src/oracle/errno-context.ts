import type { Output } from '../model/outcome.ts';
import type { ErrnoMention } from '../model/verdict.ts';
import { decodeErrno, type ErrnoHit } from './errno.ts';
import { outputLines } from './lines.ts';

/**
 * Errnos that a line prints as negative numbers: `wait cqe -17`, `cqe->res -17`, `ret=-17`, `failed: -22`, `got -17`.
 * Positive numbers, ranges, dates, options, offsets and measures are none. Works on raw lines and on shapes alike, so
 * only negative numbers may decide.
 */
export function findErrnos(line: string): ErrnoHit[] {
  const hits: ErrnoHit[] = [];
  for (const match of line.matchAll(negativeNumber)) {
    const mention = decodeErrno(Number(match[0]));
    const before = line.slice(0, match.index);
    const end = match.index + match[0].length;
    if (
      mention !== null &&
      isResult(before) &&
      !measure.test(line.slice(end)) &&
      (mention.value !== -1 || ring.test(line))
    ) {
      hits.push({ ...mention, start: match.index, end });
    }
  }
  return hits;
}

/** Every errno an output prints as a number, each once, in order of first appearance. */
export function errnosInOutput(output: Output): ErrnoMention[] {
  return distinctErrnos(outputLines(output));
}

/** Every errno the lines print as a number, each once, in order of first appearance. */
export function distinctErrnos(lines: string[]): ErrnoMention[] {
  const seen = new Map<number, ErrnoMention>();
  for (const line of lines) {
    for (const { value, name, text } of line.includes('-') ? findErrnos(line) : []) {
      seen.set(value, seen.get(value) ?? { value, name, text });
    }
  }
  return [...seen.values()];
}

// Not behind a word, a number, another minus or a path, nor before a fraction, a range or a unit glued to it.
const negativeNumber = /(?<![\w#.+)\]-])-[1-9][0-9]{0,2}(?![\w#%-]|\.[\w#])/g;

// A number of something is not a result.
const measure =
  /^\s?(?:ns|[uµm]s|usecs?|msecs?|secs?|s|seconds?|minutes?|bytes?|[kKMG]i?B|%|°|C|dB|Hz|pages?|times|entries|ticks|jiffies)\b/;

// -1 is a sentinel in most of C; io_uring's own calls return -errno, so there it is EPERM.
const ring = /cqe|sqe|ring|submit|regist|queue|setup/i;

// What a key or word before a number must not be: things that are negative without being an error.
const quantity = new Set(
  (
    'fd fds pid tid uid gid id off offset pos position delta diff difference nice prio priority index idx nr num count cnt ' +
    'data udata temp temperature skew drift line column col x y z version level cpu node signal sig kill head tail since ' +
    'tag bid bgid seq min max adj score'
  ).split(' '),
);

// Words that announce a result.
const announces = new Set(
  (
    'res result results ret rets return returns returned rc err errno error errors code status cqe cqes sqe wait waited ' +
    'waiting submit submits submitted submission got get gets have failed fail fails failure failing completion complete ' +
    'completed with gave gives wanted want wants expected expect expecting unexpected bad poll read readv write writev ' +
    'open openat close send sendmsg recv recvmsg accept connect bind listen socket splice tee sync fsync timeout cancel ' +
    'canceled cancelled register registered unregister update setup init create created enter prep prepare reg unreg ' +
    'resize enable enabling peek nop link unlink rename mkdir stat statx madvise fadvise fallocate shutdown msg provide ' +
    'buffers ring rings files buf wrong invalid short not or and vs only val value rval r e reaped request req'
  ).split(' '),
);

const failureWord =
  /\b(?:fail\w*|err(?:or|no)?s?|unexpected|bad|wrong|invalid|got|expected|wanted|returned|ret|res|cqe)\b/i;

/** Whether the text before a negative number announces a result. */
function isResult(before: string): boolean {
  const trimmed = before.trimEnd();
  const last = trimmed.at(-1) ?? '';
  if (trimmed === '') {
    return false;
  }
  if (trimmed.endsWith('->') || trimmed.endsWith('!=') || trimmed.endsWith('==')) {
    return true;
  }
  if (last === '=' || last === ':' || last === ';') {
    return !quantity.has(lastPart(trimmed.slice(0, -1)));
  }
  if (',/([{<>"\'|'.includes(last)) {
    return failureWord.test(trimmed) && !quantity.has(lastPart(trimmed.slice(0, -1)));
  }
  const part = lastPart(trimmed.replace(/ ?\([^()]{0,20}\)$/, ''));
  return before !== trimmed && !quantity.has(part) && (announces.has(part) || failureWord.test(trimmed));
}

/** Last component of the last identifier: `res` of `cqe->res`, `cqe` of `io_uring_wait_cqe()`. */
function lastPart(text: string): string {
  const word = /([A-Za-z]+)[\d#_]{0,8}(?:\(\))?\s{0,8}$/.exec(text.slice(-64));
  return (word?.[1] ?? '').toLowerCase();
}
