import { EnvironmentError } from '../errors.ts';
import type { Learnt } from '../model/condition.ts';
import type { TallyRecord } from '../model/engine.ts';
import type { ClassEvent, HuntEvent } from '../model/events.ts';
import type { HuntHeader } from '../model/hunt.ts';
import type { HuntSummary, StratumSummary } from '../model/summary.ts';
import type { Verdict } from '../model/verdict.ts';
import { BootFold } from './fold-boots.ts';
import { DurationFold } from './fold-durations.ts';
import { ReasonFold, type ReasonRow } from './fold-reasons.ts';
import { SignatureFold, SignatureRow } from './fold-signatures.ts';
import { StrataFold, stratumSummary } from './fold-strata.ts';

/** What the stop rules look at; costs nothing to ask for, unlike a snapshot. */
export type Totals = Pick<HuntSummary, 'counts' | 'runs' | 'elapsedMs'> & {
  strata: readonly Pick<StratumSummary, 'counts' | 'stratum'>[];
};

export interface SummaryFold {
  /** Takes the next event of the log, in the log's order. */
  apply(event: HuntEvent): void;
  totals(): Totals;
  /** The hunt as it stands; later events do not change it. @throws EnvironmentError before the hunt's header was seen */
  snapshot(): HuntSummary;
}

/** Canonical text of a condition with what is learnt filled in: perturb's filledCondition. */
export type FillCondition = (condition: string, learnt: Learnt | null) => string;

/**
 * Folds a hunt's events into its summary. Memory depends on the number of batches, classes and signatures, not of runs. A
 * log that breaks off (a killed hunt) and one of several sessions (a resumed hunt) give the summary of what they hold.
 */
export function createSummary(filled: FillCondition): SummaryFold {
  return new Fold(filled);
}

/** Where the runs of a class are counted. */
interface ClassPlace {
  verdict: Verdict;
  row: SignatureRow | ReasonRow | null;
}

/** A supervisor in trouble can send notes without end. */
const mostNotes = 20;

class Fold implements SummaryFold {
  readonly #classes = new Map<number, ClassPlace>();
  readonly #strata = new StrataFold();
  readonly #signatures = new SignatureFold();
  readonly #reasons = new ReasonFold();
  readonly #durations = new DurationFold();
  readonly #boots = new BootFold();
  readonly #notes = new Set<string>();
  readonly #refused = new Map<string, HuntSummary['refused'][number]>();
  readonly #filled: FillCondition;
  /** Of each batch: what stood in force. */
  readonly #conditions = new Map<number, string>();
  #header: HuntHeader | null = null;
  #ended: HuntSummary['ended'] = null;
  #sessions = 0;
  #classCount = 0;
  #orphans = 0;

  constructor(filled: FillCondition) {
    this.#filled = filled;
  }

  apply(event: HuntEvent): void {
    // Between two sessions no run is on, however the first one ended.
    if (event.type === 'session') this.#strata.pause();
    this.#strata.tick(event.t);
    switch (event.type) {
      case 'hunt':
        this.#header = event.header;
        return;
      case 'session':
        this.#beginSession(event);
        return;
      case 'batch':
        this.#strata.begin(event.batch, event.stratum);
        this.#conditions.set(event.batch, this.#filled(event.stratum.condition, event.learnt ?? null));
        return;
      case 'class':
        this.#firstOfClass(event);
        return;
      case 'tally':
        this.#moreOfClass(event);
        return;
      case 'batch-end':
        this.#strata.end(event.batch, event.elapsedUs / 1000);
        return;
      case 'effect':
        this.#strata.addEffect(event);
        return;
      case 'boot':
        this.#boots.add(event);
        return;
      case 'refused':
        this.#refuse(event);
        return;
      case 'note':
        if (this.#notes.size < mostNotes) this.#notes.add(event.text);
        return;
      case 'end':
        this.#strata.pause();
        this.#ended = { reason: event.reason, exitCode: event.exitCode, abandoned: event.abandoned };
        return;
    }
  }

  totals(): Totals {
    return this.#strata.totals();
  }

  snapshot(): HuntSummary {
    if (this.#header === null) {
      throw new EnvironmentError(
        "The hunt's log is empty: flakehunt was killed before it could write its first line. Nothing of it can be shown; start the hunt again.",
      );
    }
    return {
      header: this.#header,
      ...this.#strata.totals(),
      strata: this.#strata.rows().map(stratumSummary),
      current: this.#strata.current()?.stratum ?? null,
      refused: [...this.#refused.values()],
      signatures: this.#signatures.summaries(this.#strata.rows(), this.#header.seed),
      reasons: this.#reasons.summaries(),
      classes: this.#classCount,
      wall: this.#durations.summary(),
      boots: this.#boots.summary(),
      notes: [...this.#notes, ...this.#orphanNote()],
      sessions: this.#sessions,
      ended: this.#ended,
    };
  }

  #beginSession(event: Extract<HuntEvent, { type: 'session' }>): void {
    this.#sessions++;
    this.#ended = null;
    // A resumed hunt may have been given new stop rules.
    if (this.#header !== null) this.#header = { ...this.#header, stop: event.stop };
  }

  #refuse({ part, text }: Extract<HuntEvent, { type: 'refused' }>): void {
    this.#refused.set(`${part} ${text}`, { part, text });
  }

  #firstOfClass(event: ClassEvent): void {
    const { verdict, signature } = event.judgement;
    let row: ClassPlace['row'] = null;
    if (verdict === 'skip' || verdict === 'invalid') row = this.#reasons.row(verdict, event.judgement.reason);
    else if (verdict !== 'pass' && signature !== null) {
      row = this.#signatures.row(event, signature, verdict, this.#strata.totals().elapsedMs);
    }
    const place = { verdict, row };
    this.#classes.set(event.class, place);
    this.#classCount++;
    if (this.#isOrdinary(verdict, event.batch)) this.#durations.addFirst(event.usage.wallUs);
    this.#count(place, event.batch, [[event.run, event.run]], 1);
  }

  #moreOfClass(tally: TallyRecord): void {
    const place = this.#classes.get(tally.class);
    if (place === undefined) {
      this.#orphans += tally.count;
      return;
    }
    if (this.#isOrdinary(place.verdict, tally.batch)) this.#durations.addTally(tally);
    this.#count(place, tally.batch, tally.runs, tally.count);
  }

  #count({ verdict, row }: ClassPlace, batch: number, runs: TallyRecord['runs'], count: number): void {
    const stratum = this.#strata.of(batch);
    this.#strata.count(stratum, verdict, count);
    if (row instanceof SignatureRow) {
      row.count(runs, count, stratum, this.#conditions.get(batch) ?? stratum.stratum.condition);
    } else row?.count(runs, count);
  }

  /**
   * Whether a run tells how long the test takes: not one that did not start or gave up at once, and of several conditions
   * only one under the base condition, for the others take as long as they please.
   */
  #isOrdinary(verdict: Verdict, batch: number): boolean {
    const [base, ...others] = this.#header?.conditions ?? [];
    const isBase = others.length === 0 || this.#strata.of(batch).stratum.condition === base;
    return isBase && verdict !== 'skip' && verdict !== 'invalid';
  }

  #orphanNote(): string[] {
    if (this.#orphans === 0) return [];
    return [`${this.#orphans} runs are left out of every count: the log does not tell what they gave.`];
  }
}
