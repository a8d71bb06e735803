import type { RunRanges } from '../model/engine.ts';
import type { ClassEvent } from '../model/events.ts';
import type { Rate, Reproducer, SignatureSummary } from '../model/summary.ts';
import type { FailingVerdict, Signature } from '../model/verdict.ts';
import { rateInterval } from '../stats/interval.ts';
import { mixSeed } from '../stats/random.ts';
import { tookEffect } from '../stats/took-effect.ts';
import { eligibleRuns, type StratumRow } from './fold-strata.ts';
import { replayRank } from './replay-rank.ts';

const mostSamples = 10;
/** Fewer runs cannot tell a broken test from an unlucky one. */
const alwaysFrom = 5;

/** Failures of one signature: all classes that were judged alike. */
export class SignatureRow {
  readonly perStratum = new Map<StratumRow, number>();
  readonly signature: Signature;
  readonly verdict: FailingVerdict;
  readonly firstAfterMs: number;
  /** The class with the lowest run: its output is the one shown. */
  shown: ClassEvent;
  total = 0;
  sampleRuns: number[] = [];
  /** Its lowest run under each, with what had been learnt filled in. */
  readonly lowestRuns = new Map<StratumRow, { run: number; condition: string }>();

  constructor(first: ClassEvent, signature: Signature, verdict: FailingVerdict, firstAfterMs: number) {
    this.shown = first;
    this.signature = signature;
    this.verdict = verdict;
    this.firstAfterMs = firstAfterMs;
  }

  /** @param condition with everything learnt filled in */
  count(runs: RunRanges, count: number, stratum: StratumRow, condition: string): void {
    this.total += count;
    this.perStratum.set(stratum, (this.perStratum.get(stratum) ?? 0) + count);
    this.sampleRuns = lowest([...this.sampleRuns, ...firstOf(runs)]);
    const [[run] = [0]] = runs;
    const known = this.lowestRuns.get(stratum);
    if (known === undefined || run < known.run) this.lowestRuns.set(stratum, { run, condition });
  }
}

/** Merges classes into signatures. The same lines under another verdict are another row. */
export class SignatureFold {
  readonly #rows = new Map<string, SignatureRow>();

  row(first: ClassEvent, signature: Signature, verdict: FailingVerdict, afterMs: number): SignatureRow {
    const key = `${verdict} ${signature.id}`;
    const row = this.#rows.get(key) ?? new SignatureRow(first, signature, verdict, afterMs);
    if (first.run < row.shown.run) row.shown = first;
    this.#rows.set(key, row);
    return row;
  }

  /**
   * Most frequent first, then the one seen first.
   * @param seed of the hunt
   */
  summaries(strata: StratumRow[], seed: string): SignatureSummary[] {
    const eligible = strata.reduce((sum, { counts }) => sum + eligibleRuns(counts), 0);
    const rate = rememberedRates();
    return [...this.#rows.values()]
      .sort((a, b) => b.total - a.total || a.shown.run - b.shown.run)
      .map((row) => ({
        signature: row.signature,
        verdict: row.verdict,
        known: row.shown.judgement.known,
        count: row.total,
        firstRun: row.sampleRuns[0] ?? row.shown.run,
        firstAfterMs: row.firstAfterMs,
        sampleRuns: row.sampleRuns,
        rates: strata
          .filter(({ counts }) => eligibleRuns(counts) > 0)
          .map((stratum) => ({
            stratum: stratum.stratum,
            rate: rate(row.perStratum.get(stratum) ?? 0, eligibleRuns(stratum.counts)),
          })),
        always: eligible >= alwaysFrom && row.total === eligible,
        reproducer: reproducerOf(row, seed),
        ending: row.shown.ending,
        excerpt: row.shown.excerpt,
        outputFile: row.shown.output.file,
        stacks: row.shown.stacks,
        core: row.shown.core,
      }));
  }
}

/** The run that is likeliest to fail again: of what did nothing a replay repeats nothing, whatever its name promises. */
function reproducerOf({ lowestRuns, shown }: SignatureRow, seed: string): Reproducer {
  const candidates = [...lowestRuns].map(([{ effect }, { run, condition }]) => {
    const rank = tookEffect(condition, effect) === false ? Number.POSITIVE_INFINITY : replayRank(condition);
    return { run, condition, rank };
  });
  const [best] = candidates.sort((a, b) => (a.rank === b.rank ? a.run - b.run : a.rank - b.rank));
  const { run, condition } = best ?? { run: shown.run, condition: 'plain' };
  return { run, seed: mixSeed(seed, run), condition };
}

/** A test that fails a little differently each time has thousands of signatures with equal counts. */
function rememberedRates(): typeof rateInterval {
  const rates = new Map<string, Rate>();
  return (failures, runs) => {
    const key = `${failures}/${runs}`;
    const rate = rates.get(key) ?? rateInterval(failures, runs);
    rates.set(key, rate);
    return rate;
  };
}

/** The first run numbers in ranges, no more than are kept. */
function firstOf(ranges: RunRanges): number[] {
  const runs: number[] = [];
  for (const [first, last] of ranges) {
    for (let run = first; run <= last; run++) {
      if (runs.length === mostSamples) return runs;
      runs.push(run);
    }
  }
  return runs;
}

function lowest(runs: number[]): number[] {
  return runs.sort((a, b) => a - b).slice(0, mostSamples);
}
