import type { HuntState, HuntSummary, SignatureSummary } from '../model/summary.ts';
import type { Verdict } from '../model/verdict.ts';
import { rateInterval } from '../stats/interval.ts';
import { armsTable } from './arms-table.ts';
import { armsSentences } from './arms-text.ts';
import { clip, displayWidth, padEnd, safe } from './display-text.ts';
import { effectTable } from './effect-table.ts';
import { foldArms, hasArms } from './fold-arms.ts';
import { headline } from './headline.ts';
import { labelledFacts, labelWidth, prose, widestReading, withLabel } from './labelled.ts';
import { type NextCommand, nextCommands } from './next-commands.ts';
import { durationText, plural, rateText, speedText } from './quantities.ts';
import { signatureSection } from './signature-section.ts';
import { signatureTable, verdictPaint } from './signature-table.ts';
import { stratumLabels } from './stratum-labels.ts';
import { type Appearance, type Style, styleOf } from './style.ts';

/** What is known of a hunt beside what its log says. */
export interface KeptHunt {
  /** Where its log is; absolute. */
  dir: string;
  /** Where its outputs and dumps are; absolute. */
  artifactDir: string;
  state: HuntState;
}

/** Signatures told in full; of more there is a line each. */
const mostSections = 5;
const mostRows = 20;
const mostReasons = 5;

/**
 * What a hunt found, how often, where it is kept and what to do next.
 * @param detail full: with what perturbation did under each condition
 */
export function renderResult(
  whole: HuntSummary,
  kept: KeptHunt,
  screen: Appearance,
  detail: 'short' | 'full' = 'short',
): string {
  const style = styleOf(screen);
  const summary = whole.header.masked === 'ignore' ? withoutMasked(whole) : whole;
  const blocks = [
    headlineLines(summary, kept.state, screen, style),
    ...(hasArms(summary) ? armBlocks(summary, detail, screen, style) : []),
    detail === 'full' ? effectTable(summary, screen, style) : [],
    factLines(summary, kept.state, screen, style),
    summary.signatures.length > 1 ? tableLines(summary, screen, style) : [],
    ...sections(summary, kept, screen, style),
    noteLines(summary, screen, style),
    closingLines(summary, kept, screen, style),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** Still counted, but whoever asked not to hear of them does not. */
function withoutMasked(summary: HuntSummary): HuntSummary {
  return { ...summary, signatures: summary.signatures.filter(({ verdict }) => verdict !== 'masked') };
}

function headlineLines(summary: HuntSummary, state: HuntState, { columns }: Appearance, style: Style): string[] {
  const test = clip(safe(summary.header.test, style.unicode), 40, style.ellipsis);
  const { text, paint } = headline(summary, state, test, style);
  return prose(text, columns, 0).map((line) => paint(style.strong(line)));
}

/** What the conditions gave, then what that comes to. */
function armBlocks(summary: HuntSummary, detail: 'short' | 'full', screen: Appearance, style: Style): string[][] {
  const table = foldArms(summary);
  const { signatures } = summary;
  const of =
    signatures.length > 1 && table.target !== null ? `failures of ${targetText(table.target, signatures)}` : '';
  const caption = of === '' ? [] : [clip(safe(of, style.unicode), screen.columns, style.ellipsis)];
  const sentences = armsSentences(table, summary, detail).flatMap((text) =>
    prose(safe(text, style.unicode), Math.min(screen.columns, widestReading), 0),
  );
  return [table.rows.length === 0 ? [] : [...caption, ...armsTable(table, summary, screen, style)], sentences];
}

/** Its number in the table of signatures and its title. */
function targetText(target: SignatureSummary, signatures: readonly SignatureSummary[]): string {
  return `${signatures.indexOf(target) + 1}: ${target.signature.title}`;
}

function factLines(summary: HuntSummary, state: HuntState, { columns }: Appearance, style: Style): string[] {
  const { counts, runs, elapsedMs, wall, strata, reasons } = summary;
  const tables = hasArms(summary) || strata.length === 1;
  const speed = elapsedMs > 0 && strata.length === 1 ? ` (${speedText((1000 * runs) / elapsedMs)})` : '';
  const total = `${runs} in ${durationText(1000 * elapsedMs)}${speed}`;
  const verdicts = (Object.keys(counts) as Verdict[])
    .filter((verdict) => counts[verdict] > 0)
    .map((verdict) => verdictPaint(verdict, style)(`${counts[verdict]} ${verdict}`));
  const durations = wall === null ? [] : wallFacts(wall);
  if (hasArms(summary) && wall !== null) durations.push(`under ${summary.header.conditions[0]}`);
  const why = reasons.slice(0, mostReasons).map(({ verdict, reason, count }) => `${count} ${verdict}: ${reason}`);
  if (reasons.length > mostReasons) why.push(`and ${reasons.length - mostReasons} more reasons`);
  return [
    ...labelledFacts('runs', [total, ...verdicts], columns),
    ...labelledFacts('speed', tables ? [] : strataSpeeds(summary), columns),
    ...labelledFacts('rates', tables ? [] : cleanRates(summary), columns),
    ...labelledFacts('duration', durations, columns),
    ...withLabel(
      'why',
      why.flatMap((text) => prose(safe(text, style.unicode), columns - labelWidth, 0)),
    ),
    ...withLabel(
      'ended',
      endFacts(summary, state, style).flatMap((text) => prose(text, columns - labelWidth, 0)),
    ),
  ];
}

function wallFacts({ minUs, medianUs, p99Us, maxUs }: NonNullable<HuntSummary['wall']>): string[] {
  if (minUs === maxUs) return [durationText(maxUs)];
  return [`median ${durationText(medianUs)}`, `p99 ${durationText(p99Us)}`, `max ${durationText(maxUs)}`];
}

function strataSpeeds({ strata }: HuntSummary): string[] {
  const labels = stratumLabels(strata.map(({ stratum }) => stratum));
  return strata.map(({ runsPerSecond }, i) => `${labels[i]} ${speedText(runsPerSecond)}`);
}

/** What no failure means in each stratum; where there are failures, their sections tell the rates. */
function cleanRates({ strata, signatures }: HuntSummary): string[] {
  const measured = signatures.length === 0 ? strata.filter(({ eligible }) => eligible > 0) : [];
  const labels = stratumLabels(measured.map(({ stratum }) => stratum));
  return measured.map(({ eligible }, i) => `${labels[i]} ${rateText(rateInterval(0, eligible))}`);
}

/** Only an end that was not planned needs words. */
function endFacts({ ended }: HuntSummary, state: HuntState, style: Style): string[] {
  if (ended === null) {
    return [state === 'running' ? 'not yet: this is what it has saved so far' : 'killed: this is what it had saved'];
  }
  const cut = ended.abandoned === 0 ? '' : `; ${plural(ended.abandoned, 'run')} in progress cut off and not counted`;
  if (ended.reason === 'interrupted') return [`interrupted, everything so far is saved${cut}`];
  if (ended.reason === 'error') return [style.bad(`broken off by an error, everything before it is saved${cut}`)];
  if (ended.reason === 'skipped') return ['early, because every run skipped'];
  if (ended.reason === 'invalid') return ['early, because every run was invalid'];
  return [];
}

function tableLines(summary: HuntSummary, screen: Appearance, style: Style): string[] {
  const { signatures } = summary;
  const base = hasArms(summary) ? summary.header.conditions[0] : undefined;
  const rows = signatureTable(signatures.slice(0, mostRows), base ?? null, screen, style);
  if (signatures.length <= mostRows) return rows;
  return [...rows, `   and ${signatures.length - mostRows} rarer ones`];
}

function sections(summary: HuntSummary, kept: KeptHunt, screen: Appearance, style: Style): string[][] {
  const { signatures, header } = summary;
  const target = hasArms(summary) ? foldArms(summary).target : undefined;
  const firstMasked = signatures.findIndex(({ verdict }) => verdict === 'masked');
  return signatures.slice(0, mostSections).map((row, index) => {
    const toldAt = signatures.findIndex(({ known }) => known !== null && known.id === row.known?.id);
    return signatureSection(
      row,
      {
        header,
        artifactDir: kept.artifactDir,
        number: signatures.length === 1 ? null : index + 1,
        explainMasked: index === firstMasked,
        knownToldAt: toldAt === -1 || toldAt === index ? null : toldAt + 1,
        conditions: target === undefined ? 'one' : target === row ? 'told' : 'untold',
      },
      screen,
      style,
    );
  });
}

function noteLines({ notes }: HuntSummary, { columns }: Appearance, style: Style): string[] {
  const lines = notes.flatMap((note) => prose(safe(note, style.unicode), columns - labelWidth, 0));
  return withLabel(notes.length === 1 ? 'note' : 'notes', lines);
}

function closingLines(summary: HuntSummary, { dir, state }: KeptHunt, screen: Appearance, style: Style): string[] {
  const commands = nextCommands(summary, state);
  const width = Math.max(...commands.map(({ command }) => displayWidth(command)));
  const beside = labelWidth + width + 2 + Math.max(...commands.map(({ why }) => displayWidth(why))) <= screen.columns;
  const line = ({ command, why }: NextCommand) => {
    const painted = style.command(command);
    return beside
      ? [`${painted}${padEnd('', width - displayWidth(command))}  ${why}`]
      : [painted, ...prose(why, screen.columns - labelWidth, 2)];
  };
  return [...withLabel('kept in', [safe(dir, style.unicode)]), ...withLabel('next', commands.flatMap(line))];
}
