import type { SearchRange, Seen } from '../../model/bisect.ts';
import type { Ancestry } from './ancestry.ts';
import { type Cell, cellsOf } from './cells.ts';
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
  /** The first (cell null) for there being none that shows, the others for the cells that may hold it. */
  reductions: [Reduction, ...Reduction[]];
}

export interface Reduction {
  cell: number | null;
  mass: number;
  high: Seen;
  low: Seen;
}

/** Before anything is seen: nothing changed in the range; if it did, another change before had reduced the rate. */
const priorNone = 0.05;
const priorReduction = 0.15;
/** Reductions less likely than this are not followed up. */
const negligible = 1e-4;

/**
 * What the visits say of each hypothesis. The rates of the failing side, of what may be a reduced part of it, and of the
 * clean side are unknown and integrated out; a reduction is a nuisance when the change is looked for. Hypotheses that no
 * visit tells apart are one cell, so that there are few sums however long the history.
 */
export function posteriorOf(model: SearchModel, visits: readonly Visit[]): Posterior {
  const nodes = visits.map(({ node }) => node);
  const cells = cellsOf(model.range, model.ancestry, nodes);
  const total = sum(cells.map(({ weight }) => weight));
  const evenTotal = sum(cells.map(({ evenWeight }) => evenWeight));
  const shares = cells.map(({ weight }) => weight / total);
  const all = [...cells.keys(), null].map((change) => givenChange(model, visits, cells, shares, change));
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

/** Log of the chance of all that was seen, and where a reduction may be, if the change lies in a cell (null: nowhere). */
function givenChange(
  { fails, change: kind, levels }: SearchModel,
  visits: readonly Visit[],
  cells: readonly Cell[],
  shares: readonly number[],
  change: number | null,
): { log: number; given: Given } {
  const isNew = change === null ? null : (cells[change]?.isNew ?? null);
  const failing: Visit[] = [];
  const where: number[] = [];
  const clean = { failures: 0, runs: 0 };
  for (const [v, visit] of visits.entries()) {
    if (isNew === null || isNew[v] === (fails === 'new')) {
      failing.push(visit);
      where.push(v);
    } else add(clean, visit.seen);
  }
  // Where the rate was reduced something changed: that is no "nothing", and beside it could hardly be told from a change.
  const mayReduce = kind === 'gone' && change !== null ? priorReduction : 0;
  const none = { cell: null, mass: 1 - mayReduce, ...divided(failing, () => false) };
  const reductions: [Reduction, ...Reduction[]] = [none];
  for (const [cell, { isNew: isBeyond }] of cells.entries()) {
    const mass = mayReduce * (shares[cell] ?? 0);
    const both = divided(failing, (i) => isBeyond[where[i] ?? 0] === (fails === 'old'));
    // One that no visit on the failing side is beyond is none, except where it may lie right before the change.
    if (both.low.runs === 0 && cell !== change) none.mass += mass;
    else if (mass > 0) reductions.push({ cell, mass, ...both });
  }
  const logs = reductions.map(({ cell, high, low }) => {
    const beyond = levels.logMarginal(cell === null ? 'clean' : 'spotless', clean);
    return beyond + levels.logMarginal('high', high) + levels.logMarginal('low', low);
  });
  const priors = reductions.map(({ mass }) => mass);
  const log = logOfSum(logs, priors);
  for (const [i, mass] of normalised(logs, priors).entries()) (reductions[i] as Reduction).mass = mass;
  const likely = reductions.slice(1).filter(({ mass }) => mass > negligible);
  return { log, given: { clean, reductions: [none, ...likely] } };
}

/** What was seen of the failing side before and beyond a reduction. */
function divided(failing: readonly Visit[], isLow: (index: number) => boolean): { high: Seen; low: Seen } {
  const high = { failures: 0, runs: 0 };
  const low = { failures: 0, runs: 0 };
  for (let i = 0; i < failing.length; i++) add(isLow(i) ? low : high, (failing[i] as Visit).seen);
  return { high, low };
}

function add(pool: Seen, { failures, runs }: Seen): void {
  pool.failures += failures;
  pool.runs += runs;
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
