import { describe, expect, it } from 'vitest';
import type { Condition } from '../model/condition.ts';
import type { HuntEvent } from '../model/events.ts';
import { autoArms } from '../perturb/auto-arms.ts';
import { conditionText, parseCondition } from '../perturb/condition-text.ts';
import { Memory } from '../search/memory.ts';
import { sampleClass, sampleFailure, sampleTally } from '../store/sample-hunt.ts';
import { BatchPlanner, type PlannedBatch, type PlannerSetup } from './batch-planner.ts';

const auto = autoArms({ quota: false, preempt: false }).map(conditionText);
const unbounded = { runs: null, ms: null };

/** A hunt whose runs take 1 ms and fail at a rate that depends on the condition. */
class Play {
  readonly memory: Memory;
  readonly planner: BatchPlanner;
  readonly rates: Record<string, number>;

  constructor(texts: string[], changes: Partial<PlannerSetup> = {}, rates: Record<string, number> = {}) {
    this.rates = rates;
    this.memory = changes.memory ?? new Memory({ conditions: texts, masked: 'report' });
    this.planner = new BatchPlanner({
      seed: '00000000000000aa',
      strategy: texts === auto ? 'auto' : (texts.at(-1) ?? 'plain'),
      conditions: texts.map(parseCondition) as [Condition, ...Condition[]],
      jobs: 1,
      cpus: 2,
      firstId: 1,
      memory: this.memory,
      ...changes,
    });
  }

  /** Plans `count` batches, each of which ends before the next is planned. */
  batches(count: number): PlannedBatch[] {
    return Array.from({ length: count }, () => {
      const planned = this.planner.next(unbounded);
      for (const event of played(planned, this.rates)) this.memory.apply(event);
      return planned;
    });
  }

  conditions(count: number): string[] {
    return this.batches(count).map(({ batch }) => conditionText(batch.condition));
  }

  refuse(part: 'chaos' | 'noise' | 'quota'): void {
    this.memory.apply({ type: 'refused', t: 0, batch: 1, part, text: 'no' });
  }

  secondsOf(condition: string): number {
    return this.memory.ledger.sums({ condition, jobs: 1 }).seconds;
  }
}

function* played({ batch, purpose }: PlannedBatch, rates: Record<string, number>): Generator<HuntEvent> {
  const { id } = batch;
  const condition = conditionText(batch.condition);
  const runs = batch.ms ?? 1000;
  const failures = Math.round(runs * (rates[condition] ?? 0));
  yield { type: 'batch', t: 0, batch: id, stratum: { condition, jobs: batch.jobs }, purpose };
  yield sampleClass({ class: 1, batch: id });
  yield sampleClass({ class: 2, batch: id, judgement: sampleFailure() });
  if (failures < runs) yield { ...sampleTally(1, [[1, runs - failures]]), batch: id };
  if (failures > 0) yield { ...sampleTally(2, [[1, failures]]), batch: id };
  yield { type: 'batch-end', t: 0, batch: id, runs, elapsedUs: 1000 * runs };
}

describe('one condition that only pins', () => {
  it('gets one batch with all that is left', () => {
    const { planner } = new Play(['pin:one'], { jobs: 3, firstId: 7 });
    expect(planner.next({ runs: 500, ms: null })).toEqual({
      purpose: 'hunt',
      batch: { id: 7, condition: parseCondition('pin:one'), jobs: 3, runs: 500, ms: null, learnt: null, replay: null },
    });
  });
});

describe('--jobs auto', () => {
  const perSecond: Record<number, number> = { 1: 100, 2: 200, 4: 205, 8: 203 };

  it('probes first, under the base condition, then gives the rest to the best', () => {
    const { planner } = new Play(['plain'], { jobs: 'auto' });
    for (const jobs of [1, 2, 4, 8]) {
      const { batch, purpose } = planner.next({ runs: 10_000, ms: 60_000 });
      expect([batch.jobs, purpose, conditionText(batch.condition)]).toEqual([jobs, 'tune-jobs', 'plain']);
      planner.ended({ type: 'batch-end', id: batch.id, runs: perSecond[jobs] ?? 0, elapsedUs: 1_000_000 });
    }
    const { batch, purpose } = planner.next({ runs: 9000, ms: 50_000 });
    expect(purpose).toBe('hunt');
    expect(batch).toMatchObject({ id: 5, jobs: 2, runs: 9000, ms: 50_000 });
  });

  it('never probes longer than the hunt may last', () => {
    const { planner } = new Play(['plain'], { jobs: 'auto' });
    expect(planner.next({ runs: null, ms: 100 }).batch.ms).toBe(100);
  });

  it('is decided once for a hunt, not again when it is resumed', () => {
    const first = new Play(auto, { jobs: 2 });
    first.batches(3);
    const { batch, purpose } = new Play(auto, { jobs: 'auto', memory: first.memory }).planner.next(unbounded);
    expect([batch.jobs, purpose]).toEqual([2, 'hunt']);
  });

  it('tries no more workers than CPUs for an arm that needs one for each', () => {
    const { planner } = new Play(['chaos:pct:2'], { jobs: 'auto' });
    for (const jobs of [1, 2]) {
      const { batch } = planner.next(unbounded);
      expect(batch.jobs).toBe(jobs);
      planner.ended({ type: 'batch-end', id: batch.id, runs: 100 * jobs, elapsedUs: 1_000_000 });
    }
    expect(planner.next(unbounded)).toMatchObject({ purpose: 'hunt', batch: { jobs: 2 } });
  });
});

describe('a condition beside plain', () => {
  it('gets four fifths of the time', () => {
    const play = new Play(['plain', 'chaos:spawn'], {}, { plain: 0.5 });
    const conditions = play.conditions(200);
    expect(conditions.slice(0, 2)).toEqual(['plain', 'chaos:spawn']);
    const share = play.secondsOf('plain') / (play.secondsOf('plain') + play.secondsOf('chaos:spawn'));
    expect(share).toBeGreaterThanOrEqual(0.2);
    expect(share).toBeLessThan(0.25);
  });

  it('has at most as many workers as there are CPUs where each needs one', () => {
    const jobs = new Play(['plain', 'chaos:pct:2'], { jobs: 16 }).batches(2).map(({ batch }) => batch.jobs);
    expect(jobs).toEqual([16, 2]);
  });

  it('leaves the hunt when it is refused', () => {
    const play = new Play(['plain', 'chaos:pct:2']);
    expect(play.conditions(2)).toEqual(['plain', 'chaos:pct:2']);
    play.refuse('chaos');
    expect(play.planner.next({ runs: null, ms: 9999 })).toMatchObject({ batch: { ms: 9999, runs: null } });
    expect(new Set(play.conditions(50))).toEqual(new Set(['plain']));
  });

  it('goes on though it does nothing, for it was asked for', () => {
    const play = new Play(['plain', 'chaos:spawn']);
    play.batches(2);
    play.memory.apply(idleEffect('chaos:spawn', play.memory));
    expect(play.conditions(20)).toContain('chaos:spawn');
  });
});

describe('a condition alone', () => {
  it('is looked at while it runs, ever more seldom', () => {
    const lengths = new Play(['chaos:pct:2']).batches(5).map(({ batch }) => batch.ms);
    expect(lengths).toEqual([60, 180, 720, 2880, 11_520]);
  });

  it('becomes what is left of it when a part is refused', () => {
    const play = new Play(['noise:cpu:1,chaos:pct:2']);
    play.refuse('chaos');
    expect(play.conditions(1)).toEqual(['noise:cpu:1@free']);
    play.refuse('noise');
    expect(play.planner.next(unbounded).batch).toMatchObject({ ms: null, condition: parseCondition('plain') });
  });
});

describe('auto', () => {
  it('tries every arm, then spends its time on the best, and its share on plain', () => {
    const play = new Play(auto, {}, { plain: 0.003, 'chaos:pct:1': 0.5, 'chaos:spawn': 0.1, 'chaos:note': 0.05 });
    expect(new Set(play.conditions(40))).toEqual(new Set(auto));
    play.batches(200);
    const total = auto.reduce((sum, condition) => sum + play.secondsOf(condition), 0);
    expect(play.secondsOf('plain') / total).toBeGreaterThanOrEqual(0.15);
    expect(play.secondsOf('chaos:pct:1') / total).toBeGreaterThan(0.65);
  });

  it('drops arms that are refused or do nothing, but late timers and plain', () => {
    const play = new Play(auto);
    play.batches(20);
    for (const condition of auto) play.memory.apply(idleEffect(condition, play.memory));
    play.refuse('noise');
    expect(new Set(play.conditions(60))).toEqual(new Set(['plain', 'chaos:slack:5']));
  });

  it('is plain in one batch where nothing else is left', () => {
    const play = new Play(
      auto.filter((condition) => condition !== 'chaos:slack:5'),
      { strategy: 'auto' },
    );
    play.refuse('chaos');
    play.refuse('noise');
    expect(play.planner.next({ runs: 70, ms: null })).toMatchObject({ batch: { runs: 70, ms: null } });
  });

  it('leaves runs for the others where few are allowed', () => {
    const { planner } = new Play(auto);
    expect(planner.next({ runs: 1000, ms: null }).batch.runs).toBe(Math.floor(1000 / (2 * auto.length)));
    expect(planner.next({ runs: 30, ms: null }).batch.runs).toBe(5);
    expect(planner.next({ runs: 2, ms: null }).batch.runs).toBe(2);
  });

  it('gives no batch more time than is left', () => {
    expect(new Play(auto).planner.next({ runs: null, ms: 7 }).batch.ms).toBe(7);
  });

  it('chooses the same again from the same seed and the same sums, also when it was resumed in between', () => {
    const rates = { plain: 0.01, 'chaos:pct:1': 0.1, 'chaos:pct:2': 0.09, 'chaos:spawn': 0.08 };
    const whole = new Play(auto, {}, rates).conditions(120);
    const first = new Play(auto, {}, rates);
    const begun = first.conditions(60);
    const resumed = new Play(auto, { memory: first.memory, firstId: 61 }, rates);
    expect([...begun, ...resumed.conditions(60)]).toEqual(whole);
    expect(new Play(auto, { seed: 'ffffffffffffffff' }, rates).conditions(120)).not.toEqual(whole);
  });

  it('tells arms what was learnt until then', () => {
    const play = new Play(auto);
    const learnt = play.batches(auto.length + 3).map(({ batch }) => batch.learnt);
    expect(learnt).toContainEqual({ horizon: 32, spanUs: expect.closeTo(4000, -3) });
    expect(learnt[0]).toBeNull();
  });
});

/** Fifty runs under the condition in which nothing was there to be perturbed. */
function idleEffect(condition: string, memory: Memory): HuntEvent {
  const stratum = { condition, jobs: 1 };
  memory.apply({ type: 'batch', t: 0, batch: 9999, stratum, purpose: 'hunt' });
  const nothing = { events: 0, concurrent: 0, held: 0, heldUs: 0, releases: 0, points: 0, cancelled: 0, horizon: 0 };
  const switches = { voluntarySwitches: 9, involuntarySwitches: 9, sampled: 0, migrations: 0 };
  return { type: 'effect', t: 0, batch: 9999, runs: 50, threads: 50, ...nothing, ...switches };
}
