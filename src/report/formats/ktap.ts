import type { NightCell, NightReport, TestVerdict } from '../../model/night.ts';
import { cellRate, cellsByTest, reasonOf, sharesText, verdictSentence, verdictWord } from '../night/night-facts.ts';
import { plural } from '../quantities.ts';
import { readable, readableLine, tailOf } from '../readable.ts';

/** Output of a failure, in bytes: KTAP is read by eye as often as not. */
const mostExcerpt = 4096;

/**
 * A night as KTAP version 1 (Documentation/dev-tools/ktap.rst of Linux): a test a line, its conditions as subtests before it,
 * what they rest on as diagnostic lines.
 */
export function nightKtap(report: NightReport): string {
  const cells = cellsByTest(report);
  const lines = report.verdicts.flatMap((verdict, index) =>
    testLines(verdict, cells.get(verdict.test) ?? [], index + 1),
  );
  const refusal = report.refusal === null ? [] : [`Bail out! ${readableLine(report.refusal)}`];
  return `${['KTAP version 1', `1..${report.verdicts.length}`, ...lines, ...refusal].join('\n')}\n`;
}

function testLines(verdict: TestVerdict, cells: readonly NightCell[], number: number): string[] {
  const subtests = cells.flatMap((cell, index) => cellLines(cell, index + 1));
  const nested = cells.length === 0 ? [] : ['KTAP version 1', `1..${cells.length}`, ...subtests];
  const sentence = `${verdictWord(verdict).word}: ${verdictSentence(verdict, reasonOf(cells))}`;
  const notes = [sentence, ...(verdict.bisect === null ? [] : [`which commit: ${verdict.bisect}`])];
  return [
    ...nested.map((line) => `  ${line}`),
    ...notes.flatMap(diagnostic),
    resultLine(number, verdict.test, resultOf(verdict, cells, sentence)),
  ];
}

function cellLines(cell: NightCell, number: number): string[] {
  const rate = cellRate(cell);
  const failures = cell.signatures.flatMap((row) => [
    `${readableLine(row.signature.title)} (${plural(row.count, 'time')})`,
    `again: ${row.reproduce}`,
    tailOf(readable(row.excerpt), mostExcerpt),
  ]);
  const idle = rate.runs === 0;
  const result: Result = {
    ok: idle || rate.failures === 0,
    directive: idle ? 'SKIP' : null,
    why: idle ? (cell.reason ?? 'no run could have failed') : sharesText(rate),
  };
  return [...failures.flatMap(diagnostic), resultLine(number, cell.condition, result)];
}

interface Result {
  ok: boolean;
  directive: 'SKIP' | 'XFAIL' | 'TIMEOUT' | null;
  why: string;
}

/** XFAIL: a failure that is expected, written `ok` as the kernel's own tests do, so that readers of TAP take it so. */
function resultOf({ state, quarantine }: TestVerdict, cells: readonly NightCell[], sentence: string): Result {
  if (state === 'passing') return { ok: true, directive: null, why: '' };
  if (state !== 'flaky' && state !== 'failing') return { ok: true, directive: 'SKIP', why: sentence };
  if (quarantine?.state === 'holds') {
    return { ok: true, directive: 'XFAIL', why: `quarantined until ${quarantine.entry.expires}` };
  }
  const failures = cells.flatMap(({ signatures }) => signatures);
  const hangs = failures.length > 0 && failures.every(({ verdict }) => verdict === 'hang');
  return { ok: false, directive: hangs ? 'TIMEOUT' : null, why: hangs ? 'every failure is a hang' : '' };
}

function resultLine(number: number, name: string, { ok, directive, why }: Result): string {
  const start = `${ok ? 'ok' : 'not ok'} ${number} ${described(name)}`;
  if (directive !== null) return `${start} # ${directive} ${described(why)}`;
  return why === '' ? start : `${start} - ${described(why)}`;
}

/** A `#` would begin a directive; escaped as TAP 14 has it. */
function described(text: string): string {
  return readableLine(text).replace(/[\\#]/g, '\\$&');
}

/** Diagnostic lines; whatever a test wrote stands behind `# `. */
function diagnostic(text: string): string[] {
  return readable(text)
    .trimEnd()
    .split('\n')
    .map((line) => `# ${line}`.trimEnd());
}
