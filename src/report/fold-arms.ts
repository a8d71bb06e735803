import type { ArmRow, HuntSummary, SignatureSummary, StratumSummary } from '../model/summary.ts';
import { rateInterval } from '../stats/interval.ts';
import { poissonRateInterval, rateRatioInterval } from '../stats/speed.ts';
import { targetOf } from '../stats/target.ts';
import { tookEffect } from '../stats/took-effect.ts';

/** What the conditions of a hunt gave, compared by the failures of one signature. */
export interface ArmTable {
  /** Null where nothing failed. */
  target: SignatureSummary | null;
  /** Those of the base condition first, then the best one first. */
  rows: ArmRow[];
  /**
   * The base condition's, with as many workers as it had most of the time: what the others are compared with, also those
   * that cannot have as many.
   */
  base: ArmRow | null;
  /** The arm whose gain over the base condition is measured and greatest. */
  best: ArmRow | null;
}

/** Whether a hunt is one of several conditions, so that no rate holds for all of it. */
export function hasArms({ header, strata }: Pick<HuntSummary, 'header' | 'strata'>): boolean {
  return new Set([...header.conditions, ...strata.map(({ stratum }) => stratum.condition)]).size > 1;
}

/** Rows of the table of arms: what was not run has none. */
export function foldArms(summary: HuntSummary): ArmTable {
  const condition = baseCondition(summary);
  const isBase = (row: Pick<StratumSummary, 'stratum'>) => row.stratum.condition === condition;
  const target = targetIn(summary, isBase);
  const measured = summary.strata.filter(({ eligible }) => eligible > 0);
  const bases = measured.filter(isBase).toSorted((a, b) => b.elapsedMs - a.elapsedMs);
  const arms = measured.filter((row) => !isBase(row));
  const baseRows = bases.map((row) => armRow(row, undefined, target, arms.length));
  const armRows = arms.map((row) => armRow(row, bases[0], target, arms.length)).toSorted(bestFirst);
  const best = armRows.find(({ gain }) => gain !== null && gain.low > 1) ?? null;
  return { target, rows: [...baseRows, ...armRows], base: baseRows[0] ?? null, best };
}

/** What the others are compared with: the first in the hunt's header. */
function baseCondition({ header, strata }: HuntSummary): string | undefined {
  return header.conditions[0] ?? strata[0]?.stratum.condition;
}

/** What the arms are to provoke. Masked runs are failures if nothing else is. */
function targetIn(
  { signatures, header }: HuntSummary,
  isBase: (row: Pick<StratumSummary, 'stratum'>) => boolean,
): SignatureSummary | null {
  const failures = signatures.filter(({ verdict }) => verdict !== 'masked' || header.masked === 'fail');
  const candidates = failures.length > 0 || header.masked === 'ignore' ? failures : signatures;
  const counted = candidates.map((row) => ({
    row,
    plain: row.rates.filter(isBase).reduce((sum, { rate }) => sum + rate.failures, 0),
    total: row.count,
    firstRun: row.firstRun,
  }));
  return targetOf(counted)?.row ?? null;
}

function armRow(
  row: StratumSummary,
  base: StratumSummary | undefined,
  target: SignatureSummary | null,
  compared: number,
): ArmRow {
  const failuresPerSecond = speedOf(row, target);
  return {
    stratum: row.stratum,
    rate: rateInterval(failuresPerSecond.failures, row.eligible),
    failuresPerSecond,
    gain: base === undefined ? null : rateRatioInterval(failuresPerSecond, speedOf(base, target), compared),
    effective: tookEffect(row.stratum.condition, row.effect),
  };
}

function speedOf({ stratum, elapsedMs }: StratumSummary, target: SignatureSummary | null) {
  const same = (other: StratumSummary['stratum']) =>
    other.condition === stratum.condition && other.jobs === stratum.jobs;
  const failures = target?.rates.find((rate) => same(rate.stratum))?.rate.failures ?? 0;
  return poissonRateInterval(failures, elapsedMs / 1000);
}

/** By what is sure: one failure in a short time says little. Then, of those without any, the one tried longest. */
function bestFirst({ failuresPerSecond: a }: ArmRow, { failuresPerSecond: b }: ArmRow): number {
  return b.low - a.low || b.observed - a.observed || b.seconds - a.seconds;
}
