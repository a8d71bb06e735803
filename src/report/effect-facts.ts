import type { Effect } from '../model/summary.ts';
import { chaosArm, intercepts } from './chaos-arm.ts';
import { durationText, shareText } from './quantities.ts';

/** More intercepted calls than this, taken back by signals, can fail a test by themselves (EINTR). */
const suspectShare = 0.01;

/** What an average run was exposed to, a fact a piece; what did not happen goes unsaid, but for interception itself. */
export function effectFacts(effect: Effect, condition: string): string[] {
  const { runs, threads, events, held, heldUs, releases, points, sampled, migrations } = effect;
  const facts = (count: number, words: string, of = runs) => (count === 0 ? [] : [`${perRun(count, of)} ${words}`]);
  return [
    ...facts(threads, 'threads'),
    ...(intercepts(condition) ? [`${perRun(events, runs)} calls intercepted`] : []),
    ...(held === 0 ? [] : [`${perRun(held, runs)} held for ${durationText(heldUs / held)}`]),
    ...facts(releases, 'let go one by one'),
    ...facts(points, chaosArm(condition)?.arm === 'shuffle' ? 'changes of CPUs' : 'changes of priority'),
    ...(effect.cancelled === 0 ? [] : [`${cancelledText(effect)} taken back by signals`]),
    ...facts(switches(effect), 'context switches'),
    ...(sampled === 0 ? ['migrations not counted'] : [`${perRun(migrations, sampled)} migrations`]),
  ];
}

/** Signals took back so many calls that a failure may be of our making. */
export function isSuspect({ cancelled, events }: Effect): boolean {
  return cancelled > suspectShare * events;
}

/** Share of the intercepted calls that signals took back. */
export function cancelledText({ cancelled, events }: Effect): string {
  return shareText(Number((cancelled / Math.max(1, events)).toPrecision(2)));
}

export function switches({ voluntarySwitches, involuntarySwitches }: Effect): number {
  return voluntarySwitches + involuntarySwitches;
}

/** A mean, to about two digits: `0.031`, `2.4`, `41`. */
export function perRun(count: number, runs: number): string {
  const mean = count / Math.max(1, runs);
  return mean < 9.95 ? String(Number(mean.toPrecision(2))) : String(Math.round(mean));
}
