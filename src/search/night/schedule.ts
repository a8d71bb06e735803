import { seededUniform } from '../../stats/random.ts';

/** What is known of a test before the night. */
export interface ScheduledTest {
  test: string;
  /** No earlier night has it. */
  isNew: boolean;
  /** Its sources changed since the last night. */
  isChanged: boolean;
  /** It failed at times, in an earlier night. */
  hasFlaked: boolean;
  /** Runs of all earlier nights together. */
  pastRuns: number;
  /** It must run alone. */
  isSerial: boolean;
}

/** What a cell has had tonight. */
export interface SpentCell {
  test: string;
  condition: string;
  /** Of hunting. */
  spentMs: number;
  runs: number;
  failures: number;
  /** Each of its runs was made under overload, and is in no rate. */
  isApart: boolean;
  /** Longest run, tonight or in an earlier night; null: not known. */
  longestMs: number | null;
  /** More runs would teach nothing: it cannot be built or run, or fails always. */
  isDone: boolean;
}

export interface NightState {
  cells: readonly SpentCell[];
  /** Tests that are being hunted now. */
  running: readonly string[];
  /** Tests that may be hunted side by side. */
  lanes: number;
  /** Until the night's end. */
  leftMs: number;
}

/** What is hunted next, and for how long. `wait`: nothing until one that is on has ended. `end`: nothing at all. */
export type NextTurn =
  | { kind: 'turn'; test: string; condition: string; ms: number }
  | { kind: 'wait' }
  | { kind: 'end' };

/** Of what is left, so much is for the floor of cells that have not had theirs. */
const floorShare = 1 / 2;
const longestFloorMs = 20_000;
const leastTurnMs = 200;
/** Beyond the floor: to begin costs a moment each time. */
const usualTurnMs = 3000;
const longestTurnMs = 60_000;
/** Runs of a test below which its rate is hardly known. */
const fewRuns = 1000;

/**
 * Divides a night over its tests, turn by turn. First every cell gets its floor, an equal part of half the time that is
 * left, new and changed tests before others and the base condition of all before the next condition of any. The rest goes
 * where it pays: each cell in proportion to the weight of its test, the one that lags most behind first.
 * @param seed 16 hex digits: the order of tests that are alike
 */
export class NightSchedule {
  readonly #tests: ReadonlyMap<string, ScheduledTest>;
  readonly #place: ReadonlyMap<string, number>;
  readonly #conditions: readonly string[];

  constructor(tests: readonly ScheduledTest[], conditions: readonly string[], seed: string) {
    const uniform = seededUniform(seed);
    const drawn = tests.map((test) => ({ test, draw: uniform() }));
    drawn.sort((a, b) => weightOf(b.test, 0) - weightOf(a.test, 0) || a.draw - b.draw);
    this.#tests = new Map(tests.map((test) => [test.test, test]));
    this.#place = new Map(drawn.map(({ test }, place) => [test.test, place]));
    this.#conditions = conditions;
  }

  next(state: NightState): NextTurn {
    const { running, lanes, leftMs } = state;
    const open = state.cells.filter(({ isDone, longestMs }) => !isDone && (longestMs ?? 0) < leftMs);
    if (leftMs < leastTurnMs || open.length === 0) return { kind: running.length > 0 ? 'wait' : 'end' };
    if (running.length >= lanes || running.some((test) => this.#of(test).isSerial)) return { kind: 'wait' };
    const free = open.filter(
      ({ test }) => !running.includes(test) && (running.length === 0 || !this.#of(test).isSerial),
    );
    const cell = this.#chosen(free, open, state);
    if (cell === null) return { kind: 'wait' };
    return this.#turn(cell, open, state);
  }

  /** A serial test is not put off for ever by those that fit beside others: its turn is waited for. */
  #chosen(free: readonly SpentCell[], open: readonly SpentCell[], state: NightState): SpentCell | null {
    const first = this.#first(
      open.filter(({ test }) => !state.running.includes(test)),
      open,
      state,
    );
    return first !== null && free.includes(first) ? first : null;
  }

  #first(cells: readonly SpentCell[], open: readonly SpentCell[], state: NightState): SpentCell | null {
    const waiting = cells.filter((cell) => this.#needsFloor(cell, open, state));
    if (waiting.length > 0) {
      return least(waiting, (cell) => [beginnings(cell), this.#conditionOf(cell), this.#placeOf(cell)]);
    }
    return least(cells, (cell) => [cell.spentMs / this.#weight(cell), this.#placeOf(cell)]);
  }

  #turn(cell: SpentCell, open: readonly SpentCell[], state: NightState): NextTurn {
    const { test, condition } = cell;
    const ms = Math.round(Math.min(longestTurnMs, this.#turnMs(cell, open, state), state.leftMs));
    return { kind: 'turn', test, condition, ms: Math.max(1, ms) };
  }

  #turnMs(cell: SpentCell, open: readonly SpentCell[], state: NightState): number {
    const { leftMs, lanes } = state;
    const floor = floorMs(open, state);
    if (cell.runs === 0) {
      // Slow tests take more than their part: what they leave is for all that have had no run.
      const untouched = open.filter(({ runs }) => runs === 0).length;
      return Math.min(floor, (floorShare * leftMs * lanes) / untouched);
    }
    if (this.#needsFloor(cell, open, state)) return Math.max(leastTurnMs, floor - cell.spentMs);
    const share = this.#weight(cell) / sum(open.map((one) => this.#weight(one)));
    return Math.max(usualTurnMs, (share * leftMs * lanes) / 2);
  }

  #needsFloor(cell: SpentCell, open: readonly SpentCell[], state: NightState): boolean {
    return cell.runs === 0 || floorMs(open, state) - cell.spentMs >= leastTurnMs;
  }

  #weight({ test, failures, isApart }: SpentCell): number {
    return weightOf(this.#of(test), failures) + (isApart ? 4 : 0);
  }

  #of(test: string): ScheduledTest {
    const found = this.#tests.get(test);
    if (found === undefined) throw new Error(`${test} is not a test of this night`);
    return found;
  }

  #placeOf({ test }: SpentCell): number {
    return this.#place.get(test) ?? 0;
  }

  #conditionOf({ condition }: SpentCell): number {
    return this.#conditions.indexOf(condition);
  }
}

/** What had no run in spite of its turn comes after those that had none. */
function beginnings({ runs, spentMs }: SpentCell): number {
  if (runs > 0) return 2;
  return spentMs > 0 ? 1 : 0;
}

function weightOf({ isNew, isChanged, hasFlaked, pastRuns }: ScheduledTest, failures: number): number {
  const flaked = hasFlaked || failures > 0;
  return 1 + (isNew ? 3 : 0) + (isChanged ? 3 : 0) + (flaked ? 2 : 0) + (pastRuns < fewRuns ? 1 : 0);
}

/** An equal part, of what is left and what they had together. */
function floorMs(open: readonly SpentCell[], { leftMs, lanes }: NightState): number {
  const all = leftMs * lanes + sum(open.map(({ spentMs }) => spentMs));
  return Math.min(longestFloorMs, (floorShare * all) / open.length);
}

function least<T>(items: readonly T[], keys: (item: T) => number[]): T | null {
  const ranked = items.map((item) => ({ item, key: keys(item) }));
  ranked.sort((a, b) => a.key.map((value, at) => value - (b.key[at] ?? 0)).find((difference) => difference !== 0) ?? 0);
  return ranked[0]?.item ?? null;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
