import type { HuntHeader } from '../model/hunt.ts';
import type { SignatureSummary, StratumRate } from '../model/summary.ts';
import type { KnownIssue } from '../model/verdict.ts';
import { clip, displayWidth, padEnd, padStart, safe } from './display-text.ts';
import { endingText } from './ending-text.ts';
import { excerptLines } from './excerpt-lines.ts';
import { accelMark } from './guest-facts.ts';
import { prose, widestReading } from './labelled.ts';
import { durationText, plural, rateText } from './quantities.ts';
import { replayElsewhere, replayHere } from './reproduce.ts';
import { verdictPaint } from './signature-table.ts';
import { stratumLabels } from './stratum-labels.ts';
import type { Appearance, Style } from './style.ts';
import { wrap } from './wrap.ts';

const indent = 3;
const deeper = 7;
const mostRuns = 5;
const againWidth = 11;
const meaningOfMasked = 'masked: the exit code says success, the output says failure';

export interface SectionContext {
  header: HuntHeader;
  artifactDir: string;
  /** Its number in the table, or null where it is the only signature. */
  number: number | null;
  /** The first masked signature says what the word means. */
  explainMasked: boolean;
  /** Number of the section that explains the same known issue already. */
  knownToldAt: number | null;
  /** Of several conditions, how often it came under each: a table tells already, or one is to be made in a line. */
  conditions: 'one' | 'told' | 'untold';
}

/** Everything worth knowing of one signature: how often, how it ended, what it printed, what is known of it. */
export function signatureSection(
  row: SignatureSummary,
  context: SectionContext,
  screen: Appearance,
  style: Style,
): string[] {
  const { columns } = screen;
  const facts = [
    ...(context.explainMasked ? prose(meaningOfMasked, columns, indent) : []),
    ...prose(factsOf(row, context), columns, indent),
    ...ratesLines(row, context, columns, style),
    ...errnoLines(row, columns, style),
  ];
  const others = [
    excerptLines(row.excerpt, deeper, screen, style),
    row.known === null ? [] : knownLines(row.known, context.knownToldAt, columns, style),
    keptLines(row, context, style),
    againLines(row, context.header, style),
  ];
  const paragraphs = others.filter((lines) => lines.length > 0).flatMap((lines) => ['', ...lines]);
  return [...titleLines(row, context.number, columns, style), ...facts, ...paragraphs];
}

function titleLines(
  { verdict, signature }: SignatureSummary,
  number: number | null,
  columns: number,
  style: Style,
): string[] {
  const numbered = number === null ? '' : padEnd(`${number}`, indent);
  const hanging = numbered.length + verdict.length + 2;
  const room = columns - hanging;
  const lines = wrap(safe(signature.title, style.unicode), room);
  const [first = '', ...rest] = lines.map((line) => clip(line, room, style.ellipsis));
  const head = `${numbered}${verdictPaint(verdict, style)(style.strong(verdict))}  ${style.strong(first)}`;
  return [head, ...rest.map((line) => ' '.repeat(hanging) + style.strong(line))];
}

/** `42 of 10000 runs, 0.42 % [0.31, 0.56]; exit 1; first in run 17 after 0.1 s, then 203, 1131, ...` */
function factsOf(row: SignatureSummary, { header, conditions }: SectionContext): string {
  const { firstAfterMs } = row;
  const after = firstAfterMs === null || firstAfterMs < 1 ? '' : ` after ${durationText(1000 * firstAfterMs)}`;
  const others = row.always ? [] : row.sampleRuns.slice(1, mostRuns);
  const also = others.length === 0 ? '' : `, then ${others.join(', ')}`;
  const more = also !== '' && row.count > mostRuns ? ', ...' : '';
  const share = conditions === 'one' || row.always ? shareOf(row, header) : plural(row.count, 'run');
  return `${share}; ${endingText(row.ending, header.limitMs)}; first in run ${row.firstRun}${after}${also}${more}`;
}

function shareOf({ always, count, rates }: SignatureSummary, header: HuntHeader): string {
  const runs = rates.reduce((sum, { rate }) => sum + rate.runs, 0);
  if (always) return `always (${count} of ${runs})`;
  const [only] = rates;
  const of = `${count} of ${plural(runs, 'run')}`;
  return rates.length === 1 && only !== undefined ? `${of}, ${rateText(only.rate)}${accelMark(header)}` : of;
}

/** Rates of several strata, none where one rate says it all. */
function ratesLines(row: SignatureSummary, context: SectionContext, columns: number, style: Style): string[] {
  if (row.always || row.rates.length < 2 || context.conditions === 'told') return [];
  if (context.conditions === 'one') return strataLines(row.rates, accelMark(context.header));
  const isBase = ({ stratum }: StratumRate) => stratum.condition === context.header.conditions[0];
  const worth = row.rates.filter((one) => one.rate.failures > 0 || isBase(one));
  worth.sort((a, b) => Number(isBase(b)) - Number(isBase(a)) || b.rate.observed - a.rate.observed);
  const labels = stratumLabels(worth.map(({ stratum }) => stratum));
  const counts = worth.map(({ rate }, i) => `${labels[i]} ${rate.failures} of ${rate.runs}`);
  return prose(safe(counts.join(', '), style.unicode), columns, indent);
}

function strataLines(rates: readonly StratumRate[], mark: string): string[] {
  const labels = stratumLabels(rates.map(({ stratum }) => stratum));
  const labelWidth = Math.max(...labels.map(displayWidth));
  const counts = rates.map(({ rate }) => `${rate.failures} of ${rate.runs}`);
  const countWidth = Math.max(...counts.map(displayWidth));
  return rates.map(({ rate }, i) => {
    const cells = [padEnd(labels[i] ?? '', labelWidth), padStart(counts[i] ?? '', countWidth), rateText(rate) + mark];
    return `${' '.repeat(deeper)}${cells.join('  ')}`;
  });
}

function errnoLines({ signature }: SignatureSummary, columns: number, style: Style): string[] {
  if (signature.errnos.length === 0) return [];
  const texts = signature.errnos.map(({ value, name, text }) => `${value} is ${name}, ${text}`);
  return prose(safe(texts.join('; '), style.unicode), columns, indent);
}

function knownLines(known: KnownIssue, toldAt: number | null, columns: number, style: Style): string[] {
  const { id, title, explanation, links, fixes } = known;
  if (toldAt !== null) return [`${' '.repeat(indent)}known issue ${safe(id, style.unicode)}, see ${toldAt}`];
  const text = (words: string) => prose(safe(words, style.unicode), columns, indent);
  const lead = style.strong(`known issue ${safe(id, style.unicode)}:`);
  const [first = '', ...rest] = text(`known issue ${id}: ${title}`);
  const fixWidth = Math.max(...fixes.map(({ commit }) => commit.length));
  const hanging = indent + fixWidth + 2;
  return [
    first.replace(`known issue ${id}:`, () => lead),
    ...rest,
    ...prose(safe(explanation, style.unicode), Math.min(columns, widestReading), indent),
    ...(fixes.length + links.length > 0 ? [''] : []),
    ...fixes.flatMap(({ commit, what }) => {
      const lines = prose(safe(what, style.unicode), columns, hanging);
      return lines.map((line, i) =>
        i === 0 ? `${' '.repeat(indent)}${padEnd(commit, fixWidth)}  ${line.trimStart()}` : line,
      );
    }),
    ...links.map((link) => `${' '.repeat(indent)}${safe(link, style.unicode)}`),
  ];
}

function keptLines(row: SignatureSummary, { header, artifactDir }: SectionContext, style: Style): string[] {
  const { core, stacks, firstRun } = row;
  const lines: string[] = [];
  if (core !== null) lines.push(`core dump: ${safe(`${artifactDir}/${core}`, style.unicode)}`);
  if (stacks !== null) lines.push(`threads at the time limit: flakehunt show ${header.id}:${firstRun}`);
  return lines.map((line) => `${' '.repeat(indent)}${line}`);
}

/** How to see it again: here, and where the same revision can be had. One line each, to be pasted. */
function againLines({ reproducer }: SignatureSummary, header: HuntHeader, style: Style): string[] {
  const commands = { again: replayHere(header, reproducer.run), elsewhere: replayElsewhere(header, reproducer) };
  return Object.entries(commands).map(
    ([label, command]) =>
      `${' '.repeat(indent)}${padEnd(label, againWidth)}${style.command(safe(command, style.unicode))}`,
  );
}
