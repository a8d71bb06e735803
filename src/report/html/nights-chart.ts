import type { TrendPoint } from '../../model/night.ts';
import type { Rate } from '../../model/summary.ts';
import { rateInterval } from '../../stats/interval.ts';
import { plural, rateText, shareText } from '../quantities.ts';
import type { Figure } from './plot.ts';

interface Night {
  date: Date;
  condition: string;
  rate: Rate;
  failing: boolean;
}

/** Rate of failures by night with its interval, a row a condition; each test on its own scale. */
export function nightsChart(test: string, points: readonly TrendPoint[], size: 'full' | 'small'): Figure {
  const nights = points.filter(({ runs }) => runs > 0).map(night);
  const conditions = [...new Set(points.map(({ condition }) => condition))];
  const top = topOf(nights);
  const small = size === 'small';
  const row = small ? 40 : 80;
  const failed = nights.filter(({ rate }) => rate.failures > 0);
  const clean = nights.filter(({ rate }) => rate.failures === 0);
  return {
    title: `${test}: rate of failures by night`,
    description: conditions.map((condition) => conditionText(condition, nights)).join('; '),
    options: (plot) => ({
      width: small ? 260 : 640,
      height: (row + 10) * conditions.length + 30,
      marginLeft: small ? 36 : 48,
      marginRight: small ? 4 : 10,
      marginTop: 16,
      marginBottom: 18,
      x: {
        type: 'utc',
        label: null,
        ticks: someOf(nights, small ? 3 : 5),
        tickFormat: dayText,
        tickSize: 3,
        insetLeft: 3,
        insetRight: 5,
      },
      y: {
        domain: [0, top],
        label: null,
        ticks: small ? [tickBelow(top)] : [0, tickBelow(top)],
        tickFormat: shareText,
        tickSize: 0,
      },
      fy: { domain: conditions, label: null, axis: null, padding: small ? 0.42 : 0.28 },
      marks: [
        plot.ruleY([0], { stroke: 'var(--line)' }),
        ...[clean, failed].map((own) =>
          plot.ruleX(own, {
            x: 'date',
            y1: ({ rate }: Night) => Math.min(top, rate.low),
            y2: ({ rate }: Night) => Math.min(top, rate.high),
            fy: 'condition',
            stroke: 'var(--mark-calm)',
            strokeOpacity: own === clean ? 0.4 : 1,
            strokeWidth: small ? 1 : 1.5,
          }),
        ),
        plot.dot(clean, { x: 'date', y: 0, fy: 'condition', r: small ? 1 : 1.5, fill: 'var(--mark-calm)' }),
        plot.dot(failed, {
          x: 'date',
          y: ({ rate }: Night) => Math.min(top, rate.observed),
          fy: 'condition',
          r: small ? 1.8 : 2.6,
          fill: ({ failing }: Night) => (failing ? 'var(--mark-bad)' : 'var(--mark-odd)'),
        }),
        plot.text(conditions, {
          fy: (condition: string) => condition,
          text: (condition: string) => condition,
          frameAnchor: 'top-left',
          dy: -13,
          dx: 2,
          textAnchor: 'start',
        }),
      ],
    }),
  };
}

function night({ started, condition, failures, runs, state }: TrendPoint): Night {
  return { date: new Date(started), condition, rate: rateInterval(failures, runs), failing: state === 'failing' };
}

/** Room for every rate, below the name of its condition; of an interval what there is room for. */
function topOf(nights: readonly Night[]): number {
  const most = Math.max(...nights.map(({ rate }) => rate.observed), 0.0002);
  return Math.min(1.15, 1.25 * most);
}

/** A round share to read the scale by. */
function tickBelow(top: number): number {
  const power = 10 ** Math.floor(Math.log10(top));
  const step = [5, 2, 1].find((factor) => factor * power <= top * 1.0001) ?? 1;
  return Number((step * power).toPrecision(1));
}

/** Dates to read the scale by, so many at most, the last night among them. */
function someOf(nights: readonly Night[], most: number): Date[] {
  const dates = [...new Map(nights.map(({ date }) => [dayText(date), date])).values()];
  const stride = Math.ceil(dates.length / most);
  return dates.filter((_date, index) => (dates.length - 1 - index) % stride === 0);
}

/** @example `Nov 1` */
function dayText(date: Date): string {
  return days.format(date);
}

/** Made once: making it takes as long as drawing a chart. */
const days = new Intl.DateTimeFormat('en-US', { month: 'short', day: 'numeric', timeZone: 'UTC' });

function conditionText(condition: string, nights: readonly Night[]): string {
  const own = nights.filter((other) => other.condition === condition);
  const last = own.at(-1);
  if (last === undefined) return `${condition}: no runs`;
  const failed = own.filter(({ rate }) => rate.failures > 0);
  const when = failed.at(-1)?.date.toISOString().slice(0, 10);
  const seen = when === undefined ? 'none with failures' : `${failed.length} with failures, the last on ${when}`;
  return `${condition}: ${plural(own.length, 'night')}, ${seen}; last night ${rateText(last.rate)}`;
}
