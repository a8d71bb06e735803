import type { Preempt } from '../../model/condition.ts';
import type { Batch, EngineJob, EngineRecord, EngineSession } from '../../model/engine.ts';
import { PROTOCOL_VERSION } from '../orders.ts';
import { Guest, type Share } from './guest.ts';
import { Outbox } from './outbox.ts';
import type { VirtualMachine } from './virtual-machine.ts';

export interface GuestSessionSetting {
  job: EngineJob;
  /** Guests side by side. */
  guests: number;
  start(guest: number, boot: number, preempt: Preempt | null): Promise<VirtualMachine>;
}

/**
 * Deals out each batch to all guests. Guests with another preemption are other guests: they boot when the first such batch
 * comes, and then stand by, because booting costs more than their memory.
 */
export class GuestSession implements EngineSession {
  readonly records = new Outbox<EngineRecord>();
  readonly #s: GuestSessionSetting;
  readonly #groups = new Map<Preempt | null, Guest[]>();
  readonly #queue: Batch[] = [];
  #busy = false;
  #stopped = false;
  #classes = 0;
  #nextRun: number;

  constructor(setting: GuestSessionSetting) {
    this.#s = setting;
    this.#nextRun = setting.job.firstRun;
    this.records.push({ type: 'hello', version: PROTOCOL_VERSION, pid: 0, features: ['kernel-log'] });
  }

  submit(batch: Batch): void {
    this.#queue.push(batch);
    if (!this.#busy) void this.#work();
  }

  stop(graceMs: number): void {
    const again = this.#stopped;
    this.#stopped = true;
    const farewells = this.#all().map((guest) => guest.stop(graceMs));
    if (!again) void Promise.all(farewells).then((counts) => this.#sayBye(counts));
  }

  async #work(): Promise<void> {
    this.#busy = true;
    try {
      for (let batch = this.#queue.shift(); batch !== undefined && !this.#stopped; batch = this.#queue.shift())
        await this.#play(batch);
    } catch (error) {
      for (const guest of this.#all()) guest.kill();
      this.records.end(error);
    } finally {
      this.#busy = false;
    }
  }

  async #play(batch: Batch): Promise<void> {
    const guests = this.#group(batch.condition.preempt);
    const shares = dealt(batch, guests.length, this.#nextRun);
    let refused = false;
    this.#onRecord = (record) => {
      // One word of it is enough.
      if (record.type === 'refused' && refused) return;
      refused ||= record.type === 'refused';
      this.records.push(record);
    };
    const parts = await Promise.all(shares.map((share, i) => guests[i]?.run(share)));
    if (this.#stopped) return;
    const runs = parts.reduce((sum, part) => sum + (part?.runs ?? 0), 0);
    const elapsedUs = Math.max(0, ...parts.map((part) => part?.elapsedUs ?? 0));
    this.records.push({ type: 'batch-end', id: batch.id, runs, elapsedUs });
  }

  #onRecord: (record: EngineRecord) => void = () => undefined;

  #group(preempt: Preempt | null): Guest[] {
    const known = this.#groups.get(preempt);
    if (known !== undefined) return known;
    const before = this.#all().length;
    const { job, guests: stride, start } = this.#s;
    const group = Array.from({ length: stride }, (_, i) => {
      const number = before + i + 1;
      let boots = 0;
      return new Guest({
        // Each keeps to numbers of its own, whatever a batch begins with.
        ...{ number, job: { ...job, firstRun: job.firstRun + i }, stride },
        start: () => start(number, ++boots, preempt),
        classId: () => ++this.#classes,
        emit: (record) => this.#emit(record),
      });
    });
    this.#groups.set(preempt, group);
    return group;
  }

  #emit(record: EngineRecord): void {
    if (record.type === 'class') this.#nextRun = Math.max(this.#nextRun, record.run + 1);
    if (record.type === 'tally') this.#nextRun = Math.max(this.#nextRun, (record.runs.at(-1)?.[1] ?? 0) + 1);
    this.#onRecord(record);
  }

  #sayBye(counts: { runs: number; abandoned: number }[]): void {
    const sum = (key: 'runs' | 'abandoned') => counts.reduce((total, count) => total + count[key], 0);
    this.records.push({ type: 'bye', runs: sum('runs'), abandoned: sum('abandoned'), reason: 'stop' });
    this.records.end();
  }

  #all(): Guest[] {
    return [...this.#groups.values()].flat();
  }
}

/** Runs are dealt out evenly, time is the same for all; who gets no run does not boot. */
function dealt(batch: Batch, guests: number, from: number): Share[] {
  const { runs, ms } = batch;
  const least = runs === null ? 0 : Math.floor(runs / guests);
  const more = runs === null ? 0 : runs % guests;
  return Array.from({ length: guests }, (_, i) => {
    return { batch, ms, runs: runs === null ? null : least + (i < more ? 1 : 0), from: from + i };
  }).filter(({ runs }) => runs !== 0);
}
