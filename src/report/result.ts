import type { HuntState, HuntSummary, SignatureSummary } from '../model/summary.ts';
import { armsTable } from './arms-table.ts';
import { armsSentences } from './arms-text.ts';
import { clip, displayWidth, padEnd, safe } from './display-text.ts';
import { effectTable } from './effect-table.ts';
import { foldArms, hasArms } from './fold-arms.ts';
import { accelMark } from './guest-facts.ts';
import { headline } from './headline.ts';
import { huntFacts } from './hunt-facts.ts';
import { labelWidth, prose, widestReading, withLabel } from './labelled.ts';
import { type NextCommand, nextCommands } from './next-commands.ts';
import { signatureSection } from './signature-section.ts';
import { signatureTable } from './signature-table.ts';
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
    huntFacts(summary, kept, screen, style),
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

function tableLines(summary: HuntSummary, screen: Appearance, style: Style): string[] {
  const { signatures } = summary;
  const base = hasArms(summary) ? summary.header.conditions[0] : undefined;
  const rows = signatureTable(signatures.slice(0, mostRows), base ?? null, accelMark(summary.header), screen, style);
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
