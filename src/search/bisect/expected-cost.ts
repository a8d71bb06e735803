import type { SearchRange, Seen } from '../../model/bisect.ts';
import { mixSeed, seededUniform } from '../../stats/random.ts';
import { Bisector } from './bisector.ts';
import { rehearse } from './rehearsal.ts';

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

/**
 * What a search of so many builds is likely to cost: the mean of a few that are rehearsed, with the change at a random
 * place, on a history without branches.
 */
export function expectedCost(
  builds: number,
  { rate: seen, confidence, fails, seed, ...times }: CostFacts,
): ExpectedCost {
  const nodes = Array.from({ length: Math.max(2, builds) }, (_, node) => node);
  const range: SearchRange = {
    parents: nodes.map((node) => (node === 0 ? [] : [node - 1])),
    builds: nodes,
    weights: nodes.map((node) => (node === 0 ? 0 : 1)),
  };
  const end = fails === 'old' ? 0 : nodes.length - 1;
  const failing = Math.min(seen.failures / Math.max(1, seen.runs), 1);
  const totals = { runs: 0, builds: 0, seconds: 0 };
  const uniform = seededUniform(mixSeed(seed, 0));
  for (let i = 0; i < rehearsals; i++) {
    const change = 1 + Math.floor(uniform() * (nodes.length - 1));
    const rate = (node: number) => (node >= change === (fails === 'new') ? failing : 0);
    const bisector = new Bisector(range, { fails, confidence });
    bisector.record(end, seen);
    const one = rehearse(bisector, { rate, ...times, built: [end] }, uniform);
    totals.runs += one.runs / rehearsals;
    totals.builds += one.builds / rehearsals;
    totals.seconds += one.seconds / rehearsals;
  }
  return totals;
}
