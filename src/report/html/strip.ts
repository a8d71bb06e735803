import type { TestState, TrendPoint } from '../../model/night.ts';
import { plural } from '../quantities.ts';
import { Html, html } from './html.ts';

/** Where a night's bar begins and ends, of 16: the worse, the taller, so that no colour is needed to read it. */
const bars: Partial<Record<TestState, [number, number]>> = {
  passing: [13, 16],
  flaky: [6, 16],
  failing: [0, 16],
  skipped: [15, 16],
  invalid: [8, 10],
};
const [step, width] = [6, 5];
/** Of few nights bars would be slabs. */
const fewestPlaces = 30;

export const stateWords: Record<TestState, string> = {
  passing: 'every run passed',
  flaky: 'some runs failed',
  failing: 'every run failed',
  skipped: 'skipped',
  invalid: 'nothing learnt',
  'not-run': 'not run',
};

/** A test's nights under a condition, the oldest first, a bar each. */
export function nightStrip(nights: readonly string[], points: readonly TrendPoint[]): Html {
  const all = Math.max(fewestPlaces, nights.length);
  const places = new Map(nights.map((night, index) => [night, all - nights.length + index]));
  const paths = Object.entries(bars).map(([state, bar]) => {
    const own = points.filter((point) => point.state === state);
    if (own.length === 0) return null;
    const taken = own.map(({ night }) => places.get(night) ?? 0);
    // What passed is the ground the others stand on: one bar for nights on end.
    const runs = state === 'passing' ? onEnd(taken) : taken.map((place) => ({ place, count: 1 }));
    return new Html(`<path class="s-${state}" d="${runs.map((run) => barPath(run, bar)).join('')}"/>`);
  });
  return html`<svg class="strip" role="img" aria-label="${spoken(points)}" viewBox="0 0 ${step * all} 16" preserveAspectRatio="none">${paths}</svg>`;
}

/** What the bars mean. */
export function stripLegend(): Html {
  const items = Object.entries(bars).map(
    ([state, bar]) =>
      html`<li><svg width="8" height="16" viewBox="0 0 5 16" aria-hidden="true"><path class="s-${state}" d="${barPath({ place: 0, count: 1 }, bar)}"/></svg>${stateWords[state as TestState]}</li>`,
  );
  return html`<ul class="legend">${items}<li>no bar: ${stateWords['not-run']}</li></ul>`;
}

interface Run {
  place: number;
  count: number;
}

function onEnd(places: readonly number[]): Run[] {
  const runs: Run[] = [];
  for (const place of places) {
    const last = runs.at(-1);
    if (last !== undefined && last.place + last.count === place) last.count++;
    else runs.push({ place, count: 1 });
  }
  return runs;
}

function barPath({ place, count }: Run, [from, to]: [number, number]): string {
  const length = step * (count - 1) + width;
  return `M${step * place} ${from}h${length}v${to - from}h-${length}z`;
}

function spoken(points: readonly TrendPoint[]): string {
  const ran = points.filter(({ state }) => state !== 'not-run');
  const failed = ran.filter(({ failures }) => failures > 0);
  const last = failed.at(-1)?.started.slice(0, 10);
  return `${plural(ran.length, 'night')}, ${last === undefined ? 'no failure' : `${failed.length} with failures, the last on ${last}`}`;
}
