import { align } from '../../explain/align.ts';
import { findInterleavings } from '../../explain/interleavings.ts';
import { OrderTable, separation } from '../../explain/order-table.ts';
import { rankOrders } from '../../explain/rank-orders.ts';
import { forcedVerdict, rate } from '../../explain/verdict.ts';
import type { ForcedRuns, OrderClass, Proof, Suspect } from '../../model/explain.ts';
import type { Bench } from './bench.ts';
import { bothWays } from './provoking.ts';

/** Suspects that are put to the proof in one round, and rounds: what is forced teaches, too. */
const suspectsARound = 6;
const mostRounds = 3;
const mostInterleavings = 4;
const proofRuns = { rounds: 2, each: 4 };
const moreRuns = { rounds: 4, each: 4 };
const worthMore = 0.4;
/** An order that tells the outcome better by less is as good. */
const clearlyBetter = 0.1;

/**
 * Puts what is suspected to the proof, in rounds: all runs under force are evidence as well, by which an order that only
 * went along with the cause falls behind it. Best first: causes that nothing outdoes before all others.
 */
export async function prove(bench: Bench): Promise<{ proofs: Proof[]; ranked: OrderClass[] }> {
  const ranked = ranking(bench);
  const proofs: Proof[] = [];
  for (let round = 0; round < mostRounds; round++) {
    const known = new Set(proofs.map(({ suspect }) => nameOf(suspect)));
    const suspects = suspectsOf(bench, round === 0 ? ranked : ranking(bench)).filter((one) => !known.has(nameOf(one)));
    if (suspects.length === 0) break;
    const first = await forceBothWays(bench, suspects, proofRuns);
    proofs.push(...(await again(bench, first)));
  }
  return { proofs: compared(bench, proofs), ranked };
}

type Forced = Omit<Proof, 'outdone'>;

async function forceBothWays(
  bench: Bench,
  suspects: readonly Suspect[],
  runs: { rounds: number; each: number },
): Promise<Forced[]> {
  const results = await bench.force(
    suspects.flatMap((one) => bothWays(bench, one)),
    runs,
  );
  return suspects.flatMap((suspect, index) => {
    const [provoked, prevented] = results.slice(2 * index, 2 * index + 2);
    if (provoked === undefined || prevented === undefined) return [];
    return [{ suspect, provoked, prevented, verdict: forcedVerdict(provoked, prevented, suspects.length) }];
  });
}

/** Those that look as if they mattered, while so few runs cannot tell, get more of them. */
async function again(bench: Bench, first: readonly Forced[]): Promise<Proof[]> {
  const open = first.filter((one) => one.verdict === 'not causal' && strength(one) >= worthMore);
  const more = await forceBothWays(
    bench,
    open.map(({ suspect }) => suspect),
    moreRuns,
  );
  return first.map((one) => {
    const second = more[open.indexOf(one)];
    if (second === undefined) return { ...one, outdone: false };
    const [provoked, prevented] = [sum(one.provoked, second.provoked), sum(one.prevented, second.prevented)];
    return { ...one, provoked, prevented, verdict: forcedVerdict(provoked, prevented, first.length), outdone: false };
  });
}

function sum(a: ForcedRuns, b: ForcedRuns): ForcedRuns {
  return {
    failures: a.failures + b.failures,
    runs: a.runs + b.runs,
    infeasible: a.infeasible + b.infeasible,
    unfinished: a.unfinished + b.unfinished,
    otherFailures: a.otherFailures + b.otherFailures,
  };
}

function ranking(bench: Bench): OrderClass[] {
  return rankOrders(bench.runs, align(bench.runs).anchors);
}

function suspectsOf(bench: Bench, ranked: readonly OrderClass[]): Suspect[] {
  const orders = ranked.slice(0, suspectsARound).map((one): Suspect => ({ kind: 'order', ...one }));
  const found = findInterleavings(bench.runs, align(bench.runs)).slice(0, mostInterleavings);
  return [...orders, ...found.map((one): Suspect => ({ kind: 'interleaving', ...one }))];
}

function nameOf(suspect: Suspect): string {
  if (suspect.kind === 'interleaving') return `both ${suspect.first} ${suspect.second}`;
  return `${suspect.provoke.first} ${suspect.provoke.second}`;
}

/** By all runs there are: of orders that decide when they are forced, that one is the cause which tells them apart best. */
function compared(bench: Bench, proofs: readonly Proof[]): Proof[] {
  const table = new OrderTable(bench.runs, [
    ...new Set(bench.runs.flatMap(({ events }) => events.map(({ key }) => key))),
  ]);
  const own = ({ suspect }: Proof) =>
    suspect.kind === 'interleaving' ? null : separation(table.count(table.holds(suspect.provoke)));
  const causes = proofs.filter(({ verdict }) => verdict === 'cause');
  const best = Math.max(0, ...causes.map((proof) => own(proof) ?? 0));
  const judged = proofs.map((proof) => ({ ...proof, outdone: (own(proof) ?? best) < best - clearlyBetter }));
  return judged.toSorted(
    (a, b) => grade(a) - grade(b) || (own(b) ?? best) - (own(a) ?? best) || strength(b) - strength(a),
  );
}

function grade({ verdict, outdone }: Proof): number {
  if (verdict === 'cause') return outdone ? 1 : 0;
  return verdict === 'contributing' ? 2 : 3;
}

function strength({ provoked, prevented }: Forced): number {
  return rate(provoked) - rate(prevented);
}
