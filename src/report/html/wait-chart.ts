import type { FailureSpeed } from '../../model/summary.ts';
import { durationText } from '../quantities.ts';
import type { Figure } from './plot.ts';

/** Failures a second under a condition. */
export interface Arm {
  condition: string;
  speed: FailureSpeed;
}

interface Point {
  seconds: number;
  chance: number;
  low: number;
  high: number;
  condition: string;
}

const colours = ['var(--ink)', 'var(--second)', 'var(--mark-bad)'];

/**
 * The chance to see a failure within a time, of hunting under each condition: 1 - exp(-speed * time), with the interval of
 * the speed. Of many conditions the first, which the others are compared with, and the fastest.
 */
export function waitChart(test: string, arms: readonly Arm[]): Figure | null {
  const [first, ...others] = arms;
  const fast = others.toSorted((a, b) => b.speed.observed - a.speed.observed).slice(0, colours.length - 1);
  const shown = [...(first === undefined ? [] : [first]), ...fast].filter(({ speed }) => speed.failures > 0);
  const bySpeed = shown.toSorted((a, b) => b.speed.observed - a.speed.observed);
  const [fastest, slowest] = [bySpeed[0], bySpeed.at(-1)];
  if (fastest === undefined || slowest === undefined) return null;
  const [from, to] = [0.05 / fastest.speed.observed, 4 / slowest.speed.observed];
  const points = shown.flatMap((arm) => curve(arm, from, to));
  return {
    title: `${test}: chance to see a failure within a time`,
    description: shown
      .map(({ condition, speed }) => `${condition}: half of all waits are over after ${durationText(medianUs(speed))}`)
      .join('; '),
    options: (plot) => ({
      width: 330,
      height: 206,
      marginLeft: 36,
      marginRight: 10,
      marginTop: 16,
      marginBottom: 20,
      x: {
        type: 'log',
        domain: [from, to],
        label: null,
        ticks: ticksWithin(from, to),
        tickFormat: (seconds: number) => durationText(1e6 * seconds),
        tickSize: 3,
      },
      y: {
        domain: [0, 1],
        label: null,
        ticks: [0, 0.5, 1],
        tickFormat: (share: number) => `${100 * share} %`,
        tickSize: 0,
      },
      color: { domain: shown.map(({ condition }) => condition), range: colours },
      marks: [
        plot.gridY([0, 0.5, 1], { stroke: 'var(--hair)', strokeOpacity: 1 }),
        plot.areaY(points, {
          x: 'seconds',
          y1: 'low',
          y2: 'high',
          z: 'condition',
          fill: 'condition',
          fillOpacity: 0.13,
        }),
        plot.line(points, { x: 'seconds', y: 'chance', z: 'condition', stroke: 'condition', strokeWidth: 1.75 }),
        plot.text(shown, {
          frameAnchor: 'left',
          y: (_arm: Arm, index: number) => 0.93 - 0.11 * index,
          text: ({ condition }: Arm) => `― ${condition}`,
          fill: 'condition',
          textAnchor: 'start',
          dx: 4,
        }),
      ],
    }),
  };
}

function curve({ condition, speed }: Arm, from: number, to: number): Point[] {
  const steps = 40;
  const within = (perSecond: number, seconds: number) => -Math.expm1(-perSecond * seconds);
  return Array.from({ length: steps + 1 }, (_, step) => {
    const seconds = from * (to / from) ** (step / steps);
    const [chance, low, high] = [speed.observed, speed.low, speed.high ?? 0].map((each) => within(each, seconds));
    return { seconds, chance: chance ?? 0, low: low ?? 0, high: high ?? 0, condition };
  });
}

function medianUs({ observed }: FailureSpeed): number {
  return (1e6 * Math.LN2) / observed;
}

/** Round times of which there are not more than there is room for. */
function ticksWithin(from: number, to: number): number[] {
  const within = roundSeconds.filter((seconds) => seconds >= from && seconds <= to);
  const stride = Math.ceil(within.length / 4);
  return within.filter((_seconds, index) => index % stride === 0);
}

const [minute, hour, day] = [60, 3600, 86_400];
const roundSeconds = [0.001, 0.01, 0.1, 1, 10, minute, 10 * minute, hour, 6 * hour, day, 10 * day, 100 * day];
