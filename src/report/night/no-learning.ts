import type { NightCell, NightReport } from '../../model/night.ts';
import { safe } from '../display-text.ts';
import { prose, widestReading } from '../labelled.ts';
import { plural } from '../quantities.ts';
import type { Appearance } from '../style.ts';

const mostNames = 8;

/** Tests that taught nothing, by the reason, and runs that were kept apart. */
export function noLearning({ cells, verdicts, header }: NightReport, screen: Appearance): string[] {
  const idle = new Set(
    verdicts.filter(({ state }) => ['skipped', 'invalid', 'not-run'].includes(state)).map(({ test }) => test),
  );
  const reasons = new Map<string, Set<string>>();
  for (const { test, reason } of cells) {
    if (!idle.has(test)) continue;
    const why = reason ?? 'it skips without a word';
    reasons.set(why, (reasons.get(why) ?? new Set()).add(test));
  }
  const lines = [...reasons].map(
    ([why, tests]) => `${plural(tests.size, 'test')} taught nothing: ${why} (${named([...tests])})`,
  );
  const refused = cells.filter(
    ({ test, reason, counts, overloaded }) =>
      !idle.has(test) && reason !== null && total(counts) === 0 && overloaded.runs === 0,
  );
  const later = new Set(refused.map(({ test }) => test)).size;
  if (later > 0)
    lines.push(
      `${plural(later, 'test')} of ${header.tests.length} had no run under one of the conditions: ${refused[0]?.reason}`,
    );
  return [...lines, ...overloadLines(cells)].flatMap((line) => [
    '',
    ...prose(safe(line, screen.unicode), Math.min(screen.columns, widestReading), 0),
  ]);
}

function overloadLines(cells: readonly NightCell[]): string[] {
  const apart = cells.reduce((sum, { overloaded }) => sum + overloaded.runs, 0);
  if (apart === 0) return [];
  const failed = cells.reduce((sum, { overloaded }) => sum + overloaded.failures, 0);
  return [
    `${plural(apart, 'run')} (${failed} of them failed) were made while others wanted more than all CPUs; they are kept apart and in no rate.`,
  ];
}

function named(tests: readonly string[]): string {
  const more = tests.length - mostNames;
  return `${tests.slice(0, mostNames).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function total(counts: NightCell['counts']): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
