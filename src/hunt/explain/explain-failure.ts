import { align } from '../../explain/align.ts';
import { failuresForTwo } from '../../explain/interleavings.ts';
import { OrderTable } from '../../explain/order-table.ts';
import { rankOrders } from '../../explain/rank-orders.ts';
import { forcedVerdict, rate } from '../../explain/verdict.ts';
import { sweepDistances, windowOf } from '../../explain/window.ts';
import type { EventOrder, Explanation, Finding, Proof, Suspect, Window } from '../../model/explain.ts';
import type { Rate } from '../../model/summary.ts';
import { conditionText, parseCondition, plainCondition } from '../../perturb/condition-text.ts';
import { rateInterval } from '../../stats/interval.ts';
import { type Bench, type ForcedOrder, forcing } from './bench.ts';
import { bracket, meanwhile } from './bracket.ts';
import { type CollectWish, collect } from './collect.ts';
import { prove } from './prove.ts';
import { bothWays, provoking } from './provoking.ts';

export interface ExplainWish extends CollectWish {
  onPhase(text: string): void;
}

const confirmation = { rounds: 5, each: 4 };
const sweepRuns = { rounds: 2, each: 3 };
/** No further round of a sweep begins after so long, or twice what a round should take. */
const sweepMostMs = 4000;
/** Most of them in this time, but of slow ones a few in any case. */
const naturalRuns = { most: 300, ms: 2000, few: 40 };
const spreadRuns = 40;

/**
 * Finds the order of two events that makes a test fail, and proves it: collects runs, ranks orders, forces them and their
 * reverses, narrows the best to its point of decision, and confirms that with fresh runs.
 * @throws EnvironmentError, EngineError, the signal's reason
 */
export async function explainFailure(bench: Bench, wish: ExplainWish): Promise<Explanation> {
  const began = performance.now();
  wish.onPhase('collecting failing and passing runs');
  const collected = await collect(bench, wish);
  const done = (rest: Pick<Explanation, 'ranked' | 'proofs' | 'finding' | 'natural'>): Explanation => {
    const consequences = rest.proofs.length === 0 ? [] : align(bench.runs).divergent;
    const { made: runs } = bench;
    return { target: bench.target, collected, ...rest, consequences, runs, elapsedMs: performance.now() - began };
  };
  if (bench.target === null || collected.failures < leastFailures || collected.passes < leastFailures) {
    return done({ ranked: [], proofs: [], finding: null, natural: null });
  }
  const more = async () => {
    const timeMs = wish.timeMs - (performance.now() - began);
    if (timeMs <= 0 || bench.sides().failures >= failuresForTwo) return;
    wish.onPhase('collecting more failures: no single order tells the runs apart');
    await collect(bench, { ...wish, timeMs, failures: failuresForTwo, onEstimate: () => undefined });
  };
  if (needsMore(bench)) await more();
  let { proofs, ranked, finding } = await look(bench, wish);
  if (finding === null && bench.sides().failures < failuresForTwo) {
    await more();
    ({ proofs, ranked, finding } = await look(bench, wish));
  }
  wish.onPhase('measuring the natural rate');
  const natural = await naturalRate(bench);
  return done({ ranked, proofs, finding, natural });
}

async function look(bench: Bench, wish: ExplainWish): Promise<Pick<Explanation, 'proofs' | 'ranked' | 'finding'>> {
  wish.onPhase('forcing the orders that are suspected, and their reverses');
  const { proofs, ranked } = await prove(bench);
  return { proofs, ranked, finding: await confirmBest(bench, proofs, wish) };
}

/** Part of the passing runs that may have the best order; beyond it, it is not the whole story. */
const mostPassing = 0.2;

function needsMore({ runs }: Bench): boolean {
  const [best] = rankOrders(runs, align(runs).anchors);
  return best === undefined || best.score.passing.held > mostPassing * best.score.passing.seen;
}

/** Fewer of a side cannot be told from chance. */
const leastFailures = 5;
const mostConfirmed = 3;
/** Difference of the two forced rates that leaves nothing to explain. */
const decidesAll = 0.9;

/**
 * The best suspect that still stands when it is forced anew: the first that decides nearly every run, else the one that decides
 * most.
 */
async function confirmBest(bench: Bench, proofs: readonly Proof[], wish: ExplainWish): Promise<Finding | null> {
  const causes = proofs.filter(({ verdict, outdone }) => verdict === 'cause' && !outdone).slice(0, mostConfirmed);
  const confirmed: Finding[] = [];
  for (const { suspect, provoked } of causes) {
    const finding = await confirmOne(bench, suspect, rate(provoked), wish);
    if (finding !== null) confirmed.push(finding);
    if (finding !== null && strength(finding) >= decidesAll) break;
  }
  const [best = null] = confirmed.sort((a, b) => strength(b) - strength(a));
  if (best === null || best.kind === 'interleaving') return best;
  wish.onPhase('measuring the window between the two events');
  return { ...best, window: await sweep(bench, { first: best.parting, second: best.order.second }) };
}

async function confirmOne(
  bench: Bench,
  suspect: Suspect,
  provokedRate: number,
  wish: ExplainWish,
): Promise<Finding | null> {
  const [forced, against] = bothWays(bench, suspect);
  if (suspect.kind === 'interleaving') {
    wish.onPhase('confirming with fresh runs');
    const finding = await confirm(bench, suspect, forced, against, 'interleaving', suspect.first);
    return finding.verdict === 'cause' ? finding : null;
  }
  wish.onPhase('narrowing the order to its point of decision');
  const { order, forced: tight, standing, parting, within } = await bracket(bench, suspect.provoke, provokedRate);
  wish.onPhase('confirming with fresh runs');
  const before = meanwhile({ first: order.second, second: standing });
  if (within !== null) {
    const both = { first: order.second, second: within };
    const finding = await confirm(bench, both, meanwhile(both), before, 'interleaving', parting);
    if (finding.verdict === 'cause') return finding;
  }
  const tries = [
    { tried: order, provoke: tight, prevent: before },
    { tried: order, provoke: tight, prevent: against },
    { tried: suspect.provoke, provoke: forced, prevent: against },
  ];
  for (const { tried, provoke, prevent } of tries) {
    const finding = await confirm(bench, tried, provoke, prevent, 'order', parting);
    if (finding.verdict === 'cause') return finding;
  }
  return null;
}

function strength({ provoked, prevented }: Finding): number {
  return rate(provoked) - rate(prevented);
}

async function confirm(
  bench: Bench,
  { first, second }: EventOrder,
  forced: ForcedOrder,
  against: ForcedOrder,
  kind: Finding['kind'],
  parting: string,
): Promise<Finding> {
  const [provoked, prevented] = await bench.force([forced, against], { ...confirmation, stacks: true });
  const nothing = { failures: 0, runs: 0, infeasible: 0, unfinished: 0, otherFailures: 0, points: [] };
  const [{ points, ...up }, { points: others, ...down }] = [provoked ?? nothing, prevented ?? nothing];
  return {
    kind,
    order: { first, second },
    opposite: { first: against.first, second: against.second },
    provoked: up,
    prevented: down,
    verdict: forcedVerdict(up, down, mostConfirmed),
    parting,
    condition: conditionText(forcing(forced)),
    window: null,
    points: [...points, ...others],
  };
}

/** Failures over the distance of the two events, and beside it the distance that comes by itself. */
async function sweep(bench: Bench, order: EventOrder): Promise<Window> {
  const began = performance.now();
  const mostMs = Math.max(sweepMostMs, 2 * sweepDistances.length * sweepRuns.each * bench.runMs);
  const free = [
    { condition: parseCondition('chaos:note'), runs: spreadRuns, ms: naturalMs(bench), learnt: null, stacks: false },
  ];
  bench.keep(await bench.make(free), free);
  const forced = sweepDistances.map((distance): ForcedOrder => {
    const offsetUs = Math.abs(distance);
    if (distance > 0) return { ...provoking(bench, order), offsetUs };
    return { first: order.second, second: order.first, mode: 'order', after: 'done', offsetUs };
  });
  const steps: { distanceUs: number; failures: number; runs: number }[] = sweepDistances.map((distanceUs) => ({
    ...{ distanceUs, failures: 0, runs: 0 },
  }));
  for (let round = 0; round < sweepRuns.rounds && performance.now() - began < mostMs; round++) {
    const results = await bench.force(forced, { rounds: 1, each: sweepRuns.each, keep: false });
    for (const [index, { failures, runs, infeasible }] of results.entries()) {
      const step = steps[index];
      if (step === undefined || infeasible > runs / 2) continue;
      step.failures += failures;
      step.runs += runs;
    }
  }
  const rated = steps.filter(({ runs }) => runs > 0);
  return windowOf(
    rated.map(({ distanceUs, failures, runs }) => ({ distanceUs, rate: rateInterval(failures, runs) })),
    new OrderTable(
      bench.runs.filter(({ condition }) => condition === 'chaos:note'),
      [order.first, order.second],
    ).gaps(order),
  );
}

function naturalMs({ runMs }: Bench): number {
  return Math.ceil(Math.max(naturalRuns.ms, naturalRuns.few * runMs));
}

async function naturalRate(bench: Bench): Promise<Rate> {
  const runs = naturalRuns.most;
  const { runs: made } = await bench.make([
    { condition: plainCondition, runs, ms: naturalMs(bench), learnt: null, stacks: false },
  ]);
  const counted = made.filter(({ judgement: { verdict } }) => verdict !== 'skip' && verdict !== 'invalid');
  return rateInterval(counted.filter(({ judgement }) => bench.isTarget(judgement)).length, counted.length);
}
