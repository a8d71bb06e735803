import type { NightCell, NightReport, TestVerdict } from '../../model/night.ts';
import {
  byUrgency,
  cellRate,
  cellsByTest,
  failuresOf,
  isToBeLookedAt,
  nightHeadline,
  rangeVerb,
  reasonOf,
  type TestFailure,
  verdictCounts,
  verdictSentence,
  verdictWord,
} from '../night/night-facts.ts';
import { durationText, plural, rateText } from '../quantities.ts';
import { revisionText } from '../revision-text.ts';
import { markdownBlock, markdownCode, markdownText } from './markdown-text.ts';

/** Output of a failure, in bytes. */
const mostExcerpt = 4096;
/** Signatures told of a test. */
const mostSignatures = 5;

/**
 * A night for an issue or a mail: what it came to, what is to be looked at, each failure with its output and the command
 * that brings it back. What would make it longer than `mostBytes` is left out, whole sections at a time, and that is said.
 */
export function nightMarkdown(report: NightReport, mostBytes = Number.POSITIVE_INFINITY): string {
  const { notes } = report;
  const cells = cellsByTest(report);
  const interesting = byUrgency(report.verdicts).filter(isToBeLookedAt);
  const failing = interesting.filter(({ test }) => cells.get(test)?.some(({ signatures }) => signatures.length > 0));
  const start = [
    [`## ${titleText(report)}`],
    aboutLines(report),
    countsTable(report.verdicts),
    notes.map((note) => `- ${markdownText(note)}`),
  ];
  const table = interesting.length === 0 ? [] : [verdictTable(interesting, cells)];
  const sections = failing.map((verdict) => section(verdict, cells.get(verdict.test) ?? []));
  return within([...start, ...table, ...sections], mostBytes);
}

/** Of a single test, what happened to it. */
function titleText(report: NightReport): string {
  const { header, verdicts, refusal } = report;
  const [only, other] = verdicts;
  if (only === undefined || other !== undefined || refusal !== null) {
    return `Nightly of ${markdownText(header.suite)}: ${markdownText(nightHeadline(report).text)}`;
  }
  return `${markdownText(only.test)}: ${verdictWord(only).word}`;
}

function aboutLines({ header, elapsedMs }: NightReport): string[] {
  const revision = revisionText(header.revision);
  return [
    ...(revision === null ? [] : [`- revision: ${markdownText(revision)}`]),
    ...(header.revision.subject === null ? [] : [`- its subject: ${markdownText(header.revision.subject)}`]),
    `- machine: ${markdownText(header.machineClass)}`,
    `- ${plural(header.tests.length, 'test')} under ${header.conditions.map(markdownCode).join(', ')}, ${durationText(1000 * elapsedMs)}, begun ${header.started}`,
    `- night ${markdownCode(header.id)}, flakehunt ${markdownText(header.version)}`,
  ];
}

function countsTable(verdicts: readonly TestVerdict[]): string[] {
  const counts = verdictCounts(verdicts);
  return ['| verdict | tests |', '|:--|--:|', ...counts.map(({ word, count }) => `| ${word} | ${count} |`)];
}

function verdictTable(verdicts: readonly TestVerdict[], cells: Map<string, NightCell[]>): string[] {
  const rows = verdicts.map((verdict) => {
    const { comparison } = verdict;
    const own = cells.get(verdict.test) ?? [];
    const title = comparison?.signature?.title ?? own.flatMap(({ signatures }) => signatures)[0]?.signature.title;
    const why = title ?? reasonOf(own);
    return [
      verdictWord(verdict).word,
      markdownCode(verdict.test),
      comparison === null ? '' : rateText(comparison.tonight),
      comparison?.before == null ? '' : rateText(comparison.before),
      why == null ? '' : markdownCode(why),
    ].join(' | ');
  });
  return [
    '| verdict | test | tonight | before | failure |',
    '|:--|:--|--:|--:|:--|',
    ...rows.map((row) => `| ${row} |`),
  ];
}

function section(verdict: TestVerdict, cells: readonly NightCell[]): string[] {
  const { quarantine, range, bisect } = verdict;
  const told = failuresOf(cells);
  const signatures = told
    .slice(0, mostSignatures)
    .flatMap(({ row, places }) => [
      '',
      `${markdownCode(row.signature.title)}: ${places.map(({ condition, count }) => `${plural(count, 'time')} under ${markdownCode(condition)}`).join(', ')}${row.known === null ? '' : `; known: ${markdownText(row.known.title)}`}`,
      ...row.signature.errnos.map(({ value, name, text }) => `- ${value} is ${markdownText(`${name}: ${text}`)}`),
      '',
      ...markdownBlock(row.excerpt, mostExcerpt, 'text'),
      '',
      'again:',
      '',
      ...markdownBlock(bestPlace(places), mostExcerpt, 'sh'),
    ]);
  return [
    `### ${markdownText(verdict.test)}: ${verdictWord(verdict).word}`,
    '',
    `${markdownText(verdictSentence(verdict, reasonOf(cells)))}.`,
    '',
    ...(cells.length < 2 ? [] : cells.map((cell) => `- ${markdownCode(cell.condition)}: ${rateText(cellRate(cell))}`)),
    ...(quarantine === null ? [] : [`- quarantine ${quarantine.state}: ${quarantineText(quarantine.entry)}`]),
    ...(range === null
      ? []
      : [
          `- ${rangeVerb(verdict)} after ${markdownCode(range.old.slice(0, 12))}, by ${markdownCode(range.new.slice(0, 12))} at the latest`,
        ]),
    ...signatures,
    ...(told.length > mostSignatures ? ['', `and ${told.length - mostSignatures} rarer ones`] : []),
    ...(bisect === null ? [] : ['', 'which commit:', '', ...markdownBlock(bisect, mostExcerpt, 'sh')]),
  ];
}

/** Where it came most often, its command is likeliest to bring it again. */
function bestPlace(places: TestFailure['places']): string {
  return places.toSorted((a, b) => b.count - a.count)[0]?.reproduce ?? '';
}

function quarantineText({ reason, owner, expires }: NonNullable<TestVerdict['quarantine']>['entry']): string {
  return `${markdownText(reason)} (${markdownCode(owner)}, until ${markdownText(expires)})`;
}

/** Blocks as long as there is room, the first ones at least. */
function within(blocks: readonly string[][], mostBytes: number): string {
  const texts = blocks.filter((lines) => lines.length > 0).map((lines) => `${lines.join('\n')}\n`);
  const kept: string[] = [];
  // For the line that says what was left out.
  let room = mostBytes - 200;
  for (const text of texts) {
    room -= Buffer.byteLength(text) + 1;
    if (room < 0) break;
    kept.push(text);
  }
  const left = texts.length - kept.length;
  const said = left === 0 ? [] : [`_${left} more sections do not fit here; the report has them all._\n`];
  return [...kept, ...said].join('\n');
}
