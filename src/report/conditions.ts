import { padEnd, safe } from './display-text.ts';
import { prose, widestReading } from './labelled.ts';
import { type Appearance, type Style, styleOf } from './style.ts';

/** One condition in the list of `flakehunt conditions`. */
export interface ConditionRow {
  name: string;
  /** Canonical text. */
  text: string;
  /** What kind of bug it provokes, in one line. */
  about: string;
  /** It stands in the configuration file. */
  own: boolean;
  /** `--strategy auto` tries it. */
  auto: boolean;
  /** Why it cannot be put in force on this machine; null: it can. */
  obstacle: string | null;
}

/** Classes of noise by what makes them. */
export interface NoiseClasses {
  own: readonly string[];
  stressNg: readonly string[];
}

/** With less, what it provokes stands below the text. */
const roomForAbout = 60;

/** The conditions by name, what each provokes, and what cannot work here; then how to combine their parts. */
export function renderConditions(rows: readonly ConditionRow[], noise: NoiseClasses, screen: Appearance): string {
  const style = styleOf(screen);
  const columns = Math.min(screen.columns, widestReading);
  const nameWidth = 2 + Math.max(...rows.map(({ name }) => name.length)) + 2;
  const textWidth = Math.max(...rows.map(({ text }) => text.length)) + 2;
  const beside = nameWidth + textWidth;
  const isWide = screen.columns - beside >= roomForAbout;
  const list = rows.flatMap((row) => {
    const head = padEnd(`${markOf(row, style)} ${style.strong(row.name)}`, nameWidth) + row.text;
    const about = prose(safe(row.about, style.unicode), screen.columns, isWide ? beside : nameWidth);
    return isWide ? [padEnd(head, beside) + about[0]?.trimStart(), ...about.slice(1)] : [head, ...about];
  });
  const closing = [
    '+ is tried by --strategy auto. --strategy takes a name or a text.',
    ...obstacles(rows),
    'Parts of a text combine freely: pin:0-1,noise:cpu:4,chaos:victim. docs/config.md tells how they are written.',
    `Classes of noise: ${noise.own.join(', ')}; with stress-ng installed also ${noise.stressNg.join(', ')}.`,
  ].flatMap((text) => prose(text, columns, 0));
  const next = `Next: ${style.command('flakehunt run TEST --strategy auto')}`;
  return [...list, '', ...closing, '', next].map((line) => `${line.trimEnd()}\n`).join('');
}

function markOf({ auto, obstacle }: ConditionRow, style: Style): string {
  if (obstacle !== null) return style.odd('-');
  return auto ? '+' : ' ';
}

/** What is in the way, once for all that it is in the way of. */
function obstacles(rows: readonly ConditionRow[]): string[] {
  const found = new Set(rows.flatMap(({ obstacle }) => obstacle ?? []));
  return [...found].map((obstacle) => {
    const names = rows.filter((row) => row.obstacle === obstacle).map(({ name }) => name);
    return `- cannot work here: ${names.join(', ')} (${obstacle}).`;
  });
}
