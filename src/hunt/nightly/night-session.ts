import { cpus } from 'node:os';
import { BuildError, EngineError, type ExpectedError, UsageError } from '../../errors.ts';
import type { NightCell, NightHeader } from '../../model/night.ts';
import type { NightEvent, NightRecord } from '../../model/night-events.ts';
import type { MaskedPolicy } from '../../model/verdict.ts';
import { type NextTurn, NightSchedule, type ScheduledTest } from '../../search/night/schedule.ts';
import { timeWasOver } from '../../search/night/test-state.ts';
import type { NightLog } from '../../store/night-log.ts';
import type { SessionContext } from '../hunt-session.ts';
import type { Target } from '../target.ts';
import { LoadWatch } from './load-watch.ts';
import { emptyCell, learn, NightCells, type OpenCell } from './night-cells.ts';
import { restoreCells } from './restore-cells.ts';
import { type Turn, takeTurn } from './take-turn.ts';

export type NightPlace = Omit<SessionContext, 'onStart' | 'onEvent'>;

export interface NightWork {
  log: NightLog;
  header: NightHeader;
  /** What earlier sessions of this night have; empty for a new one. */
  record: NightRecord;
  tests: readonly ScheduledTest[];
  masked: MaskedPolicy;
  place: NightPlace;
  /** @throws BuildError, UsageError for a test that cannot be built */
  build(test: string): Promise<Target>;
  /** Longest run of a cell in earlier nights, in milliseconds; null: not known. */
  longest(test: string, condition: string): number | null;
  /** Called after each event has been logged, and now and then in between. */
  onEvent(event: NightEvent): void;
  /** What is being done now, a few words. */
  onActivity(text: string): void;
}

/**
 * Hunts the tests of a night turn by turn until its time is over. One bad test never ends it: what cannot be built or run is
 * a cell with its reason.
 * @throws EnvironmentError for what would stop every test; what was logged stays
 */
export async function conductNight(work: NightWork): Promise<'done' | 'time' | 'interrupted'> {
  return await new Session(work).run();
}

/** Of a turn that is begun all the same. */
const shortestMs = 1000;
/** A boot may take so many times as long as the first one did. */
const bootsLonger = 1.5;

class Session {
  readonly #work: NightWork;
  readonly #schedule: NightSchedule;
  readonly #cells: NightCells;
  /** Null: what is scripted takes no time of any CPU. */
  readonly #watch: LoadWatch | null;
  readonly #targets = new Map<string, Promise<Target>>();
  readonly #running = new Map<number, { test: string; turn: Promise<void> }>();
  readonly #told = new Set<string>();
  readonly #endsMs: number;
  /** Hunts of a night lie in its folder: they are not what a person means by the last hunt. */
  readonly #place: NightPlace;
  #failure: unknown = null;

  constructor(work: NightWork) {
    const { header, record, tests, place, longest } = work;
    this.#work = work;
    this.#schedule = new NightSchedule(tests, header.conditions, header.seed);
    this.#cells = new NightCells(header.tests, header.conditions, record, longest);
    this.#place = { ...place, paths: { ...place.paths, state: work.log.dir } };
    this.#endsMs = performance.now() + header.budgetMs - record.elapsedMs;
    this.#watch =
      place.chosen.name === 'fake' ? null : new LoadWatch(cpus().length, (overloaded) => this.#loadChanged(overloaded));
  }

  async run(): Promise<'done' | 'time' | 'interrupted'> {
    const { signal, paths } = this.#place;
    try {
      this.#append({ type: 'session', t: Date.now() });
      // Nobody looked between the sessions.
      if (this.#work.record.loads.at(-1)?.overloaded === true) this.#loadChanged(false);
      const changed = (cell: NightCell) => this.#append({ type: 'cell', t: Date.now(), cell });
      await restoreCells(this.#cells, this.#work.record, paths, changed);
      const isOver = await this.#hunt();
      if (this.#failure !== null) throw this.#failure;
      if (signal.aborted) return 'interrupted';
      this.#tellUntouched();
      return isOver ? 'time' : 'done';
    } finally {
      this.#watch?.stop();
    }
  }

  /** Called by a timer, where nobody would catch what a full disk throws. */
  #loadChanged(overloaded: boolean): void {
    try {
      this.#append({ type: 'load', t: Date.now(), overloaded });
    } catch (error) {
      this.#failure ??= error;
    }
  }

  /** Whether the time ended it. */
  async #hunt(): Promise<boolean> {
    const { signal } = this.#place;
    for (;;) {
      const leftMs = this.#endsMs - performance.now();
      const running = [...this.#running.values()];
      const state = {
        cells: this.#cells.spent(),
        running: running.map(({ test }) => test),
        lanes: this.#lanes,
        leftMs,
      };
      const stops = signal.aborted || this.#failure !== null;
      const next: NextTurn = stops ? { kind: running.length > 0 ? 'wait' : 'end' } : this.#schedule.next(state);
      if (next.kind === 'end') return this.#cells.all().some(({ isDone }) => !isDone);
      if (next.kind === 'wait') await Promise.race(running.map(({ turn }) => turn));
      else this.#begin(next);
    }
  }

  get #lanes(): number {
    return this.#work.header.jobs ?? 1;
  }

  #begin(turn: Turn): void {
    const lane = this.#freeLane();
    const done = this.#turn(turn, lane)
      .catch((error: unknown) => {
        // A build that an interrupt ended.
        if (!this.#place.signal.aborted) this.#failure ??= error;
      })
      .finally(() => this.#running.delete(lane));
    this.#running.set(lane, { test: turn.test, turn: done });
  }

  #freeLane(): number {
    for (let lane = 0; ; lane++) {
      if (!this.#running.has(lane)) return lane;
    }
  }

  async #turn(turn: Turn, lane: number): Promise<void> {
    const cell = this.#cells.get(turn.test, turn.condition);
    const target = await this.#target(turn.test);
    if (target === null) return;
    this.#work.onActivity(`${turn.test} under ${turn.condition}`);
    const began = performance.now();
    try {
      // A guest has to boot first; a build may have taken what was left.
      const wanted = turn.ms + bootsLonger * (this.#place.chosen.guest?.bootMs ?? 0);
      const ms = Math.min(wanted, Math.max(shortestMs, this.#endsMs - began));
      const { fold, reason } = await takeTurn({ ...turn, ms: Math.round(ms) }, cell, target, {
        work: this.#work,
        place: { ...this.#place, machine: this.#machineOf(lane), graceMs: Math.max(0, this.#endsMs - began - ms) },
        cells: this.#cells,
        overloaded: () => this.#watch?.overloaded === true && this.#work.header.overload !== 'count',
        append: (event) => this.#append(event),
      });
      if (fold.refused !== null) this.#note(fold.refused);
      if (fold.refused !== null || reason === 'skipped' || reason === 'invalid') cell.isDone = true;
      this.#tell(cell, fold.cell());
    } catch (error) {
      if (!(error instanceof EngineError || error instanceof UsageError)) throw error;
      this.#giveUp(cell, error);
    } finally {
      cell.spentMs += performance.now() - began;
    }
  }

  /** Null: it cannot be built, which is told. */
  async #target(test: string): Promise<Target | null> {
    const known = this.#targets.get(test) ?? this.#work.build(test);
    this.#targets.set(test, known);
    try {
      return await known;
    } catch (error) {
      if (!(error instanceof BuildError || error instanceof UsageError)) throw error;
      for (const cell of this.#cells.of(test)) {
        this.#close(cell, `it cannot be built: ${firstReason(error.message)}`);
      }
      return null;
    }
  }

  #giveUp(cell: OpenCell, error: ExpectedError): void {
    // What follows the first sentence says how to go on with that hunt.
    this.#close(cell, error.message.split(/(?<=\.)\s/)[0] ?? '');
  }

  /** It is hunted no more; what it has is kept. */
  #close(cell: OpenCell, reason: string): void {
    cell.isDone = true;
    const now = cell.fold?.cell() ?? cell.logged;
    this.#tell(cell, now === null ? emptyCell(cell, reason) : { ...now, reason });
  }

  #tell(cell: OpenCell, now: NonNullable<OpenCell['logged']>): void {
    learn(cell, now);
    this.#append({ type: 'cell', t: Date.now(), cell: now });
  }

  #tellUntouched(): void {
    for (const cell of this.#cells.all()) {
      if (cell.logged === null) this.#tell(cell, emptyCell(cell, timeWasOver));
    }
  }

  /** Side by side, tests must not share a CPU: chaos asks for one that is idle. */
  #machineOf(lane: number): NightPlace['machine'] {
    const { machine, chosen } = this.#place;
    const lanes = this.#lanes;
    if (lanes === 1 || chosen.guest !== null) return machine;
    const cpusAllowed = machine.cpusAllowed.filter((_, index) => index % lanes === lane);
    return { ...machine, cpusAllowed };
  }

  /** What holds for many tests is told once. */
  #note(text: string): void {
    if (this.#told.has(text)) return;
    this.#told.add(text);
    this.#append({ type: 'note', t: Date.now(), text });
  }

  #append(event: NightEvent): void {
    this.#work.log.append(event);
    this.#work.onEvent(event);
  }
}

/** The compiler's or make's complaint, in one line. */
function firstReason(message: string): string {
  const lines = message.split('\n').map((line) => line.trim());
  const complaint = lines.find((line) => /\berror\b|\bfatal\b|undefined reference|\*\*\*|No rule/i.test(line));
  return complaint ?? lines[0]?.replace(/^\S+ does not build: /, '') ?? 'no reason given';
}
