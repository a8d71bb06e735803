import { basename } from 'node:path';
import { EngineError } from '../../errors.ts';
import type { Batch, ClassRecord, EngineJob, EngineRecord } from '../../model/engine.ts';
import type { Ending } from '../../model/outcome.ts';
import { formatBatch, formatPlan, formatStop, PROTOCOL_VERSION } from '../orders.ts';
import { parseRecord } from '../records.ts';
import { readConsole, runOf, whyNoBoot } from './console.ts';
import type { MachineEnd, VirtualMachine } from './virtual-machine.ts';

/** What one guest does of a batch. */
export interface Share extends Pick<Batch, 'runs' | 'ms'> {
  batch: Batch;
  /** Number of its first run; the others follow at `stride`. */
  from: number;
}

export interface Done {
  runs: number;
  elapsedUs: number;
}

export interface GuestSetting {
  /** Counts the guests of a session from 1. */
  number: number;
  /** As the supervisor in the guest is told of it. */
  job: EngineJob;
  /** Guests that number their runs in turns. */
  stride: number;
  start(): Promise<VirtualMachine>;
  /** Ids of classes count over all guests of a session. */
  classId(): number;
  emit(record: EngineRecord): void;
}

interface ActiveShare {
  share: Share;
  runs: number;
  /** Without the time that boots take: it is no time in which runs could have failed. */
  spentMs: number;
  /** When it was ordered in this life. */
  ordered: number;
  done(done: Done): void;
  failed(error: unknown): void;
}

/** Of boots without a run in between, where it is not the kernel that went down: somebody kills the guests. */
const mostVainBoots = 3;
/** It has booted before, when it was probed; a busy machine takes long. */
const bootLimitMs = 180_000;
/** The supervisor in the guest gives a sign of life each second. */
const silenceMs = 60_000;
const lookMs = 5000;
/** A supervisor that was told to stop needs no more. */
const farewellMs = 15_000;

/** One guest: boots when there is something to do, and again when it went down. */
export class Guest {
  readonly #s: GuestSetting;
  #life: Life | null = null;
  #active: ActiveShare | null = null;
  #lastRun = 0;
  #vainBoots = 0;
  #stopping = false;
  #counted = 0;
  #abandoned = 0;

  constructor(setting: GuestSetting) {
    this.#s = setting;
  }

  /** Makes the share's runs, in as many lives as it takes. @throws EngineError when it does not boot */
  async run(share: Share): Promise<Done> {
    return await new Promise<Done>((done, failed) => {
      this.#active = { share, runs: 0, spentMs: 0, ordered: 0, done, failed };
      this.#goOn().catch(failed);
    });
  }

  /** @returns the runs that were reported in all, and those that were cut off */
  async stop(graceMs: number): Promise<{ runs: number; abandoned: number }> {
    this.#stopping = true;
    const life = this.#life;
    if (life !== null) {
      life.machine.send(formatStop(graceMs));
      const impatient = setTimeout(() => life.machine.kill(), life.isUp ? graceMs + farewellMs : 0);
      await life.over;
      clearTimeout(impatient);
    }
    return { runs: this.#counted, abandoned: this.#abandoned };
  }

  kill(): void {
    this.#stopping = true;
    this.#life?.machine.kill();
  }

  async #goOn(): Promise<void> {
    if (this.#life === null) await this.#boot();
    const active = this.#active;
    if (this.#life === null || active === null || this.#stopping) return;
    const { batch, runs, ms, from } = active.share;
    const part = {
      ...batch,
      runs: runs === null ? null : runs - active.runs,
      ms: ms === null ? null : Math.max(1, Math.round(ms - active.spentMs)),
    };
    active.ordered = performance.now();
    const first = this.#lastRun >= from ? this.#lastRun + this.#s.stride : from;
    this.#life.machine.send(formatBatch(part, this.#s.job.cpus, first));
  }

  async #boot(): Promise<void> {
    const { number, job, stride, start, emit } = this.#s;
    const began = performance.now();
    const machine = await start();
    const life = new Life(machine);
    this.#life = life;
    life.over = this.#live(life).catch((error) => this.#fail(error));
    const late = setTimeout(() => life.tooLate(), bootLimitMs);
    await Promise.race([life.up, life.over]);
    clearTimeout(late);
    if (!life.isUp) return;
    machine.send(formatPlan(job, { stride, mark: true }));
    emit({
      type: 'boot',
      guest: number,
      ms: Math.round(performance.now() - began),
      console: basename(machine.console),
    });
  }

  async #live(life: Life): Promise<void> {
    const watch = setInterval(() => life.look(), lookMs);
    try {
      for await (const line of life.machine.lines) {
        life.heard();
        this.#take(parseRecord(line), life);
        if (life.bye) break;
      }
    } finally {
      clearInterval(watch);
      // After its last word nothing is to be waited for.
      life.machine.kill();
    }
    const end = await life.machine.ended;
    this.#life = null;
    if (!life.bye) await this.#wentDown(life, end);
  }

  #take(record: EngineRecord, life: Life): void {
    switch (record.type) {
      case 'hello':
        if (record.version !== PROTOCOL_VERSION)
          throw new EngineError(`The supervisor speaks protocol ${record.version}, not ${PROTOCOL_VERSION}.`);
        life.rise();
        return;
      case 'beat':
        return;
      case 'class':
        this.#vainBoots = 0;
        this.#saw(record.run, 1);
        this.#s.emit({ ...record, id: life.classId(record.id, this.#s.classId) });
        return;
      case 'tally':
        this.#vainBoots = 0;
        this.#saw(record.runs.at(-1)?.[1] ?? 0, record.count);
        this.#s.emit({ ...record, class: life.classId(record.class, this.#s.classId) });
        return;
      case 'batch-end':
        if (this.#active !== null) this.#active.spentMs += record.elapsedUs / 1000;
        this.#endShare();
        return;
      case 'bye':
        life.bye = true;
        this.#abandoned += record.abandoned;
        return;
      default:
        this.#s.emit(record);
    }
  }

  #saw(run: number, runs: number): void {
    this.#lastRun = Math.max(this.#lastRun, run);
    this.#counted += runs;
    if (this.#active !== null) this.#active.runs += runs;
  }

  /** Tells of the run that was on, and goes on in another life. */
  async #wentDown(life: Life, end: MachineEnd): Promise<void> {
    if (this.#stopping) return;
    if (this.#active !== null) this.#active.spentMs += performance.now() - this.#active.ordered;
    const said = await life.machine.consoleText();
    if (!life.isUp)
      throw new EngineError(
        `The guest does not boot${life.isLate ? ` within ${bootLimitMs / 1000} s` : ''}: ${end.complaint || whyNoBoot(said)}. Its console is in ${life.machine.console}.`,
      );
    const story = readConsole(said);
    const mark = runOf(story);
    const ending = endingOf(life, end, story.splat);
    if (this.#active === null) return;
    const isNew = mark !== null && mark.run > this.#lastRun;
    if (isNew) this.#tell(mark, ending, story.splat);
    if ((!isNew || ending.kind === 'lost') && ++this.#vainBoots >= mostVainBoots) {
      throw new EngineError(
        `Guest ${this.#s.number} went down ${mostVainBoots} times in a row without a word of its kernel${end.complaint === '' ? ', as if somebody killed it' : `: ${end.complaint}`}.`,
      );
    }
    const { share, runs } = this.#active;
    if (share.runs !== null && runs >= share.runs) this.#endShare();
    else await this.#goOn();
  }

  #tell({ run, worker }: { run: number; worker: number }, ending: Ending, splat: string | null): void {
    const batch = this.#active?.share.batch.id ?? 0;
    this.#saw(run, 1);
    this.#s.emit(crashRecord({ id: this.#s.classId(), run, worker, batch }, ending, splat));
  }

  #endShare(): void {
    const active = this.#active;
    this.#active = null;
    active?.done({ runs: active.runs, elapsedUs: Math.round(1000 * active.spentMs) });
  }

  #fail(error: unknown): void {
    const active = this.#active;
    this.#active = null;
    this.kill();
    active?.failed(error);
  }
}

/** From one boot to the end of it. */
class Life {
  readonly machine: VirtualMachine;
  readonly up: Promise<void>;
  over: Promise<void> = Promise.resolve();
  isUp = false;
  bye = false;
  /** Killed by us, because it gave no sign of life. */
  isStuck = false;
  /** Killed by us, because it did not come up. */
  isLate = false;
  rise: () => void = () => undefined;
  readonly #classes = new Map<number, number>();
  #silentLooks = 0;

  constructor(machine: VirtualMachine) {
    this.machine = machine;
    this.up = new Promise((resolve) => {
      this.rise = () => {
        this.isUp = true;
        resolve();
      };
    });
  }

  heard(): void {
    this.#silentLooks = 0;
  }

  /** Looks are counted, not time: while we ourselves were stopped, so was the guest. */
  look(): void {
    this.#silentLooks += 1;
    if (!this.isUp || this.#silentLooks * lookMs < silenceMs) return;
    this.isStuck = true;
    this.machine.kill();
  }

  tooLate(): void {
    this.isLate = true;
    this.machine.kill();
  }

  classId(id: number, next: () => number): number {
    const known = this.#classes.get(id);
    if (known !== undefined) return known;
    const fresh = next();
    this.#classes.set(id, fresh);
    return fresh;
  }
}

function endingOf({ isStuck }: Life, { signal, code }: MachineEnd, splat: string | null): Ending {
  if (isStuck) return { kind: 'kernel', what: 'hang' };
  // qemu itself ends well when its guest panicked (-no-reboot).
  const isOwn = signal === null && code === 0;
  return splat !== null || isOwn ? { kind: 'kernel', what: 'panic' } : { kind: 'lost' };
}

const mostSplat = 16 << 10;

function crashRecord(
  where: Pick<ClassRecord, 'id' | 'run' | 'worker' | 'batch'>,
  ending: Ending,
  splat: string | null,
): ClassRecord {
  const usage = { wallUs: 0, userUs: 0, systemUs: 0, maxRssKiB: 0, voluntarySwitches: 0, involuntarySwitches: 0 };
  const output = { bytes: new Uint8Array(), total: 0, cutAt: null };
  const kernelLog = splat?.slice(0, mostSplat) ?? null;
  return {
    ...{ type: 'class', ...where, exact: true, schedule: null },
    outcome: { ending, usage, output, stacks: null, kernelLog, core: null },
  };
}
