import type { ClassEvent, HuntEvent } from '../../model/events.ts';
import type { HuntHeader } from '../../model/hunt.ts';
import type { CellSignature, NightCell } from '../../model/night.ts';
import type { FailingVerdict, Judgement, Verdict } from '../../model/verdict.ts';
import { filledCondition } from '../../perturb/fill-learnt.ts';
import { DurationFold } from '../../report/fold-durations.ts';
import { replayElsewhere } from '../../report/reproduce.ts';
import { mixSeed } from '../../stats/random.ts';

const onlyApart = 'all of its runs were made under overload';

type Batches = Map<number, { condition: string; filled: string }>;

/**
 * Folds the events of a cell's hunt into the cell. Runs that ended under overload are counted apart. The same log and the
 * same changes of the load give the same cell, live or when a night that was killed is gone on with.
 */
export class CellFold {
  readonly #test: string;
  readonly #condition: string;
  readonly #header: HuntHeader;
  readonly #batches: Batches = new Map();
  readonly #judgements = new Map<number, ClassEvent>();
  readonly #signatures = new Map<string, CellSignature>();
  readonly #durations = new DurationFold();
  readonly #counts: Record<Verdict, number> = { pass: 0, fail: 0, masked: 0, skip: 0, hang: 0, invalid: 0 };
  readonly #overloaded = { runs: 0, failures: 0 };
  #reason: string | null = null;
  #refused: string | null = null;
  #elapsedMs = 0;
  /** Of the batch that is on. */
  #open = { beganMs: 0, ms: 0 };

  constructor(cell: Pick<NightCell, 'test' | 'condition'>, header: HuntHeader) {
    this.#test = cell.test;
    this.#condition = cell.condition;
    this.#header = header;
  }

  /** Takes the next event of the hunt's log. @param overloaded whether the machine was, when it was written */
  apply(event: HuntEvent, overloaded: boolean): void {
    if (event.type === 'class' || event.type === 'tally') this.#open.ms = Math.max(0, event.t - this.#open.beganMs);
    switch (event.type) {
      case 'batch': {
        const { condition } = event.stratum;
        this.#batches.set(event.batch, { condition, filled: filledCondition(condition, event.learnt ?? null) });
        this.#open = { beganMs: event.t, ms: 0 };
        return;
      }
      case 'class':
        this.#judgements.set(event.class, event);
        if (this.#isCounted(event.batch) && !overloaded && isOrdinary(event.judgement)) {
          this.#durations.addFirst(event.usage.wallUs);
        }
        this.#count(event, event.batch, event.run, 1, overloaded);
        return;
      case 'tally': {
        const first = this.#judgements.get(event.class);
        if (first === undefined) return;
        if (this.#isCounted(event.batch) && !overloaded && isOrdinary(first.judgement)) this.#durations.addTally(event);
        this.#count(first, event.batch, event.runs[0]?.[0] ?? first.run, event.count, overloaded);
        return;
      }
      case 'batch-end':
        this.#elapsedMs += event.elapsedUs / 1000;
        this.#open.ms = 0;
        return;
      case 'end':
      case 'session':
        this.#elapsedMs += this.#open.ms;
        this.#open.ms = 0;
        return;
      case 'refused':
        this.#refused ??= `${this.#condition} cannot be put in force: there is no ${event.part} (${event.text})`;
        return;
    }
  }

  /** Why its condition is not in force; null: it is. */
  get refused(): string | null {
    return this.#refused;
  }

  cell(): NightCell {
    const { pass, fail, masked, hang } = this.#counts;
    const { skip, invalid } = this.#counts;
    const ran = pass + fail + masked + hang;
    const isPlain = ran > 0 && skip + invalid === 0;
    const apart = ran + skip + invalid === 0 && this.#overloaded.runs > 0 ? onlyApart : null;
    return {
      test: this.#test,
      condition: this.#condition,
      counts: { ...this.#counts },
      signatures: [...this.#signatures.values()].map((row) => ({ ...row })).sort((a, b) => b.count - a.count),
      hunt: this.#header.id,
      elapsedMs: Math.round(this.#elapsedMs + this.#open.ms),
      reason: isPlain ? null : (this.#reason ?? this.#refused ?? apart),
      wall: this.#durations.summary(),
      overloaded: { ...this.#overloaded },
    };
  }

  /** What is left of a condition after a refusal is another condition. */
  #isCounted(batch: number): boolean {
    return this.#batches.get(batch)?.condition === this.#condition;
  }

  #count(first: ClassEvent, batch: number, run: number, count: number, overloaded: boolean): void {
    if (!this.#isCounted(batch)) return;
    const { verdict, signature, reason } = first.judgement;
    const failing = isFailing(verdict);
    if (overloaded && verdict !== 'skip' && verdict !== 'invalid') {
      this.#overloaded.runs += count;
      if (failing) this.#overloaded.failures += count;
      return;
    }
    this.#counts[verdict] += count;
    if (verdict === 'skip' || verdict === 'invalid') this.#reason ??= reason;
    if (!failing || signature === null) return;
    const key = `${verdict} ${signature.id}`;
    const known = this.#signatures.get(key);
    if (known !== undefined) known.count += count;
    else this.#signatures.set(key, this.#signature(first, verdict, batch, run, count));
  }

  #signature(
    { judgement, excerpt }: ClassEvent,
    verdict: FailingVerdict,
    batch: number,
    run: number,
    count: number,
  ): CellSignature {
    const { signature, known } = judgement;
    if (signature === null) throw new Error('a failure without a signature');
    const condition = this.#batches.get(batch)?.filled ?? this.#condition;
    const reproduce = replayElsewhere(this.#header, { run, seed: mixSeed(this.#header.seed, run), condition });
    return { signature, verdict, known, count, firstRun: run, reproduce, excerpt };
  }
}

function isFailing(verdict: Verdict): verdict is FailingVerdict {
  return verdict === 'fail' || verdict === 'masked' || verdict === 'hang';
}

function isOrdinary({ verdict }: Judgement): boolean {
  return verdict !== 'skip' && verdict !== 'invalid';
}
