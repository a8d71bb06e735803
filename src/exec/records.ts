import { EngineError } from '../errors.ts';
import type { EffectRecord, EngineRecord, RunRanges } from '../model/engine.ts';
import type { Ending, Outcome } from '../model/outcome.ts';
import { decodeBytes, parseLine } from './protocol-line.ts';

/**
 * Reads one record line of the supervisor (PROTOCOL.md, "Records"), without its LF.
 * @throws EngineError when the line is malformed, and for an `error` record, whose text becomes the message.
 */
export function parseRecord(line: string): EngineRecord {
  const { verb, fields } = parseLine(line);
  const read = new FieldReader(line, fields);
  const parse = parsers[verb];
  if (parse === undefined) throw new EngineError(`The supervisor wrote an unknown record "${verb}".`);
  const record = parse(read);
  read.end();
  return record;
}

const parsers: Record<string, (read: FieldReader) => EngineRecord> = {
  hello: (read) => ({
    type: 'hello',
    version: read.number('version'),
    pid: read.number('pid'),
    features: read.text('features').split(',').filter(Boolean),
  }),
  class: (read) => ({
    type: 'class',
    id: read.number('id'),
    run: read.number('run'),
    worker: read.number('worker'),
    batch: read.number('batch'),
    exact: read.number('exact') === 1,
    schedule: read.optional('schedule'),
    outcome: readOutcome(read),
  }),
  tally: (read) => ({
    type: 'tally',
    batch: read.number('batch'),
    class: read.number('class'),
    runs: parseRanges(read.text('runs')),
    count: read.number('count'),
    wall: { sumUs: read.number('sum_us'), minUs: read.number('min_us'), maxUs: read.number('max_us') },
    histogram: read.text('hist').split(',').filter(Boolean).map(parseBucket),
    eachUs: read.optional('each_us')?.split(',').map(Number) ?? null,
  }),
  effect: (read) => ({
    type: 'effect',
    batch: read.number('batch'),
    runs: read.number('runs'),
    threads: read.number('threads'),
    events: read.number('events'),
    concurrent: read.number('concurrent'),
    held: read.number('held'),
    heldUs: read.number('held_us'),
    releases: read.number('releases'),
    points: read.number('points'),
    cancelled: read.number('cancelled'),
    voluntarySwitches: read.number('vcsw'),
    involuntarySwitches: read.number('ivcsw'),
    sampled: read.number('sampled'),
    migrations: read.number('migrations'),
    horizon: read.number('horizon'),
    ...readForcing(read),
  }),
  trace: (read) => ({
    type: 'trace',
    run: read.number('run'),
    batch: read.number('batch'),
    schedule: read.text('schedule'),
    forced: read.has('forced') ? read.oneOf('forced', forcedWords) : null,
    lines: read.text('lines'),
  }),
  point: (read) => ({
    type: 'point',
    run: read.number('run'),
    key: read.text('key'),
    frames: read.text('frames'),
  }),
  halt: (read) => ({
    type: 'halt',
    run: read.number('run'),
    pid: read.number('pid'),
    thread: read.number('thread'),
    at: read.oneOf('at', haltPlaces),
  }),
  refused: (read) => ({
    type: 'refused',
    batch: read.number('batch'),
    part: read.oneOf('part', refusedParts),
    text: read.text('text'),
  }),
  'batch-end': (read) => ({
    type: 'batch-end',
    id: read.number('id'),
    runs: read.number('runs'),
    elapsedUs: read.number('us'),
  }),
  beat: (read) => {
    read.number('us');
    return { type: 'beat' };
  },
  note: (read) => ({ type: 'note', text: read.text('text') }),
  error: (read) => {
    throw new EngineError(`The supervisor cannot go on: ${read.text('text')}.`);
  },
  bye: (read) => ({
    type: 'bye',
    runs: read.number('runs'),
    abandoned: read.number('abandoned'),
    reason: read.text('reason'),
  }),
};

const forcedWords = ['yes', 'infeasible', 'absent'] as const;
const haltPlaces = ['output', 'exit', 'abort'] as const;
const refusedParts = ['chaos', 'noise', 'quota'] as const;

function readForcing(read: FieldReader): Pick<EffectRecord, 'forced' | 'infeasible' | 'absent'> {
  if (!read.has('forced')) return {};
  return { forced: read.number('forced'), infeasible: read.number('infeasible'), absent: read.number('absent') };
}

function readOutcome(read: FieldReader): Outcome {
  const ending = parseEnding(read.text('end'));
  const usage = {
    wallUs: read.number('us'),
    userUs: read.number('user_us'),
    systemUs: read.number('sys_us'),
    maxRssKiB: read.number('rss_kib'),
    voluntarySwitches: read.number('vcsw'),
    involuntarySwitches: read.number('ivcsw'),
  };
  read.text('hash');
  const cut = read.optional('cut');
  return {
    ending,
    usage,
    output: {
      bytes: read.bytes('output'),
      total: read.number('bytes'),
      cutAt: cut === null ? null : Number(cut),
    },
    stacks: read.optional('stacks'),
    kernelLog: read.optional('kernel'),
    core: read.optional('core'),
  };
}

/** @throws EngineError on an ending the protocol does not know. */
function parseEnding(text: string): Ending {
  const [kind, value, core] = text.split(':');
  const number = Number(value);
  if (kind === 'exit') return { kind, code: number };
  if (kind === 'signal') return { kind, signal: number, core: core === 'core' };
  if (kind === 'noexec') return { kind, errno: number };
  if (kind === 'timeout' || kind === 'lost') return { kind };
  if (kind === 'unfit' && (value === 'seccomp' || value === 'setuid')) return { kind, why: value };
  throw new EngineError(`The supervisor reported an unknown ending "${text}".`);
}

/** `1-3,7` as [[1,3],[7,7]]. */
function parseRanges(text: string): RunRanges {
  return text
    .split(',')
    .filter(Boolean)
    .map((range) => {
      const [first, last] = range.split('-').map(Number);
      return [first ?? 0, last ?? first ?? 0];
    });
}

function parseBucket(text: string): [number, number] {
  const [bucket, count] = text.split(':').map(Number);
  return [bucket ?? 0, count ?? 0];
}

/** Takes the fields of one line out by name and sees to it that none is missing, malformed or left over. */
class FieldReader {
  readonly #line: string;
  readonly #left: Map<string, string>;

  constructor(line: string, fields: Map<string, string>) {
    this.#line = line;
    this.#left = fields;
  }

  number(key: string): number {
    const text = this.#take(key);
    if (text === undefined || !/^\d{1,16}$/.test(text)) throw this.#broken(key);
    return Number(text);
  }

  bytes(key: string): Uint8Array {
    const text = this.#take(key);
    if (text === undefined) throw this.#broken(key);
    return decodeBytes(text);
  }

  text(key: string): string {
    return Buffer.from(this.bytes(key)).toString('utf8');
  }

  /** One of a few words. */
  oneOf<T extends string>(key: string, words: readonly T[]): T {
    const text = this.text(key);
    const word = words.find((one) => one === text);
    if (word === undefined) throw this.#broken(key);
    return word;
  }

  has(key: string): boolean {
    return this.#left.has(key);
  }

  optional(key: string): string | null {
    return this.has(key) ? this.text(key) : null;
  }

  end(): void {
    const [extra] = this.#left.keys();
    if (extra !== undefined) throw this.#broken(extra);
  }

  #take(key: string): string | undefined {
    const value = this.#left.get(key);
    this.#left.delete(key);
    return value;
  }

  #broken(key: string): EngineError {
    return new EngineError(`The supervisor wrote a line with a bad "${key}": ${this.#line.slice(0, 120)}.`);
  }
}
