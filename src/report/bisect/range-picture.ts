import type { BisectRow, BisectSummary } from '../../model/bisect.ts';
import { displayWidth } from '../display-text.ts';
import { labelWidth, widestReading } from '../labelled.ts';
import { plural } from '../quantities.ts';
import type { Appearance, Style } from '../style.ts';
import { shortId, unitOf } from './commit-text.ts';
import { factLines } from './fact-lines.ts';
import { posteriorText, whole } from './figures.ts';

/** A commit is drawn at most so wide. */
const widestCommit = 3;
/** Less of the posterior than this leaves its place empty. */
const leastMass = 1e-3;
const leastTop = 0.02;

interface Alphabet {
  levels: string;
  fails: string;
  clean: string;
  mixed: string;
  unusable: string;
  found: string;
}

const unicode: Alphabet = { levels: '▁▂▃▄▅▆▇█', fails: '●', clean: '○', mixed: '◐', unusable: '×', found: '▲' };
const ascii: Alphabet = { levels: '.:-=+*%#', fails: 'x', clean: 'o', mixed: '/', unusable: '!', found: '^' };

interface Bucket {
  mass: number;
  mark: 'fails' | 'clean' | 'mixed' | 'unusable' | null;
  /** A change was found here. */
  found: boolean;
}

/**
 * The range from the old end on the left to the new one: how the posterior is spread over it, and below what was seen where.
 * Nothing before the first run.
 */
export function rangePicture(summary: BisectSummary, { columns }: Appearance, style: Style): string[] {
  const { rows, outcome } = summary;
  if (outcome === 'not-reproduced' || outcome === 'both-fail') return [];
  const [old, fresh] = [rows[0], rows.at(-1)];
  if (old === undefined || fresh === undefined || rows.every(({ rate }) => rate === null)) return [];
  const room = Math.min(columns, widestReading) - labelWidth;
  const perBucket = Math.ceil(rows.length / room);
  const wide = perBucket > 1 ? 1 : Math.max(1, Math.min(widestCommit, Math.floor(room / rows.length)));
  const buckets = bucketsOf(summary, perBucket);
  const signs = style.unicode ? unicode : ascii;
  const lead = ' '.repeat(labelWidth);
  const ends = [`old ${shortId(old.commit)}`, `${shortId(fresh.commit)} new`];
  const gap = Math.max(2, buckets.length * wide - displayWidth(ends.join('')));
  return [
    `posterior  ${style.strong(
      buckets
        .map((bucket) => levelOf(bucket, buckets, signs).repeat(wide))
        .join('')
        .trimEnd(),
    )}`.trimEnd(),
    `seen       ${buckets.map((bucket) => markOf(bucket, signs, wide, style)).join('')}`.trimEnd(),
    ...foundLine(buckets, signs, wide),
    `${lead}${ends.join(' '.repeat(gap))}`,
    ...factLines('', [legend(buckets, plural(perBucket, unitOf(summary.header)), perBucket, signs)], columns),
  ];
}

function bucketsOf({ rows, findings }: BisectSummary, perBucket: number): Bucket[] {
  const found = findings.filter(({ state }) => state === 'found');
  const culprits = new Set(found.map(({ suspects: [first] }) => first?.commit.commit));
  return Array.from({ length: Math.ceil(rows.length / perBucket) }, (_, i) => {
    const within = rows.slice(i * perBucket, (i + 1) * perBucket);
    return {
      mass: within.reduce((sum, { mass }) => sum + mass, 0),
      mark: markFor(within),
      found: within.some(({ commit }) => culprits.has(commit.commit)),
    };
  });
}

function markFor(rows: readonly BisectRow[]): Bucket['mark'] {
  const rates = rows.flatMap(({ rate }) => (rate === null || rate.runs === 0 ? [] : rate));
  const fails = rates.some(({ failures }) => failures > 0);
  const clean = rates.some(({ failures }) => failures === 0);
  if (fails) return clean ? 'mixed' : 'fails';
  if (clean) return 'clean';
  return rows.some(({ state }) => state === 'unusable') ? 'unusable' : null;
}

/** As high as its share of what the highest sign stands for. */
function levelOf({ mass }: Bucket, buckets: readonly Bucket[], { levels }: Alphabet): string {
  if (mass < leastMass) return ' ';
  return levels[Math.max(0, Math.ceil((mass / topOf(buckets)) * levels.length) - 1)] ?? ' ';
}

/** The fullest place, but where nothing holds much of the posterior it is not to look as if something did. */
function topOf(buckets: readonly Bucket[]): number {
  return Math.max(leastTop, ...buckets.map(({ mass }) => mass));
}

function markOf({ mark }: Bucket, signs: Alphabet, wide: number, style: Style): string {
  if (mark === null) return ' '.repeat(wide);
  const paint = { fails: style.bad, clean: style.good, mixed: style.odd, unusable: style.odd }[mark];
  return paint(signs[mark]) + ' '.repeat(wide - 1);
}

function foundLine(buckets: readonly Bucket[], { found }: Alphabet, wide: number): string[] {
  if (!buckets.some((bucket) => bucket.found)) return [];
  return [`found      ${buckets.map((bucket) => (bucket.found ? found : ' ').padEnd(wide)).join('')}`.trimEnd()];
}

/** Of the marks only those that are there. */
function legend(buckets: readonly Bucket[], column: string, perBucket: number, signs: Alphabet): string {
  const empty = buckets.every(({ mass }) => mass < leastMass);
  const has = (mark: Bucket['mark']) => buckets.some((bucket) => bucket.mark === mark);
  const texts = {
    fails: 'failed',
    clean: 'did not fail',
    mixed: 'some failed, some did not',
    unusable: 'not usable',
  };
  const marks = (['fails', 'clean', 'mixed', 'unusable'] as const).filter(has);
  return [
    ...(empty ? [] : [`${signs.levels.at(-1)} is ${posteriorText(topOf(buckets))}`]),
    ...marks.map((mark) => `${signs[mark]} ${texts[mark]}`),
    ...(perBucket === 1 ? [] : [`${column} a column`]),
  ]
    .map(whole)
    .join(', ');
}
