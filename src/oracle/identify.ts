import type { Signature, SignatureKind } from '../model/verdict.ts';
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

/** Lines that tell the failure, in order: failure-shaped ones and complaints, else everything said. */
export function tellingLines(lines: ReadLine[]): string[] {
  const failing = lines.filter(({ kind }) => kind === 'failure' || kind === 'complaint');
  const telling = failing.length > 0 ? failing : lines.filter(({ kind }) => kind !== 'noise');
  return telling.map(({ text }) => text);
}

export function exitSignature(lines: ReadLine[], code: number): Signature {
  const report = reportIn(lines);
  if (report !== null) {
    return fromReport(report, lines);
  }
  const telling = tellingLines(lines);
  if (telling.length === 0) {
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
  const failing = lines.filter(({ kind }) => kind === 'failure').map(({ text }) => text);
  return failing.length === 0 ? null : fromLines('masked', failing);
}

export function signalSignature(lines: ReadLine[], signal: number): Signature {
  const report = reportIn(lines);
  if (report !== null) {
    return fromReport(report, lines);
  }
  const name = signalName(signal);
  const failing = lines.filter(({ kind }) => kind === 'failure' || kind === 'complaint').map(({ text }) => text);
  const title = failing.length === 0 ? name : joinTitle([displayLine(failing[0] ?? ''), name]);
  return makeSignature('signal', title, [name, ...failing.map(normaliseLine)], failing);
}

/**
 * Where the threads stood, and what had failed before. Without thread states the last line said stands for the place.
 */
export function hangSignature(lines: ReadLine[], stacks: string | null): Signature {
  const failing = lines.filter(({ kind }) => kind === 'failure').map(({ text }) => text);
  const places = stacks === null ? [] : threadPlaces(stacks);
  const last = lines.findLast(({ kind }) => kind !== 'noise')?.text;
  const place = places.length > 0 ? `hang in ${places.join('; ')}` : hangAfter(last);
  const title = joinTitle([...failing.slice(0, 1).map(displayLine), place]);
  const where = places.length > 0 ? places : [last ?? ''];
  return makeSignature(
    'hang',
    title,
    ['time limit', ...where.map(normaliseLine), ...failing.map(normaliseLine)],
    failing,
  );
}

function hangAfter(last: string | undefined): string {
  return last === undefined ? 'hang without a word' : `hang after "${displayLine(last)}"`;
}

/** Kernel-log lines the supervisor took for a splat; one of a form we do not know is named by its first line. */
export function kernelSignature(kernelLog: string): Signature {
  const lines = kernelLog.split('\n').map((line) => line.slice(0, 1024));
  const splat = kernelSplat(lines);
  const first = lines.find((line) => line.trim() !== '') ?? 'kernel log';
  return splat === null
    ? makeSignature('kernel', joinTitle([displayLine(first)]), [normaliseLine(first)], [])
    : makeSignature('kernel', joinTitle([displayLine(splat.title)]), splat.lines, []);
}

function reportIn(lines: ReadLine[]): Report | null {
  return findReport(lines.map(({ text }) => text));
}

function fromReport(report: Report, lines: ReadLine[]): Signature {
  const sources = lines.filter(({ kind }) => kind === 'failure' || kind === 'complaint').map(({ text }) => text);
  return makeSignature(report.kind, joinTitle([displayLine(report.title)]), report.lines, sources);
}

function fromLines(kind: SignatureKind, telling: string[]): Signature {
  return makeSignature(kind, titleOf(telling), telling.map(normaliseLine), telling);
}
