import type { Rate } from '../../model/summary.ts';
import { rateText, shareText } from '../quantities.ts';
import type { Figure } from './plot.ts';

/** A condition's name, with its number of workers where they differ. */
export interface LabelledRate {
  label: string;
  rate: Rate;
}

/** Rates side by side, an interval a condition. */
export function armsChart(test: string, rows: readonly LabelledRate[]): Figure {
  const top = Math.min(
    1,
    1.1 * Math.max(...rows.map(({ rate }) => (rate.failures > 0 ? rate.high : rate.observed)), 0.0001),
  );
  const longest = Math.max(...rows.map(({ label }) => label.length));
  return {
    title: `${test}: share of runs that failed, by condition`,
    description: rows.map(({ label, rate }) => `${label}: ${rateText(rate)}`).join('; '),
    options: (plot) => ({
      width: 520,
      height: 19 * rows.length + 30,
      marginLeft: Math.min(240, 14 + 7 * longest),
      marginRight: 16,
      marginTop: 6,
      marginBottom: 24,
      x: { domain: [0, top], label: null, ticks: 5, tickFormat: (share: number) => shareText(share), tickSize: 3 },
      y: { domain: rows.map(({ label }) => label), label: null, tickSize: 0 },
      marks: [
        plot.gridX({ stroke: 'var(--hair)', strokeOpacity: 1, ticks: 5 }),
        plot.ruleY(rows, {
          y: 'label',
          x1: ({ rate }: LabelledRate) => Math.min(top, rate.low),
          x2: ({ rate }: LabelledRate) => Math.min(top, rate.high),
          stroke: 'var(--mark-calm)',
          strokeWidth: 2.4,
        }),
        plot.dot(
          rows.filter(({ rate }) => rate.failures > 0),
          { y: 'label', x: ({ rate }: LabelledRate) => rate.observed, r: 3.2, fill: 'var(--mark-bad)' },
        ),
      ],
    }),
  };
}
