import type { BisectTarget, Seen } from '../../model/bisect.ts';
import type { OtherSeen } from '../../model/bisect-events.ts';
import type { HuntEvent } from '../../model/events.ts';
import type { Judgement } from '../../model/verdict.ts';
import { isTarget, mayHide, type SameFailure } from './same-failure.ts';

/** What runs say of one failure: failures and chances of the target alone, and the rest beside. */
export interface RunCounts {
  seen: Seen;
  others: OtherSeen[];
  skipped: number;
  invalid: number;
  /** All of them. */
  runs: number;
  /** Why nothing was learnt, of the first skipped or invalid run. */
  reason: string | null;
}

/** Where a run is counted. */
type Kind = 'target' | 'clean' | 'skip' | 'invalid' | { title: string; verdict: OtherSeen['verdict']; counts: boolean };

/** Counts a hunt's runs by what they say of the target, from its events, each condition by itself. */
export class TargetCounter {
  readonly #target: BisectTarget;
  readonly #rule: SameFailure;
  readonly #conditions = new Map<number, string>();
  readonly #kinds = new Map<number, Kind>();
  readonly #counts = new Map<string, RunCounts>();

  constructor(target: BisectTarget, rule: SameFailure) {
    this.#target = target;
    this.#rule = rule;
  }

  /** Takes the next event of the log, in the log's order. */
  apply(event: HuntEvent): void {
    switch (event.type) {
      case 'batch':
        this.#conditions.set(event.batch, event.stratum.condition);
        return;
      case 'class':
        this.#kinds.set(event.class, this.#kindOf(event.judgement));
        this.#count(event.batch, event.class, 1, event.judgement.reason);
        return;
      case 'tally':
        this.#count(event.batch, event.class, event.count, null);
        return;
    }
  }

  /** Of one condition, by the text its batches have (what was learnt is not part of it). */
  of(condition: string): RunCounts {
    return this.#counts.get(condition) ?? noRuns();
  }

  conditions(): string[] {
    return [...this.#counts.keys()];
  }

  /** Of all conditions together: whether anything could be learnt at all. */
  total(): RunCounts {
    const sum = noRuns();
    for (const one of this.#counts.values()) {
      sum.seen.failures += one.seen.failures;
      sum.seen.runs += one.seen.runs;
      for (const { title, verdict, count } of one.others) addOther(sum.others, title, verdict, count);
      sum.skipped += one.skipped;
      sum.invalid += one.invalid;
      sum.runs += one.runs;
      sum.reason ??= one.reason;
    }
    return sum;
  }

  #kindOf(judgement: Judgement): Kind {
    const { verdict, signature } = judgement;
    if (isTarget(judgement, this.#target, this.#rule)) return 'target';
    if (verdict === 'skip' || verdict === 'invalid') return verdict;
    if (verdict === 'pass') return 'clean';
    return { title: signature?.title ?? verdict, verdict, counts: !mayHide(verdict, this.#target) };
  }

  #count(batch: number, classId: number, count: number, reason: string | null): void {
    const condition = this.#conditions.get(batch);
    const kind = this.#kinds.get(classId);
    if (condition === undefined || kind === undefined) return;
    const counts = this.#counts.get(condition) ?? noRuns();
    this.#counts.set(condition, counts);
    counts.runs += count;
    if (kind === 'skip') counts.skipped += count;
    if (kind === 'invalid') counts.invalid += count;
    if (kind === 'target') counts.seen.failures += count;
    if (kind === 'target' || kind === 'clean' || (typeof kind === 'object' && kind.counts)) counts.seen.runs += count;
    if (typeof kind === 'object') addOther(counts.others, kind.title, kind.verdict, count);
    if (kind === 'skip' || kind === 'invalid') counts.reason ??= reason;
  }
}

function noRuns(): RunCounts {
  return { seen: { failures: 0, runs: 0 }, others: [], skipped: 0, invalid: 0, runs: 0, reason: null };
}

function addOther(others: OtherSeen[], title: string, verdict: OtherSeen['verdict'], count: number): void {
  const known = others.find((one) => one.title === title && one.verdict === verdict);
  if (known === undefined) others.push({ title, verdict, count });
  else known.count += count;
}
