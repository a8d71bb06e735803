import { ExitCode } from '../../errors.ts';
import type { BisectCommit, BisectHeader, ConfirmSummary, ConfirmVerdict, OtherFailure } from '../../model/bisect.ts';
import { parseCondition } from '../../perturb/condition-text.ts';
import { nextConfirmStep } from '../../search/confirm/next-step.ts';
import type { ComparisonPlan } from '../../search/confirm/plan.ts';
import { compareSides } from '../../search/confirm/verdict.ts';
import { rateInterval } from '../../stats/interval.ts';
import { mixSeed } from '../../stats/random.ts';
import type { Target } from '../target.ts';
import type { RunCounts } from './count-runs.ts';
import { type HuntPlace, huntOn, huntRevision, type RevisionRuns, type RunPlan } from './revision-hunt.ts';

export interface ConfirmSide {
  commit: BisectCommit;
  target: Target;
}

export interface ConfirmSetup {
  header: BisectHeader;
  before: ConfirmSide;
  after: ConfirmSide;
  /** Frozen: canonical text. */
  condition: string;
  secondsPerRun: number;
  plan: RunPlan;
  place: HuntPlace;
  timeMs: number;
  reproduce: { before: string; after: string };
  /** Called when there is something new to show. */
  onSummary(summary: ConfirmSummary): void;
  /** The plan is fixed from here on. */
  onPlan(summary: ConfirmSummary): void;
  monotonicMs(): number;
}

export interface ConfirmEnd {
  summary: ConfirmSummary;
  exitCode: ExitCode;
  /** The hunts that have the runs: before, after. */
  hunts: string[];
}

type SideName = 'before' | 'after';

/** Runs both revisions in turns until it is known whether a failure is gone, as search/confirm decides. */
export async function confirmFix(setup: ConfirmSetup): Promise<ConfirmEnd> {
  return await new Confirmation(setup).run();
}

/** A second is the shortest time in which a side is worth running. */
const shortestTurnSeconds = 0.25;

class Confirmation {
  readonly #setup: ConfirmSetup;
  readonly #ends: number;
  readonly #began: number;
  readonly #mostRuns: number;
  readonly #sides: Record<SideName, RevisionRuns | null> = { before: null, after: null };
  #plan: ComparisonPlan | null = null;
  #verdict: ConfirmVerdict = 'inconclusive';

  constructor(setup: ConfirmSetup) {
    this.#setup = setup;
    this.#began = setup.monotonicMs();
    this.#ends = this.#began + setup.timeMs;
    this.#mostRuns = Math.max(10, Math.floor(setup.timeMs / 1000 / setup.secondsPerRun / 2));
  }

  async run(): Promise<ConfirmEnd> {
    const { place } = this.#setup;
    while (!place.signal.aborted) {
      const state = { before: this.#seen('before'), after: this.#seen('after'), plan: this.#plan };
      const ended = this.#setup.monotonicMs() >= this.#ends;
      const step = nextConfirmStep(state, { mostRuns: this.#mostRuns, leastBatch: this.#leastBatch(), ended });
      if (step.kind === 'done') {
        this.#verdict = step.verdict;
        break;
      }
      if (step.kind === 'plan') {
        this.#plan = step.plan;
        this.#setup.onPlan(this.#summary());
        continue;
      }
      if (!(await this.#turn(step.side, step.runs))) break;
      this.#setup.onSummary(this.#summary());
    }
    const summary = this.#summary();
    const hunts = (['before', 'after'] as const).flatMap((side) => this.#sides[side]?.hunt ?? []);
    return { summary, exitCode: this.#exitCode(), hunts };
  }

  /** So many more runs of one side; false where nothing came of it. */
  async #turn(side: SideName, runs: number): Promise<boolean> {
    const { condition, plan, place, header } = this.#setup;
    const timeMs = Math.max(100, this.#ends - this.#setup.monotonicMs());
    const stop = { loops: runs, failures: null, timeMs, untilRate: null };
    const known = this.#sides[side];
    const before = this.#seen(side).runs;
    const made =
      known === null
        ? await huntRevision(
            this.#setup[side].target,
            {
              conditions: [parseCondition(condition)],
              strategy: condition,
              stop,
              seed: mixSeed(header.seed, side.length),
            },
            plan,
            place,
          )
        : await huntOn(known, stop, place);
    this.#sides[side] = made;
    // Every run skipped, or hidden by another failure: the next ones will be, too.
    return made.counter.total().seen.runs > before || made.counter.total().runs < 50;
  }

  #leastBatch(): number {
    const { plan, secondsPerRun } = this.#setup;
    return Math.max(plan.jobs, Math.ceil((shortestTurnSeconds * plan.jobs) / Math.max(secondsPerRun, 1e-4)));
  }

  #seen(side: SideName) {
    return this.#sides[side]?.counter.total().seen ?? { failures: 0, runs: 0 };
  }

  #exitCode(): ExitCode {
    if (this.#setup.place.signal.aborted) return ExitCode.interrupted;
    if (this.#verdict === 'gone') return ExitCode.ok;
    const isOpen = this.#verdict === 'not-reproduced' || this.#verdict === 'inconclusive';
    return isOpen ? ExitCode.inconclusive : ExitCode.found;
  }

  #summary(): ConfirmSummary {
    const { header, condition, place, reproduce } = this.#setup;
    const [before, after] = [this.#seen('before'), this.#seen('after')];
    const compared = this.#plan === null ? null : compareSides({ before, after }, this.#plan);
    const runs = ['before', 'after'].map((side) => this.#sides[side as SideName]?.counter.total().runs ?? 0);
    return {
      header,
      condition,
      before: { commit: this.#setup.before.commit, rate: rateInterval(before.failures, before.runs) },
      after: { commit: this.#setup.after.commit, rate: rateInterval(after.failures, after.runs) },
      plan: {
        cleanRuns: this.#plan?.cleanRuns ?? null,
        leastBefore:
          this.#plan === null ? null : rateInterval(this.#plan.measured.failures, this.#plan.measured.runs).low,
        mostRuns: this.#mostRuns,
      },
      ratio: compared?.ratio ?? { observed: null, low: 0, high: null },
      p: compared?.p ?? null,
      verdict: this.#verdict,
      others: this.#others(),
      spent: {
        runs: (runs[0] ?? 0) + (runs[1] ?? 0),
        ...this.#builds(),
        failedBuilds: 0,
        seconds: (this.#setup.monotonicMs() - this.#began) / 1000,
      },
      interrupted: place.signal.aborted,
      reproduce,
    };
  }

  #builds() {
    const facts = [this.#setup.before, this.#setup.after].flatMap(({ target }) => target.build ?? []);
    const made = facts.filter(({ cached }) => !cached);
    return {
      builds: made.length,
      cachedBuilds: facts.length - made.length,
      buildSeconds: made.reduce((sum, { seconds }) => sum + seconds, 0),
    };
  }

  #others(): OtherFailure[] {
    const counts = [this.#sides.before, this.#sides.after].flatMap((side) => side?.counter.total() ?? []);
    const found: OtherFailure[] = [];
    for (const { others } of counts satisfies RunCounts[]) {
      for (const { title, verdict, count } of others) {
        const known = found.find((one) => one.title === title && one.verdict === verdict);
        if (known === undefined) found.push({ title, verdict, count, commits: 1 });
        else {
          known.count += count;
          known.commits++;
        }
      }
    }
    return found.sort((a, b) => b.count - a.count);
  }
}
