import { ExitCode, ExpectedError } from '../../errors.ts';
import type { BisectTarget } from '../../model/bisect.ts';
import type { Condition } from '../../model/condition.ts';
import type { SignatureSummary } from '../../model/summary.ts';
import type { MaskedPolicy } from '../../model/verdict.ts';
import { plainCondition } from '../../perturb/condition-text.ts';
import { rateInterval } from '../../stats/interval.ts';
import { mixSeed } from '../../stats/random.ts';
import type { Target } from '../target.ts';
import { type HuntPlace, huntRevision, type RunPlan } from './revision-hunt.ts';
import { holds } from './same-failure.ts';

export interface TargetWish {
  /** What `--signature` says; null: whatever fails. */
  text: string | null;
  conditions: Condition[];
  strategy: string;
  timeMs: number;
  seed: string;
  masked: MaskedPolicy;
}

/** The failure that was found, and the hunts that found it. */
export type FoundTarget =
  | { kind: 'found'; target: BisectTarget; hunts: string[] }
  | { kind: 'nothing'; runs: number; skipped: number; reason: string | null; others: string[]; hunts: string[] }
  | { kind: 'interrupted' };

/** Enough to see what is there every time. */
const glance = 10;
const huntedFailures = 40;

/** Nothing counts as the target before there is one. */
const anything = (verdict: 'fail' | 'masked'): BisectTarget => ({
  verdict,
  signature: { id: '', kind: 'exit', title: '', errnos: [], lines: [] },
});

/**
 * Which failure to look for, where nobody has hunted yet: a few runs show what is always there; then a hunt, until
 * something failed often enough.
 */
export async function findTarget(
  built: Target,
  { text, conditions, strategy, timeMs, seed, masked }: TargetWish,
  plan: Omit<RunPlan, 'target' | 'same'>,
  place: HuntPlace,
): Promise<FoundTarget> {
  const hunts: string[] = [];
  const rows: SignatureSummary[] = [];
  let runs = 0;
  let skipped = 0;
  let reason: string | null = null;
  const isMaskedWanted = masked === 'fail';
  const began = performance.now();
  for (let hunt = 0; ; hunt++) {
    const isGlance = hunt === 0;
    const leftMs = Math.max(1000, Math.ceil(timeMs - (performance.now() - began)));
    const how = isGlance ? { conditions: [plainCondition], strategy: 'plain' } : { conditions, strategy };
    const stop = isGlance
      ? { loops: glance, failures: null, timeMs: Math.min(timeMs, 20_000), untilRate: null }
      : { loops: null, failures: huntedFailures * 4 ** (hunt - 1), timeMs: leftMs, untilRate: null };
    const made = await huntRevision(
      built,
      { ...how, stop, seed: mixSeed(seed, hunt) },
      { ...plan, target: anything(isGlance || isMaskedWanted ? 'masked' : 'fail'), same: { by: 'any' } },
      place,
    );
    if (made.interrupted) return { kind: 'interrupted' };
    hunts.push(made.hunt);
    rows.push(...made.summary.signatures);
    runs += made.summary.runs;
    skipped += made.summary.counts.skip + made.summary.counts.invalid;
    reason ??= made.summary.reasons[0]?.reason ?? null;
    if (runs === skipped) break;
    const chosen = choose(rows, text, !isGlance || isMaskedWanted);
    if (chosen !== null) return { kind: 'found', target: chosen, hunts };
    // Failures of other names end a hunt, too; the one that is wanted may come in a longer one.
    if (!isGlance && (text === null || performance.now() - began >= timeMs)) break;
  }
  const others = [...new Set(rows.map(({ signature }) => signature.title))];
  return { kind: 'nothing', runs, skipped, reason, others, hunts };
}

/** By name where one is given, masked or not; else the most frequent that fails, and only then a masked one. */
export function choose(
  rows: readonly SignatureSummary[],
  text: string | null,
  withMasked: boolean,
): BisectTarget | null {
  const sorted = rows.toSorted((a, b) => b.count - a.count);
  if (text !== null) {
    const named = sorted.find(({ signature }) => holds(signature, text));
    return named === undefined ? null : { verdict: named.verdict, signature: named.signature };
  }
  const failing = sorted.find(({ verdict }) => verdict !== 'masked') ?? (withMasked ? sorted[0] : undefined);
  return failing === undefined ? null : { verdict: failing.verdict, signature: failing.signature };
}

/** @param revision what did not fail, for the reader */
export function notReproduced(
  revision: string,
  found: Pick<Extract<FoundTarget, { kind: 'nothing' }>, 'runs' | 'skipped' | 'reason' | 'others'>,
  text: string | null,
): ExpectedError {
  const { runs, skipped, reason, others } = found;
  const able = runs - skipped;
  if (able <= 0) {
    const why = reason === null ? '' : ` (${reason})`;
    return new ExpectedError(
      `Nothing can be learnt at ${revision}: all ${runs} runs were skipped or invalid${why}. Run it where the test can work, or name another revision.`,
      ExitCode.environment,
    );
  }
  const { high } = rateInterval(0, able);
  const bound = `in ${able} runs: it fails in less than ${(100 * high).toPrecision(2)} % of them, at 95 %`;
  const wanted = text === null ? 'did not fail' : `did not fail with "${text}"`;
  const instead =
    others.length === 0 ? '' : ` What it did show: ${others.slice(0, 3).join('; ')} (--signature names one).`;
  return new ExpectedError(
    `${revision} ${wanted} ${bound}. Nothing can be searched or confirmed without a revision that fails: give it more time (--time), another condition (--condition; \`flakehunt conditions\` lists them), or another revision.${instead}`,
    ExitCode.inconclusive,
  );
}
