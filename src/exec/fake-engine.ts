import { EngineError } from '../errors.ts';
import type { Batch, Engine, EngineJob, EngineRecord, EngineSession } from '../model/engine.ts';
import type { Outcome } from '../model/outcome.ts';
import { conditionText } from '../perturb/condition-text.ts';
import { mixSeed } from '../stats/random.ts';
import {
  drawOutcome,
  effectOf,
  type FakeOutcome,
  type FakeScript,
  refusal,
  scheduleOf,
  traceOf,
} from './fake-script.ts';
import { PROTOCOL_VERSION } from './orders.ts';

/** An engine without processes: replays scripted outcomes through the interface of the real ones. */
export function fakeEngine(script: FakeScript): Engine {
  return {
    name: 'fake',
    start: (job: EngineJob): Promise<EngineSession> => Promise.resolve(new FakeSession(script, job)),
  };
}

const tallySize = 1000;

class FakeSession implements EngineSession {
  readonly records: AsyncIterable<EngineRecord>;
  readonly #script: FakeScript;
  readonly #job: EngineJob;
  readonly #queue: Batch[] = [];
  readonly #classes = new Map<number, number>();
  #wake: () => void = () => undefined;
  #stopped = false;
  #run: number;

  constructor(script: FakeScript, job: EngineJob) {
    this.#script = script;
    this.#job = job;
    this.#run = job.firstRun;
    this.records = this.#play();
  }

  submit(batch: Batch): void {
    this.#queue.push(batch);
    this.#wake();
  }

  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  async *#play(): AsyncGenerator<EngineRecord> {
    yield { type: 'hello', version: PROTOCOL_VERSION, pid: 0, features: [] };
    for (const [i, ms] of (this.#script.guest?.boots ?? []).entries()) {
      yield { type: 'boot', guest: i + 1, ms, console: `console.${i + 1}` };
    }
    while (!this.#stopped) {
      const batch = this.#queue.shift();
      if (batch !== undefined) yield* this.#playBatch(batch);
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
    yield { type: 'bye', runs: this.#run - this.#job.firstRun, abandoned: 0, reason: 'stop' };
  }

  async *#playBatch(batch: Batch): AsyncGenerator<EngineRecord> {
    const first = this.#run;
    const condition = conditionText(batch.condition);
    const refused = refusal(this.#script, batch);
    if (refused !== null) yield { type: 'refused', batch: batch.id, ...refused };
    let elapsedUs = 0;
    const over = () =>
      this.#stopped ||
      refused !== null ||
      (batch.runs !== null && this.#run - first >= batch.runs) ||
      (batch.ms !== null && elapsedUs >= batch.ms * 1000);
    while (!over()) {
      const tallies = new Map<number, number[]>();
      const begin = this.#run;
      for (let i = 0; i < tallySize && !over(); i++) {
        const which = yield* this.#playRun(batch, condition, tallies);
        elapsedUs += durationUs(this.#script.outcomes[which]) / batch.jobs;
        if (this.#run - this.#job.firstRun === this.#script.dieAfter) throw new EngineError('The fake engine broke.');
      }
      for (const [which, runs] of tallies) yield this.#tally(which, runs, batch.id);
      const effect = effectOf(this.#script, batch, this.#run - begin);
      if (effect !== null) yield effect;
      await new Promise((resolve) => setTimeout(resolve, this.#script.paceMs ?? 0));
    }
    if (!this.#stopped)
      yield { type: 'batch-end', id: batch.id, runs: this.#run - first, elapsedUs: Math.round(elapsedUs) };
  }

  /** Index of the run's outcome. */
  *#playRun(batch: Batch, condition: string, tallies: Map<number, number[]>): Generator<EngineRecord, number> {
    const run = this.#run++;
    const identity = batch.replay ?? { run, seed: mixSeed(this.#job.seed, run) };
    const which = drawOutcome(this.#script, condition, identity);
    const opening = this.#open(which, batch, run, scheduleOf(batch.condition, identity.seed));
    if (opening === null) appendRun(tallies, which, run);
    else yield opening;
    if (batch.replay !== null || batch.trace === true) yield traceOf(batch, run, identity.seed);
    return which;
  }

  #open(which: number, batch: Batch, run: number, schedule: string | null): EngineRecord | null {
    const outcome = this.#script.outcomes[which];
    if (outcome === undefined || this.#classes.has(which)) return null;
    const id = this.#classes.size + 1;
    this.#classes.set(which, id);
    const full = fullOutcome(outcome);
    return { type: 'class', id, run, worker: 0, batch: batch.id, exact: true, schedule, outcome: full };
  }

  #tally(which: number, runs: number[], batch: number): EngineRecord {
    const us = durationUs(this.#script.outcomes[which]);
    return {
      type: 'tally',
      batch,
      class: this.#classes.get(which) ?? 0,
      runs: toRanges(runs),
      count: runs.length,
      wall: { sumUs: us * runs.length, minUs: us, maxUs: us },
      histogram: [[Math.floor(4 * Math.log2(Math.max(1, us))), runs.length]],
      eachUs: runs.length <= 32 ? runs.map(() => us) : null,
    };
  }
}

function appendRun(tallies: Map<number, number[]>, which: number, run: number): void {
  const runs = tallies.get(which);
  if (runs === undefined) tallies.set(which, [run]);
  else runs.push(run);
}

function durationUs(outcome: FakeOutcome | undefined): number {
  return outcome?.us ?? 4000;
}

function fullOutcome(outcome: FakeOutcome): Outcome {
  const bytes = new TextEncoder().encode(outcome.output ?? '');
  const wallUs = durationUs(outcome);
  return {
    ending: outcome.ending,
    usage: { wallUs, userUs: 0, systemUs: 0, maxRssKiB: 0, voluntarySwitches: 0, involuntarySwitches: 0 },
    output: { bytes, total: bytes.length, cutAt: null },
    stacks: null,
    kernelLog: null,
    core: null,
  };
}

function toRanges(runs: number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const run of runs) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === run - 1) last[1] = run;
    else ranges.push([run, run]);
  }
  return ranges;
}
