import type { Window } from '../../model/explain.ts';
import { durationText } from '../quantities.ts';

/** From which distance on it fails, and the distance that comes by itself. */
export function windowTexts({ passesToUs, failsFromUs, natural }: Window): string[] {
  const texts: string[] = [];
  if (failsFromUs !== null && passesToUs !== null) {
    texts.push(
      `passes with the second point up to ${distance(passesToUs)} the first, fails from ${distance(failsFromUs)} on`,
    );
  } else if (failsFromUs !== null) texts.push(`fails from ${distance(failsFromUs)} the first point on`);
  if (natural !== null) {
    const { medianUs, p99Us, runs } = natural;
    texts.push(
      `unforced, the second point is ${distance(medianUs)} the first (median of ${runs} runs), at most ${distance(p99Us)} in 99 % of them`,
    );
  }
  return texts;
}

/** `40 us behind`, `1.2 ms before` */
function distance(us: number): string {
  return `${durationText(Math.abs(us))} ${us < 0 ? 'before' : 'behind'}`;
}
