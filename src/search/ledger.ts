import type { Stratum } from '../model/condition.ts';
import type { ClassEvent, HuntEvent } from '../model/events.ts';
import type { MaskedPolicy } from '../model/verdict.ts';
import { targetOf } from '../stats/target.ts';
import type { Arm } from './tuner.ts';

/** Runs of one stratum whose batches have ended. */
interface Account {
  readonly stratum: Stratum;
  runs: number;
  seconds: number;
}

/** Failures with one signature. */
interface Failing {
  plain: number;
  total: number;
  firstRun: number;
  readonly perAccount: Map<Account, number>;
}

/** What a batch brought; it counts when the batch has ended, for only then its time is known. */
interface OpenBatch {
  readonly account: Account;
  runs: number;
  readonly failures: Map<Failing, number>;
}

/**
 * Runs, failures and time of each stratum, folded from a hunt's events, so that a resumed hunt searches on where it was.
 * Runs of a batch that never ended (flakehunt was killed) are left out: they would count without the time they took.
 */
export class Ledger {
  readonly #base: string;
  readonly #masked: MaskedPolicy;
  readonly #accounts = new Map<string, Account>();
  readonly #batches = new Map<number, OpenBatch>();
  readonly #signatures = new Map<string, Failing>();
  readonly #failingClasses = new Map<number, Failing>();
  #settledJobs: number | null = null;

  /** @param base canonical text of the condition that the others are compared with */
  constructor(base: string, masked: MaskedPolicy) {
    this.#base = base;
    this.#masked = masked;
  }

  /** Takes the next event of the log, in the log's order. */
  apply(event: HuntEvent): void {
    switch (event.type) {
      case 'batch':
        this.#batches.set(event.batch, { account: this.#accountOf(event.stratum), runs: 0, failures: new Map() });
        if (event.purpose === 'hunt' && event.stratum.condition === this.#base) this.#settledJobs = event.stratum.jobs;
        return;
      case 'class':
        this.#open(event);
        this.#count(event.batch, event.class, 1);
        return;
      case 'tally':
        this.#count(event.batch, event.class, event.count);
        return;
      case 'batch-end':
        // Of no duration, it would be one that has not been.
        this.#close(event.batch, Math.max(1, event.elapsedUs) / 1e6);
        return;
    }
  }

  /** What is known of a stratum, by the signature that arms are measured by at the moment. */
  sums(stratum: Stratum): Pick<Arm, 'failures' | 'runs' | 'seconds'> {
    const account = this.#accountOf(stratum);
    const target = targetOf(this.#signatures.values());
    return { failures: target?.perAccount.get(account) ?? 0, runs: account.runs, seconds: account.seconds };
  }

  /** Workers that the base condition was last hunted with, not to find their number but for good; null before that. */
  get settledJobs(): number | null {
    return this.#settledJobs;
  }

  #accountOf(stratum: Stratum): Account {
    const key = `${stratum.jobs} ${stratum.condition}`;
    const account = this.#accounts.get(key) ?? { stratum, runs: 0, seconds: 0 };
    this.#accounts.set(key, account);
    return account;
  }

  #open({ class: id, run, judgement }: ClassEvent): void {
    const { verdict, signature } = judgement;
    const isFailure = verdict === 'fail' || verdict === 'hang' || (verdict === 'masked' && this.#masked === 'fail');
    if (!isFailure || signature === null) return;
    const key = `${verdict} ${signature.id}`;
    const failing = this.#signatures.get(key) ?? { plain: 0, total: 0, firstRun: run, perAccount: new Map() };
    failing.firstRun = Math.min(failing.firstRun, run);
    this.#signatures.set(key, failing);
    this.#failingClasses.set(id, failing);
  }

  #count(batchId: number, classId: number, count: number): void {
    const batch = this.#batches.get(batchId);
    if (batch === undefined) return;
    batch.runs += count;
    const failing = this.#failingClasses.get(classId);
    if (failing !== undefined) batch.failures.set(failing, (batch.failures.get(failing) ?? 0) + count);
  }

  #close(batchId: number, seconds: number): void {
    const batch = this.#batches.get(batchId);
    if (batch === undefined) return;
    this.#batches.delete(batchId);
    const { account, runs, failures } = batch;
    account.runs += runs;
    account.seconds += seconds;
    for (const [failing, count] of failures) {
      failing.total += count;
      if (account.stratum.condition === this.#base) failing.plain += count;
      failing.perAccount.set(account, (failing.perAccount.get(account) ?? 0) + count);
    }
  }
}
