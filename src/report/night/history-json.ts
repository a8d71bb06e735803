import type { NightRow } from '../../model/history.ts';
import { rateInterval } from '../../stats/interval.ts';
import { seen } from './seen.ts';
import type { Trend } from './trend-text.ts';

/** Version of the documents of `flakehunt history --json`; see docs/json.md. */
const jsonVersion = 1;

/** The nights, the oldest first. */
export function historyJson(nights: readonly NightRow[]): string {
  return `${JSON.stringify({ v: jsonVersion, kind: 'history', nights }, null, 2)}\n`;
}

/** The nights of a test or a signature, the oldest first. */
export function trendJson({ kind, subject, cells, signatures }: Trend): string {
  const points = cells.map(({ cell, ...place }) => {
    const { failures, runs } = seen(cell);
    return { ...place, test: cell.test, condition: cell.condition, rate: rateInterval(failures, runs) };
  });
  return `${JSON.stringify({ v: jsonVersion, kind: 'trend', of: kind, subject, points, signatures }, null, 2)}\n`;
}
