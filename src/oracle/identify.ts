import type { Signature, SignatureKind } from '../model/verdict.ts';
import { isConclusion, type LineKind } from './line-kinds.ts';
import { normaliseLine } from './normalise.ts';
import type { ReadLine } from './reading.ts';
import { abortReport } from './reports/abort.ts';
import { kernelSplat } from './reports/kernel-splat.ts';
import { panicReport } from './reports/panic.ts';
import type { Report } from './reports/report.ts';
import { sanitizerReport } from './reports/sanitizer.ts';
import { threadPlaces } from './reports/thread-states.ts';
import { valgrindReport } from './reports/valgrind.ts';
import { signalName } from './signals.ts';
import { makeSignature } from './signature.ts';
import { displayLine, joinTitle, titleOf } from './title.ts';

/** The report of a tool or run time in the output, if there is one: it names the failure better than any other line. */
export function findReport(lines: string[]): Report | null {
  return sanitizerReport(lines) ?? valgrindReport(lines) ?? abortReport(lines) ?? panicReport(lines);
}

interface Telling {
  /** What identifies the failure. */
  lines: string[];
  /** What its title is made of, in order. */
  title: string[];
}

// More other lines than this are a test's chatter, not the grounds of a conclusion.
const mostGrounds = 8;

/**
 * Lines that tell why a run failed: failure-shaped ones and complaints. Where these are bare conclusions (`test 1
 * failed`), whatever else was said are the grounds (`cqe res 32`); where there is none of either, all that was said is
 * taken.
 */
function tellingLines(lines: ReadLine[]): Telling {
  const failing = textsOf(lines, 'failure', 'complaint');
  if (failing.length === 0) {
    const said = textsOf(lines, 'notice', 'other');
    return { lines: said, title: said.slice(-1) };
  }
  const others = textsOf(lines, 'other');
  if (!failing.every(isConclusion) || new Set(others.map(normaliseLine)).size > mostGrounds) {
    return { lines: failing, title: failing };
  }
  const before = lines.findIndex(({ kind }) => kind === 'failure' || kind === 'complaint');
  return { lines: [...others, ...failing], title: [...textsOf(lines.slice(0, before), 'other').slice(-1), ...failing] };
}

/** Lines of these kinds in order of first appearance, each once. */
function textsOf(lines: ReadLine[], ...kinds: LineKind[]): string[] {
  return [...new Set(lines.filter(({ kind }) => kinds.includes(kind)).map(({ text }) => text))];
}

export function exitSignature(lines: ReadLine[], code: number): Signature {
  const report = reportIn(lines);
  if (report !== null) {
    return fromReport(report, lines);
  }
  const telling = tellingLines(lines);
  if (telling.lines.length === 0) {
    return makeSignature('exit', `exit ${code} without a word`, [`exit ${code}`], []);
  }
  return fromLines('exit', telling);
}

/** Null when nothing in the output has the shape of a failure: the run passed. */
export function maskedSignature(lines: ReadLine[]): Signature | null {
  const report = reportIn(lines);
  if (report !== null) {
    return fromReport(report, lines);
  }
  const failing = textsOf(lines, 'failure');
  return failing.length === 0 ? null : fromLines('masked', { lines: failing, title: failing });
}

export function signalSignature(lines: ReadLine[], signal: number): Signature {
  const report = reportIn(lines);
  if (report !== null) {
    return fromReport(report, lines);
  }
  const name = signalName(signal);
  const failing = textsOf(lines, 'failure', 'complaint');
  const title = failing.length === 0 ? name : joinTitle([displayLine(failing[0] ?? ''), name]);
  return makeSignature('signal', title, [name, ...failing.map(normaliseLine)], failing);
}

/**
 * Where the threads stood, and what had failed before. Without thread states the last line said stands for the place.
 */
export function hangSignature(lines: ReadLine[], stacks: string | null): Signature {
  const failing = textsOf(lines, 'failure');
  const places = stacks === null ? [] : threadPlaces(stacks);
  const last = lines.findLast(({ kind }) => kind !== 'noise')?.text;
  const where = places.length > 0 ? places : [last ?? ''];
  const normalised = ['time limit', ...where.map(normaliseLine), ...failing.map(normaliseLine)];
  return makeSignature('hang', hangTitle(places, failing[0], last), normalised, failing);
}

function hangTitle(places: string[], failing: string | undefined, last: string | undefined): string {
  if (places.length > 0) {
    return joinTitle([...(failing === undefined ? [] : [displayLine(failing)]), `hang in ${places.join('; ')}`]);
  }
  const after = failing ?? last;
  return after === undefined ? 'hang without a word' : joinTitle([displayLine(after), 'hang']);
}

/** Kernel-log lines the supervisor took for a splat; one of a form we do not know is named by its first line. */
export function kernelSignature(kernelLog: string, isPanic: boolean): Signature {
  const lines = kernelLog.split('\n').map((line) => line.slice(0, 1024));
  const splat = kernelSplat(lines);
  const first = lines.find((line) => line.trim() !== '') ?? (isPanic ? 'kernel panic without a word' : 'kernel log');
  const title = splat?.title ?? first;
  // That it went down for it is no part of what identifies it: that depends on panic_on_oops and the like.
  const told = isPanic && !/panic/i.test(title) ? `panic: ${title}` : title;
  return makeSignature('kernel', joinTitle([displayLine(told)]), splat?.lines ?? [normaliseLine(first)], []);
}

/** The guest stopped doing anything, and its kernel did not say why. */
export function standstillSignature(): Signature {
  return makeSignature('hang', 'the guest stood still', ['the guest stood still'], []);
}

function reportIn(lines: ReadLine[]): Report | null {
  return findReport(lines.map(({ text }) => text));
}

function fromReport(report: Report, lines: ReadLine[]): Signature {
  const sources = textsOf(lines, 'failure', 'complaint');
  return makeSignature(report.kind, joinTitle([displayLine(report.title)]), report.lines, sources);
}

function fromLines(kind: SignatureKind, telling: Telling): Signature {
  return makeSignature(kind, titleOf(telling.title), telling.lines.map(normaliseLine), telling.lines);
}
