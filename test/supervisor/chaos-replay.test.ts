import { describe, expect, test } from 'vitest';
import { parseCondition } from '../../src/perturb/condition-text.ts';
import { mixSeed } from '../../src/stats/random.ts';
import { isRoot, nobody } from './provoke.ts';
import { endingOf, numbersOf, Session } from './session.ts';
import { traces } from './traces.ts';

const SEEDS = 40;
const TIMES = 5;

describe('a seed decides the run', () => {
  const cells: [program: string, condition: string, user?: typeof nobody][] = [
    ['race-order', 'chaos:pct:1'],
    ['race-order', 'chaos:handoff'],
    ['race-check', 'chaos:pct:2:8'],
    ['race-three', 'chaos:pct:3:8'],
    // Two threads that can run at once, of which neither may be overtaken by a release.
    ['race-three barrier', 'chaos:pct:3:10'],
    ['race-three barrier', 'chaos:handoff'],
  ];
  if (isRoot) cells.push(['race-order', 'chaos:pct:1', nobody], ['race-three barrier', 'chaos:handoff', nobody]);

  test.each(cells)('%s under %s: same seed, same outcome', async (program, text, user) => {
    const session = await Session.start(program.split(' '), user);
    const condition = parseCondition(text);
    // Batch 0 is the hunt, batch n its run n again and again.
    await session.run({ id: SEEDS + 1, runs: SEEDS, condition });
    const first = endingsByRun(session);
    for (let run = 1; run <= SEEDS; run++) {
      const replay = { run, seed: mixSeed(session.job.seed, run), haltAt: null };
      await session.run({ id: run, runs: TIMES, condition, replay });
    }
    await session.stop();
    const all = endingsByRun(session);
    const agreeing = Array.from({ length: SEEDS }, (_, i) => i + 1).filter((run) => {
      const begin = SEEDS + (run - 1) * TIMES;
      const again = Array.from({ length: TIMES }, (_, i) => all.get(begin + i + 1));
      return again.every((ending) => ending !== undefined && ending === first.get(run));
    });
    expect(agreeing.length).toBeGreaterThanOrEqual(0.95 * SEEDS);
    // Both outcomes are among them: else the seed would decide nothing.
    expect(new Set(first.values()).size).toBe(2);
  });

  test('and its schedule: the same events in the same order', async () => {
    const session = await Session.start(['race-check']);
    const condition = parseCondition('chaos:pct:3:8');
    for (let run = 1; run <= 20; run++) {
      const replay = { run, seed: mixSeed(session.job.seed, run), haltAt: null };
      await session.run({ id: run, runs: 4, condition, replay });
    }
    await session.stop();
    const found = session.records.filter((record) => record.type === 'trace');
    expect(found.length).toBe(80);
    const schedules = Array.from({ length: 20 }, (_, i) => found.filter(({ batch }) => batch === i + 1));
    const alike = schedules.filter((list) => new Set(list.map(({ schedule }) => schedule)).size === 1);
    expect(alike.length).toBeGreaterThanOrEqual(19);
    expect(new Set(schedules.map(([one]) => one?.schedule)).size).toBeGreaterThan(1);
  });

  test('the run finds its own number and seed again, and is counted on', async () => {
    const session = await Session.start(['show-run']);
    const replay = { run: 777, seed: '0123456789abcdef', haltAt: null };
    await session.run({ runs: 3, condition: parseCondition('chaos:note'), replay });
    await session.stop();
    expect(session.runsByEnding).toEqual({ 'exit:0': [1, 2, 3] });
    expect(session.outputOf(0)).toMatch(/FLAKEHUNT_RUN=777\nFLAKEHUNT_SEED=0123456789abcdef\n/);
    expect(session.classes[0]?.schedule).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('a trace', () => {
  test.each(['chaos:note', 'chaos:handoff', 'chaos:pct:3:8', 'chaos:delays:4:8', 'chaos:spawn', 'chaos:victim:4ms'])(
    'under %s names every call that was let go, in that order',
    async (condition) => {
      const found = await traces(['race-three'], condition, 5);
      for (const trace of found) {
        expect(new Set(trace.map(({ thread }) => thread))).toEqual(new Set(['0', '0.1']));
        const times = trace.map(({ releasedUs }) => releasedUs);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        expect(trace.filter(({ arrivedUs, releasedUs }) => arrivedUs > releasedUs)).toEqual([]);
        const names = trace.map(({ key, k }) => `${key} ${k}`);
        expect(new Set(names).size).toBe(names.length);
      }
    },
  );

  test('ends with a whole line within 64 KiB, however long the names are', async () => {
    const session = await Session.start(['fork-chain', '200']);
    const replay = { run: 1, seed: session.job.seed, haltAt: null };
    await session.run({ runs: 2, condition: parseCondition('chaos:note'), replay });
    await session.stop();
    expect(session.runsByEnding).toEqual({ 'exit:0': [1, 2] });
    const lengths = session.records.filter((r) => r.type === 'trace').map(({ lines }) => lines.length);
    for (const length of lengths) {
      expect(length).toBeGreaterThan(60_000);
      expect(length).toBeLessThanOrEqual(65_536);
    }
  });

  test('says why: held for so long, picked by priority, struck by a change of priority', async () => {
    const decisions = async (condition: string) =>
      new Set((await traces(['race-three'], condition, 10)).flat().map(({ decision }) => decision.charAt(0)));
    expect(await decisions('chaos:note')).toEqual(new Set(['-']));
    expect(await decisions('chaos:pct:1')).toEqual(new Set(['p']));
    expect(await decisions('chaos:pct:3:8')).toEqual(new Set(['p', 'c']));
    expect(await decisions('chaos:delays:8:8')).toEqual(new Set(['-', 'h']));
  });
});

function endingsByRun(session: Session): Map<number, string> {
  const endings = new Map<number, string>();
  for (const one of session.classes) {
    endings.set(one.run, endingOf(one));
    for (const tally of session.tallies.filter((t) => t.class === one.id)) {
      for (const run of numbersOf(tally)) endings.set(run, endingOf(one));
    }
  }
  return endings;
}
