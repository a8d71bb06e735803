import type { Explanation, ForcedRuns, Proof } from '../../model/explain.ts';
import { rateInterval } from '../../stats/interval.ts';
import { plural, rateText } from '../quantities.ts';

/** `20 of 20 runs, above 86 % (95 %)` */
export function forcedText({ failures, runs, infeasible }: ForcedRuns): string {
  const rate = rateText(rateInterval(failures, runs));
  const lost = infeasible === 0 ? '' : `; it could not be had in ${infeasible}`;
  return `${failures} of ${plural(runs, 'run')} failed, ${rate}${lost}`;
}

/** What the explanation rests on. */
export function collectedText({ collected: { failures, passes, arms } }: Explanation): string {
  return `${plural(failures, 'failing run')} and ${plural(passes, 'passing run')}, under ${plural(arms.length, 'arm')}: ${arms.join(', ')}`;
}

/** What was put to the proof, by verdict. */
export function suspectsText(proofs: readonly Proof[]): string {
  const counts = new Map<string, number>();
  for (const { verdict, outdone } of proofs) {
    const name = verdict === 'cause' && outdone ? 'went along with a cause' : nameOf[verdict];
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const parts = [...counts].map(([name, count]) => `${count} ${name}`);
  return `${plural(proofs.length, 'suspected order')} forced both ways: ${parts.join(', ')}`;
}

const nameOf = {
  cause: 'decided',
  contributing: 'contributed',
  'not causal': 'refuted',
  infeasible: 'could not be had',
} as const;

/** Why there is no answer, what was excluded, and what is out of reach, a text each. */
export function noCauseTexts(explanation: Explanation): string[] {
  const { target, collected, proofs, ranked } = explanation;
  if (target === null) return ['It did not fail in any run, so there is nothing to explain.'];
  if (collected.passes === 0 && collected.failures >= 5) {
    return [
      `It failed in all of ${plural(collected.failures, 'run')}, under ${plural(collected.arms.length, 'arm')}: no run passed that could be compared. What fails always depends on no order that chaos can change.`,
      'What to try: `flakehunt bisect` finds the commit that broke it, --limit gives a run longer.',
    ];
  }
  if (collected.failures < 5 || collected.passes < 5) {
    return [`Only ${collectedText(explanation)}: too few to compare. More time (--time) may bring more.`];
  }
  const excluded =
    proofs.length === 0
      ? 'No order of two calls in different threads tells failing runs from passing ones.'
      : `None of the orders that tell failing runs from passing ones decides the outcome: ${suspectsText(proofs)}.`;
  const many = ranked.length === 0 ? [] : [`The likeliest of them are listed below; none is called a cause.`];
  const isThin = Math.min(collected.failures, collected.passes) < 10;
  return [
    excluded,
    ...many,
    ...(isThin
      ? [
          `That rests on ${plural(collected.failures, 'failing run')} and ${plural(collected.passes, 'passing run')} only, which excludes little: give it more time (--time).`,
        ]
      : []),
    'Out of reach: windows without a system call, what the kernel does concurrently (io-wq, SQPOLL, interrupts), weak memory order, random input.',
    'What to try: ThreadSanitizer (-fsanitize=thread), another kernel, `flakehunt run` with more arms.',
  ];
}
