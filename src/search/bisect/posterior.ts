import type { SearchRange, Seen } from '../../model/bisect.ts';
import type { Ancestry } from './ancestry.ts';
import type { ChangeKind, Levels } from './levels.ts';

/** What was seen of one build, at one of the nodes that have it. */
export interface Visit {
  node: number;
  seen: Seen;
}

/** What does not change while a history is searched. */
export interface SearchModel {
  range: SearchRange;
  /** The end that fails. */
  fails: 'old' | 'new';
  change: ChangeKind;
  ancestry: Ancestry;
  levels: Levels;
}

/** Hypotheses that nothing seen so far can tell apart. */
export interface Cell {
  /** Indices of hypotheses (see Ancestry), ascending. */
  hypotheses: number[];
  /** Prior mass: by the weights, and if all were alike. */
  weight: number;
  evenWeight: number;
  /** Of each visit, whether its node is in the new state. */
  isNew: boolean[];
}

/** How visits divide the hypotheses, and what they say of each part. */
export interface Posterior {
  cells: Cell[];
  /** Probability that the change lies in the cell: by the weights, and if all were alike before. */
  change: number[];
  evenChange: number[];
  /** Probability that nothing changed inside the range. */
  none: number;
  evenNone: number;
  /** Given that the change lies in cell c: what is known of the levels then. */
  given: Given[];
  /** Given that nothing changed. */
  givenNone: Given;
}

/** Where the rate may have been reduced, given where it went. */
export interface Given {
  clean: Seen;
  /** One for each cell that may hold the reduction, and one (cell null) for there being none. */
  reductions: Reduction[];
}

export interface Reduction {
  cell: number | null;
  mass: number;
  high: Seen;
  low: Seen;
}

/** Before anything is seen: nothing changed in the range; beside the change another one reduced the rate. */
const priorNone = 0.05;
const priorReduction = 0.15;
/** Reductions less likely than this are not followed up. */
const negligible = 1e-4;

/**
 * What the visits say of each hypothesis. The rates of the failing side, of what may be a reduced part of it, and of the
 * clean side are unknown and integrated out; a reduction is a nuisance when the change is looked for, and the other way
 * round. Hypotheses that no visit tells apart are one cell, so that there are few sums however long the history.
 */
export function posteriorOf(model: SearchModel, visits: readonly Visit[]): Posterior {
  const cells = cellsOf(model, visits);
  const total = sum(cells.map(({ weight }) => weight));
  const evenTotal = sum(cells.map(({ evenWeight }) => evenWeight));
  const shares = cells.map(({ weight }) => weight / total);
  const all = [...cells.map((_, index) => index), null].map((cell) => givenChange(model, visits, cells, shares, cell));
  const logs = all.map(({ log }) => log);
  const weighted = normalised(logs, [...shares.map((share) => (1 - priorNone) * share), priorNone]);
  const even = normalised(logs, [
    ...cells.map(({ evenWeight }) => ((1 - priorNone) * evenWeight) / evenTotal),
    priorNone,
  ]);
  const given = all.map(({ given: one }) => one);
  return {
    cells,
    change: weighted.slice(0, -1),
    evenChange: even.slice(0, -1),
    none: weighted.at(-1) ?? 0,
    evenNone: even.at(-1) ?? 0,
    given: given.slice(0, -1),
    givenNone: given.at(-1) as Given,
  };
}

function cellsOf({ range, ancestry }: SearchModel, visits: readonly Visit[]): Cell[] {
  const labels = labelsOf(ancestry, visits);
  const cells: Cell[] = [];
  for (const [hypothesis, label] of labels.entries()) {
    let cell = cells[label];
    if (cell === undefined) {
      const isNew = visits.map(({ node }) => ancestry.isNew(node, hypothesis));
      cell = { hypotheses: [], weight: 0, evenWeight: 0, isNew };
      cells[label] = cell;
    }
    cell.hypotheses.push(hypothesis);
    cell.weight += range.weights[ancestry.nodes[hypothesis] ?? 0] ?? 0;
    cell.evenWeight++;
  }
  return cells;
}

/** Equal numbers for hypotheses that no visit tells apart. */
function labelsOf(ancestry: Ancestry, visits: readonly Visit[]): number[] {
  const bounds = visits.map(({ node }) => ancestry.newest(node));
  if (bounds.every((bound) => bound !== null)) {
    const starts = new Set<number>(bounds);
    let label = 0;
    return ancestry.nodes.map((_, hypothesis) => (hypothesis > 0 && starts.has(hypothesis) ? ++label : label));
  }
  let labels: number[] = ancestry.nodes.map(() => 0);
  for (const { node } of visits) {
    const names = new Map<number, number>();
    labels = labels.map((label, hypothesis) => {
      const key = 2 * label + (ancestry.isNew(node, hypothesis) ? 1 : 0);
      const name = names.get(key) ?? names.size;
      names.set(key, name);
      return name;
    });
  }
  return labels;
}

/** Log of the chance of all that was seen, and where a reduction may be, if the change lies in a cell (null: nowhere). */
function givenChange(
  { fails, change: kind, levels }: SearchModel,
  visits: readonly Visit[],
  cells: readonly Cell[],
  shares: readonly number[],
  change: number | null,
): { log: number; given: Given } {
  const isNew = change === null ? null : (cells[change]?.isNew ?? null);
  const failing = visits.map((_, v) => isNew === null || isNew[v] === (fails === 'new'));
  const clean = pooled(visits, (v) => !failing[v]);
  const mayReduce = kind === 'gone' ? priorReduction : 0;
  const candidates = [null, ...cells.map((_, cell) => cell)].map((cell) => {
    const isLow = (v: number) => cell !== null && cells[cell]?.isNew[v] === (fails === 'old');
    const high = pooled(visits, (v) => failing[v] === true && !isLow(v));
    const low = pooled(visits, (v) => failing[v] === true && isLow(v));
    const prior = cell === null ? 1 - mayReduce : mayReduce * (shares[cell] ?? 0);
    const log = levels.logMarginal('high', high) + levels.logMarginal('low', low);
    return { cell, high, low, log, prior };
  });
  const logs = candidates.map(({ log }) => log);
  const priors = candidates.map(({ prior }) => prior);
  const masses = normalised(logs, priors);
  const reductions = candidates
    .map(({ cell, high, low }, index) => ({ cell, high, low, mass: masses[index] ?? 0 }))
    .filter(({ cell, mass }) => cell === null || mass > negligible);
  return { log: levels.logMarginal('clean', clean) + logOfSum(logs, priors), given: { clean, reductions } };
}

function pooled(visits: readonly Visit[], belongs: (visit: number) => boolean): Seen {
  const pool = { failures: 0, runs: 0 };
  for (const [v, { seen }] of visits.entries()) {
    if (!belongs(v)) continue;
    pool.failures += seen.failures;
    pool.runs += seen.runs;
  }
  return pool;
}

function normalised(logs: readonly number[], priors: readonly number[]): number[] {
  const most = Math.max(...logs.filter((_, i) => (priors[i] ?? 0) > 0));
  const masses = logs.map((log, i) => ((priors[i] ?? 0) > 0 ? (priors[i] ?? 0) * Math.exp(log - most) : 0));
  const total = sum(masses);
  return masses.map((mass) => mass / total);
}

function logOfSum(logs: readonly number[], priors: readonly number[]): number {
  const most = Math.max(...logs);
  return most + Math.log(sum(logs.map((log, i) => (priors[i] ?? 0) * Math.exp(log - most))));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
