import { EnvironmentError } from '../../errors.ts';
import type { Learnt } from '../../model/condition.ts';
import type { CollectedRuns, ExplainTarget } from '../../model/explain.ts';
import type { FailingVerdict, Judgement, Signature } from '../../model/verdict.ts';
import { parseCondition } from '../../perturb/condition-text.ts';
import type { Bench } from './bench.ts';
import type { TracedRuns, TraceOrder } from './traced-session.ts';

export interface CollectWish {
  /** Canonical texts that brought the failure in a hunt, the likeliest first; they come before the usual ones. */
  conditions: readonly string[];
  failures: number;
  passes: number;
  timeMs: number;
  /** Called once it is known how often it fails and how long a run is. */
  onEstimate(seconds: number): void;
}

/** Arms that differ in what they reach: orders, the beginnings of threads, starvation; `note` for what comes by itself. */
const usualArms: readonly string[] = [
  'chaos:note',
  'chaos:pct:1',
  'chaos:spawn',
  'chaos:handoff',
  'chaos:pct:2',
  'chaos:delays:1',
  'chaos:victim',
  'chaos:pct:3',
];

/** Runs of an arm in a round: at least, at most, and about this many milliseconds. */
const round = { least: 4, most: 40, ms: 150 };
const warmUpMs = 2000;
/** The time limit of a run: at least; as many times an ordinary one, and fewer where that costs too much. */
const leastLimit = { ms: 2000, runs: 50, fewRuns: 10 };
/** Part of the time that a first run may take: one that hangs should leave some. */
const firstLimit = 0.1;
/** Beyond it, more of one side tells nothing new. */
const mostOfASide = 150;

/**
 * Makes traced runs under several arms until enough of them failed and enough passed. Where the bench has no target, what
 * fails most often becomes it.
 * @throws EnvironmentError, EngineError
 */
export async function collect(bench: Bench, wish: CollectWish): Promise<CollectedRuns> {
  const began = performance.now();
  const arms = armsOf(wish.conditions);
  const seen = new Map(arms.map((arm) => [arm, { failures: 0, runs: 0 }]));
  const first = { condition: parseCondition('chaos:note'), runs: 8, ms: warmUpMs, learnt: null, stacks: false };
  const firstMs = Math.max(leastLimit.ms, firstLimit * wish.timeMs);
  await bench.limit(firstMs);
  const warmUp = await bench.make([first]);
  const [refusal] = warmUp.refused;
  if (refusal !== undefined) {
    throw new EnvironmentError(
      `Calls cannot be held here, so no order can be forced: ${refusal.text}. \`flakehunt doctor\` tells more.`,
    );
  }
  const {
    learnt: [learnt = null],
  } = warmUp;
  const runMs = (learnt?.spanUs ?? 10_000) / 1000;
  bench.runMs = runMs;
  // Where one hung, how long the others take is not known.
  const hung = warmUp.runs.some(({ judgement: { verdict } }) => verdict === 'hang');
  if (!hung) await bench.limit(limitFor(runMs, firstMs));
  const untargeted: { made: TracedRuns; orders: TraceOrder[] }[] = [];
  take(bench, warmUp, [first], untargeted);
  let told = false;
  for (;;) {
    const { failures, passes } = bench.sides();
    const left = wish.timeMs - (performance.now() - began);
    const enough = failures >= wish.failures && passes >= wish.passes && seenArms(seen).length >= 2;
    const long = failures >= 2 * wish.failures && passes >= wish.passes;
    if (enough || long || left <= 0) {
      return { failures, passes, arms: seenArms(seen), runMs, short: failures < wish.failures || passes < wish.passes };
    }
    const orders = nextRound(arms, seen, { runMs, learnt, failures, leftMs: left });
    const made = await bench.make(orders);
    take(bench, made, orders, untargeted);
    for (const { order, text } of made.refused) {
      const refused = arms.find((arm) => sameArm(arm, orders[order]));
      if (refused !== undefined && text !== '') arms.splice(arms.indexOf(refused), 1);
    }
    count(bench, made, orders, arms, seen);
    if (!told && bench.target !== null) {
      const rate = bench.sides().failures / Math.max(1, bench.runs.length);
      told = true;
      wish.onEstimate((Math.max(0, wish.failures - bench.sides().failures) / Math.max(rate, 0.001)) * (runMs / 1000));
    }
  }
}

function limitFor(runMs: number, dearMs: number): number {
  const { ms, runs, fewRuns } = leastLimit;
  return Math.max(ms, Math.min(runs * runMs, Math.max(fewRuns * runMs, dearMs)));
}

function armsOf(conditions: readonly string[]): string[] {
  const known = conditions.filter((text) => /^chaos:(?!force|slack)/.test(text)).slice(0, 4);
  const kind = (text: string) => text.split(':').slice(0, 3).join(':');
  return [...known, ...usualArms.filter((arm) => !known.some((text) => kind(text) === kind(arm)))];
}

function sameArm(arm: string, order: TraceOrder | undefined): boolean {
  return order !== undefined && JSON.stringify(order.condition) === JSON.stringify(parseCondition(arm));
}

/** All arms alike while nothing has failed; then those under which it failed, and `note`. */
function nextRound(
  arms: readonly string[],
  seen: ReadonlyMap<string, { failures: number; runs: number }>,
  { runMs, learnt, failures, leftMs }: { runMs: number; learnt: Learnt | null; failures: number; leftMs: number },
): TraceOrder[] {
  const runs = Math.round(Math.min(round.most, Math.max(round.least, round.ms / runMs)));
  const worth = arms.filter((arm) => {
    const { failures: own = 0, runs: made = 0 } = seen.get(arm) ?? {};
    return failures < 5 || made === 0 || own > 0 || arm === 'chaos:note';
  });
  const ms = Math.ceil(Math.max(2 * round.ms, Math.min(2 * round.least * runMs, leftMs / worth.length)));
  return worth.map((arm) => ({ condition: parseCondition(arm), runs, ms, learnt, stacks: false }));
}

/** Without a target nothing can be kept yet: the first failure names it. */
function take(
  bench: Bench,
  made: TracedRuns,
  orders: TraceOrder[],
  untargeted: { made: TracedRuns; orders: TraceOrder[] }[],
): void {
  if (bench.target !== null) {
    keepSome(bench, made, orders);
    return;
  }
  untargeted.push({ made, orders });
  bench.target = mostFrequent(untargeted.flatMap(({ made: { runs } }) => runs.map(({ judgement }) => judgement)));
  if (bench.target === null) return;
  for (const each of untargeted) keepSome(bench, each.made, each.orders);
}

function keepSome(bench: Bench, made: TracedRuns, orders: TraceOrder[]): void {
  const { failures, passes } = bench.sides();
  const runs = made.runs.filter(({ judgement }) =>
    bench.isTarget(judgement) ? failures < mostOfASide : passes < mostOfASide,
  );
  bench.keep({ ...made, runs }, orders);
}

function mostFrequent(judgements: readonly Judgement[]): ExplainTarget | null {
  const counts = new Map<string, { target: ExplainTarget; count: number }>();
  for (const { verdict, signature } of judgements) {
    if (signature === null || !isFailing(verdict)) continue;
    const key = `${verdict} ${signature.id}`;
    const known = counts.get(key) ?? { target: { verdict, signature: signature satisfies Signature }, count: 0 };
    counts.set(key, { ...known, count: known.count + 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count)[0]?.target ?? null;
}

function isFailing(verdict: Judgement['verdict']): verdict is FailingVerdict {
  return verdict === 'fail' || verdict === 'masked' || verdict === 'hang';
}

function count(
  bench: Bench,
  { runs }: TracedRuns,
  orders: readonly TraceOrder[],
  arms: readonly string[],
  seen: Map<string, { failures: number; runs: number }>,
): void {
  for (const { order, judgement } of runs) {
    const row = seen.get(arms.find((arm) => sameArm(arm, orders[order])) ?? '');
    if (row === undefined) continue;
    row.runs++;
    row.failures += bench.isTarget(judgement) ? 1 : 0;
  }
}

function seenArms(seen: ReadonlyMap<string, { failures: number }>): string[] {
  return [...seen].filter(([, { failures }]) => failures > 0).map(([arm]) => arm);
}
