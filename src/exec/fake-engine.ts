import { EngineError } from '../errors.ts';
import type { Batch, Engine, EngineJob, EngineRecord, EngineSession } from '../model/engine.ts';
import type { Ending, Outcome } from '../model/outcome.ts';
import { mixSeed } from '../stats/random.ts';

/** A scripted test: each run draws one of the outcomes. Runs take no real time unless `paceMs` says so. */
export interface FakeScript {
  outcomes: FakeOutcome[];
  /** Indices into `outcomes`, run 1 first, repeated for ever. Without it each run draws by the outcomes' weights. */
  sequence?: number[];
  /** Real milliseconds to wait after every tally, for tests that interrupt a hunt. */
  paceMs?: number;
  /** The engine breaks after this many runs. */
  dieAfter?: number;
}

export interface FakeOutcome {
  ending: Ending;
  output?: string;
  /** Simulated duration. */
  us?: number;
  /** Relative frequency when there is no `sequence`; 1 when left out. */
  weight?: number;
}

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
    yield { type: 'hello', version: 1, pid: 0, features: [] };
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
    let elapsedUs = 0;
    const over = () =>
      this.#stopped ||
      (batch.runs !== null && this.#run - first >= batch.runs) ||
      (batch.ms !== null && elapsedUs >= batch.ms * 1000);
    while (!over()) {
      const tallies = new Map<number, number[]>();
      for (let i = 0; i < tallySize && !over(); i++) {
        const which = this.#draw(this.#run);
        elapsedUs += durationUs(this.#script.outcomes[which]) / batch.jobs;
        const opening = this.#open(which, batch.id);
        if (opening !== null) yield opening;
        else appendRun(tallies, which, this.#run);
        this.#run++;
        if (this.#run - this.#job.firstRun === this.#script.dieAfter) throw new EngineError('The fake engine broke.');
      }
      for (const [which, runs] of tallies) yield this.#tally(which, runs, batch.id);
      await new Promise((resolve) => setTimeout(resolve, this.#script.paceMs ?? 0));
    }
    if (!this.#stopped)
      yield { type: 'batch-end', id: batch.id, runs: this.#run - first, elapsedUs: Math.round(elapsedUs) };
  }

  #draw(run: number): number {
    const { outcomes, sequence } = this.#script;
    if (sequence !== undefined) return sequence[(run - 1) % sequence.length] ?? 0;
    const total = outcomes.reduce((sum, outcome) => sum + (outcome.weight ?? 1), 0);
    let left = (Number(BigInt(`0x${mixSeed(this.#job.seed, run)}`) >> 11n) / 2 ** 53) * total;
    const index = outcomes.findIndex((outcome) => {
      left -= outcome.weight ?? 1;
      return left < 0;
    });
    return Math.max(0, index);
  }

  #open(which: number, batch: number): EngineRecord | null {
    const outcome = this.#script.outcomes[which];
    if (outcome === undefined || this.#classes.has(which)) return null;
    const id = this.#classes.size + 1;
    this.#classes.set(which, id);
    return { type: 'class', id, run: this.#run, worker: 0, batch, exact: true, outcome: fullOutcome(outcome) };
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
