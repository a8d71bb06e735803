import type { SearchRange, Seen } from '../../model/bisect.ts';
import { mixSeed, seededUniform } from '../../stats/random.ts';
import { Bisector } from './bisector.ts';

export interface ExpectedCost {
  runs: number;
  builds: number;
  seconds: number;
}

export interface CostFacts {
  /** Of the failing end. */
  rate: Seen;
  buildSeconds: number;
  runSeconds: number;
  startSeconds: number;
  confidence: number;
  fails: 'old' | 'new';
  seed: string;
}

/** Searches whose mean is told. */
const rehearsals = 5;
const mostSteps = 2000;

/**
 * What a search of so many builds is likely to cost: the mean of a few that are rehearsed, with the change at a random
 * place, on a history without branches.
 */
export function expectedCost(builds: number, facts: CostFacts): ExpectedCost {
  const totals = { runs: 0, builds: 0, seconds: 0 };
  const uniform = seededUniform(mixSeed(facts.seed, 0));
  for (let i = 0; i < rehearsals; i++) {
    const one = rehearse(builds, facts, uniform);
    totals.runs += one.runs / rehearsals;
    totals.builds += one.builds / rehearsals;
    totals.seconds += one.seconds / rehearsals;
  }
  return totals;
}

function rehearse(count: number, facts: CostFacts, uniform: () => number): ExpectedCost {
  const { rate, buildSeconds, runSeconds, startSeconds, confidence, fails } = facts;
  const nodes = Array.from({ length: Math.max(2, count) }, (_, node) => node);
  const range: SearchRange = {
    parents: nodes.map((node) => (node === 0 ? [] : [node - 1])),
    builds: nodes,
    weights: nodes.map((node) => (node === 0 ? 0 : 1)),
  };
  const change = 1 + Math.floor(uniform() * (nodes.length - 1));
  const end = fails === 'old' ? 0 : nodes.length - 1;
  const bisector = new Bisector(range, { fails, confidence });
  bisector.record(end, rate);
  const p = rate.failures / Math.max(1, rate.runs);
  const built = new Set([end]);
  const spent = { runs: 0, builds: 0, seconds: 0 };
  for (let step = 0; step < mostSteps; step++) {
    const next = bisector.next({
      buildSeconds: (node) => (built.has(node) ? 0 : buildSeconds),
      ...{ runSeconds, startSeconds, spentSeconds: spent.seconds },
    });
    if (next.kind === 'stop') break;
    if (!built.has(next.node)) {
      built.add(next.node);
      spent.builds++;
      spent.seconds += buildSeconds;
    }
    const isFailing = next.node >= change === (fails === 'new');
    // The first failure after a geometric number of runs.
    const first = isFailing ? Math.ceil(Math.log(uniform()) / Math.log1p(-Math.min(p, 1 - 1e-9))) : Infinity;
    const runs = Math.min(next.runs, Math.max(1, first));
    bisector.record(next.node, { failures: first <= next.runs ? 1 : 0, runs });
    spent.runs += runs;
    spent.seconds += startSeconds + runs * runSeconds;
  }
  return spent;
}
