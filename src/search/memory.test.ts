import { describe, expect, it } from 'vitest';
import type { Chaos, Condition } from '../model/condition.ts';
import type { EffectRecord } from '../model/engine.ts';
import type { HuntEvent } from '../model/events.ts';
import type { Judgement } from '../model/verdict.ts';
import { sampleClass, sampleFailure, sampleTally } from '../store/sample-hunt.ts';
import { Memory } from './memory.ts';

const plain = { condition: 'plain', jobs: 1 };
const pct = { condition: 'chaos:pct:2', jobs: 1 };

const batch = (id: number, stratum = plain, purpose: 'hunt' | 'tune-jobs' = 'hunt'): HuntEvent => {
  return { type: 'batch', t: 0, batch: id, stratum, purpose };
};
const end = (id: number, ms: number): HuntEvent => {
  return { type: 'batch-end', t: 0, batch: id, runs: 0, elapsedUs: 1000 * ms };
};
const tally = (id: number, inBatch: number, count: number, first = 100) => {
  return { ...sampleTally(id, [[first, first + count - 1]]), batch: inBatch } as HuntEvent;
};
const failure = (signature: string): Judgement => {
  const judgement = sampleFailure();
  return { ...judgement, signature: { ...judgement.signature, id: signature } as Judgement['signature'] };
};
const first = (id: number, inBatch: number, run: number, judgement?: Judgement) =>
  sampleClass({ class: id, batch: inBatch, run, ...(judgement === undefined ? {} : { judgement }) });
const effect = (inBatch: number, changes: Partial<EffectRecord>): HuntEvent => ({
  type: 'effect',
  t: 0,
  batch: inBatch,
  runs: 10,
  threads: 20,
  events: 100,
  concurrent: 50,
  held: 5,
  heldUs: 50,
  releases: 0,
  points: 0,
  cancelled: 0,
  voluntarySwitches: 0,
  involuntarySwitches: 0,
  sampled: 0,
  migrations: 0,
  horizon: 7,
  ...changes,
});

function remember(...events: HuntEvent[]): Memory {
  const memory = new Memory({ conditions: ['plain', 'chaos:pct:2'], masked: 'report' });
  for (const event of events) memory.apply(event);
  return memory;
}

describe('ledger', () => {
  it('counts runs, failures and time of a stratum once its batch has ended', () => {
    const begun = [batch(1), first(1, 1, 1), tally(1, 1, 9), first(2, 1, 20, failure('a')), tally(2, 1, 3)];
    expect(remember(...begun).ledger.sums(plain)).toEqual({ runs: 0, failures: 0, seconds: 0 });
    const { ledger } = remember(...begun, end(1, 500), batch(2, pct), tally(2, 2, 50), end(2, 250));
    expect(ledger.sums(plain)).toEqual({ runs: 14, failures: 4, seconds: 0.5 });
    expect(ledger.sums(pct)).toEqual({ runs: 50, failures: 50, seconds: 0.25 });
    expect(ledger.sums({ ...plain, jobs: 2 })).toEqual({ runs: 0, failures: 0, seconds: 0 });
  });

  it('knows the batch of a tally, not the one that runs', () => {
    const { ledger } = remember(batch(1), first(1, 1, 1), batch(2, pct), tally(1, 2, 5), tally(1, 1, 9), end(1, 10));
    expect(ledger.sums(plain).runs).toBe(10);
    expect(ledger.sums(pct).runs).toBe(0);
  });

  it('leaves out a batch that a killed flakehunt never ended', () => {
    const { ledger } = remember(batch(1), first(1, 1, 1, failure('a')), batch(2), tally(1, 2, 5), end(2, 100));
    expect(ledger.sums(plain)).toEqual({ runs: 5, failures: 5, seconds: 0.1 });
  });

  it('measures by the signature that plain shows, once it shows one', () => {
    const chaos = [
      batch(1, pct),
      first(1, 1, 1, failure('a')),
      tally(1, 1, 99),
      first(2, 1, 200, failure('b')),
      end(1, 9),
    ];
    expect(remember(...chaos).ledger.sums(pct).failures).toBe(100);
    const { ledger } = remember(...chaos, batch(2), tally(2, 2, 1), end(2, 9));
    expect([ledger.sums(plain).failures, ledger.sums(pct).failures]).toEqual([1, 1]);
  });

  it('takes masked runs for failures only when told so', () => {
    const masked = { ...failure('a'), verdict: 'masked' as const };
    const events = [batch(1), first(1, 1, 1, masked), end(1, 9)];
    expect(remember(...events).ledger.sums(plain).failures).toBe(0);
    const memory = new Memory({ conditions: ['plain'], masked: 'fail' });
    for (const event of events) memory.apply(event);
    expect(memory.ledger.sums(plain).failures).toBe(1);
  });

  it('remembers the number of workers that was settled on', () => {
    expect(remember(batch(1, { ...plain, jobs: 4 }, 'tune-jobs')).ledger.settledJobs).toBeNull();
    const { ledger } = remember(batch(1, { ...plain, jobs: 4 }), batch(2, { ...pct, jobs: 2 }));
    expect(ledger.settledJobs).toBe(4);
  });
});

describe('lessons', () => {
  const open: Chaos = { arm: 'pct', depth: 2, horizon: null, classes: ['sync'] };
  const victim: Chaos = { arm: 'victim', spanUs: null, classes: ['sync'] };
  const learnt = (memory: Memory, chaos: Chaos = open, condition = pct.condition) =>
    memory.lessons.learnt(chaos, condition);

  it('has nothing to say to chaos that leaves nothing open', () => {
    const { lessons } = remember();
    expect(lessons.learnt(null, 'plain')).toBeNull();
    expect(lessons.learnt({ ...open, horizon: 9 }, 'chaos:pct:2:9')).toBeNull();
    expect(lessons.learnt({ arm: 'note', classes: ['sync'] }, 'chaos:note')).toBeNull();
    expect(lessons.learnt({ arm: 'slack', ms: 5 }, 'chaos:slack:5')).toBeNull();
  });

  it('guesses before the first run', () => {
    expect(learnt(remember())).toEqual({ horizon: 32, spanUs: 4000 });
  });

  it('learns the horizon from arms that intercepted something', () => {
    const memory = remember(batch(1, pct), effect(1, { horizon: 9 }), batch(2), effect(2, { events: 0, horizon: 0 }));
    expect(learnt(memory)?.horizon).toBe(9);
    expect(learnt(remember(batch(1, pct), effect(1, { horizon: 0 })))?.horizon).toBe(1);
  });

  it('takes the median of the last horizons', () => {
    const told = (...horizons: number[]) => horizons.map((horizon) => effect(1, { horizon }));
    expect(learnt(remember(batch(1, pct), ...told(20, 21, 4, 22, 90)))?.horizon).toBe(21);
    expect(learnt(remember(batch(1, pct), ...told(...Array(40).fill(5), ...Array(15).fill(70))))?.horizon).toBe(70);
  });

  it('prefers one that steps in at the same calls', () => {
    const all = { ...pct, condition: 'chaos:note/all' };
    const memory = remember(batch(1, pct), effect(1, { horizon: 20 }), batch(2, all), effect(2, { horizon: 300 }));
    expect(learnt(memory)?.horizon).toBe(20);
    expect(learnt(memory, open, 'pin:one,chaos:pct:1/all,quota:20%/10ms')?.horizon).toBe(300);
    expect(learnt(memory, open, 'chaos:pct:1/sync')?.horizon).toBe(300);
  });

  it('takes the median of plain runs for their span, skipped ones aside', () => {
    const skip = { verdict: 'skip', signature: null, known: null, reason: null } as const;
    const quick = { ...sampleClass().usage, wallUs: 3 };
    const memory = remember(
      batch(1),
      sampleClass({ class: 1, batch: 1, usage: { ...quick, wallUs: 8000 } }),
      sampleClass({ class: 2, batch: 1, judgement: skip, usage: quick }),
      tally(2, 1, 50),
      batch(2, pct),
      sampleClass({ class: 3, batch: 2, usage: { ...quick, wallUs: 90_000 } }),
    );
    expect(learnt(memory, victim, 'chaos:victim')?.spanUs).toBeGreaterThan(7000);
    expect(learnt(memory, victim, 'chaos:victim')?.spanUs).toBeLessThan(10_000);
  });

  it('takes the shortest run where none is plain', () => {
    const usage = { ...sampleClass().usage, wallUs: 90_000 };
    const memory = remember(batch(1, pct), sampleClass({ class: 1, batch: 1, usage }), tally(1, 1, 5));
    expect(learnt(memory, victim, 'chaos:victim')?.spanUs).toBe(4000);
  });
});

describe('dropouts', () => {
  const parts: Condition = {
    pin: { policy: 'one' },
    noise: { classes: [{ name: 'cpu', count: 1 }], cpus: 'free' },
    chaos: { arm: 'spawn', classes: ['sync'] },
    quota: { percent: 20, periodMs: 10 },
    preempt: null,
  };
  const refused = (part: 'chaos' | 'noise' | 'quota'): HuntEvent => {
    return { type: 'refused', t: 0, batch: 1, part, text: 'no' };
  };

  it('takes refused parts out of a condition', () => {
    expect(remember().dropouts.possible(parts)).toBe(parts);
    expect(remember(refused('chaos')).dropouts.possible(parts)).toEqual({ ...parts, chaos: null });
    const rest = { ...parts, noise: null, quota: null };
    expect(remember(refused('noise'), refused('quota')).dropouts.possible(parts)).toEqual(rest);
  });

  it('keeps late timers where interception is refused', () => {
    const slack: Condition = { ...parts, noise: null, chaos: { arm: 'slack', ms: 5 } };
    expect(remember(refused('chaos'), refused('noise')).dropouts.possible(slack)).toBe(slack);
  });

  it('sees that chaos does nothing when that is sure', () => {
    const idle = { threads: 10, concurrent: 0 };
    const didNothing = (...effects: HuntEvent[]) =>
      remember(batch(1, pct), ...effects).dropouts.didNothing(pct.condition);
    expect(didNothing()).toBe(false);
    expect(didNothing(effect(1, { ...idle, runs: 4 }))).toBe(false);
    expect(didNothing(effect(1, { ...idle, runs: 4 }), effect(1, { ...idle, runs: 4 }))).toBe(true);
    expect(didNothing(effect(1, idle), effect(1, {}))).toBe(false);
  });

  it('counts the runs that chaos made worthless', () => {
    const unfit = sampleClass({ class: 1, batch: 1, ending: { kind: 'unfit', why: 'seccomp' } });
    const memory = remember(batch(1, pct), unfit, tally(1, 1, 30), sampleClass({ class: 2 }), tally(2, 1, 5));
    expect(memory.dropouts.unfitRuns).toBe(31);
  });
});
