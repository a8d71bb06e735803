import { type CellHistory, everyFailure, type FailureSeries } from './cell-history.ts';

/*
 * A machine is not the same every night: the rate of an unchanged test wanders. Drift is the variance between nights of the
 * logarithm of the odds of failing, so that a night's rate of mean x has a variance of drift * (x * (1 - x))^2, whatever x.
 */

/** Before anything is known: nights of two in three differ by less than a factor of 1.5 from their mean. */
const assumed = 0.16;
/** Nights that the assumption counts for, and for one series those of the rest of the suite. */
const weightOfAssumed = 10;
/** A machine that is never known to be steadier. */
const least = 0.04;
/** Nights that are looked at. */
const recent = 90;

/** A sum over nights, each weighted by what it can tell. */
interface DriftSum {
  weighted: number;
  weight: number;
}

/** The drift of a suite's tests together, by the method of moments over every test's nights since its last change. */
export function suiteDrift(histories: Iterable<CellHistory>): number {
  const sum: DriftSum = { weighted: assumed * weightOfAssumed, weight: weightOfAssumed };
  for (const history of histories) {
    const own = ownDrift(history, history.series.get(everyFailure));
    sum.weighted += own.weighted;
    sum.weight += own.weight;
  }
  return Math.max(least, sum.weighted / sum.weight);
}

/** The drift of one series, drawn towards that of the suite where its own nights tell little. */
export function seriesDrift(history: CellHistory, series: FailureSeries, ofSuite: number): number {
  const own = ownDrift(history, series);
  return Math.max(least, ofSuite / 2, (own.weighted + ofSuite * weightOfAssumed) / (own.weight + weightOfAssumed));
}

/** From all nights but the last, which is the one that is judged. */
function ownDrift({ runsUntil, nights }: CellHistory, series: FailureSeries | undefined): DriftSum {
  const sum: DriftSum = { weighted: 0, weight: 0 };
  if (series === undefined) return sum;
  const { failuresUntil } = series;
  const end = nights.length - 1;
  const from = Math.max(series.start, end - recent);
  const failures = (failuresUntil[end] ?? 0) - (failuresUntil[from] ?? 0);
  const runs = (runsUntil[end] ?? 0) - (runsUntil[from] ?? 0);
  if (failures < 2 || failures === runs || end - from < 2) return sum;
  const rate = failures / runs;
  const unit = rate * (1 - rate);
  for (let night = from; night < end; night++) {
    const n = (runsUntil[night + 1] ?? 0) - (runsUntil[night] ?? 0);
    if (n < 2) continue;
    const k = (failuresUntil[night + 1] ?? 0) - (failuresUntil[night] ?? 0);
    // The mean was taken from the same nights, which makes squares too small by this night's share of the runs.
    const square = (k - n * rate) ** 2 / Math.max(0.5, 1 - n / runs);
    const excess = (square / (n * unit) - 1) / ((n - 1) * unit);
    const told = (n * unit * assumed) / (1 + n * unit * assumed);
    sum.weighted += told ** 2 * excess;
    sum.weight += told ** 2;
  }
  return sum;
}
