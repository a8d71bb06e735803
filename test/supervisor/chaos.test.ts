import { describe, expect, test } from 'vitest';
import { provoke } from './provoke.ts';

/**
 * The racy programs race-*.c, one for each class of bug, and how often each arm must and may make them fail, as shares of
 * the runs. Bounds leave room for five standard deviations and a busy machine. Those of the arms that wait for an idle CPU
 * (handoff, pct) hardly need it: they decide alike whatever the load. A horizon of 8 is what these programs have.
 */
const cells: [program: string, condition: string, runs: number, least: number, most: number][] = [
  ['order', 'plain', 200, 0, 0.2],
  ['order', 'chaos:handoff', 200, 0.05, 1],
  ['order', 'chaos:pct:1', 200, 0.25, 0.75],
  ['order', 'chaos:pct:2:8', 200, 0.15, 1],
  ['order', 'chaos:spawn', 200, 0.05, 1],
  ['order', 'chaos:delays:2:8', 200, 0.01, 1],

  ['starved', 'plain', 100, 0, 0.1],
  ['starved', 'chaos:handoff', 100, 0, 0.03],
  ['starved', 'chaos:pct:1', 100, 0, 0.03],
  ['starved', 'chaos:pct:3:8', 100, 0, 0.03],
  ['starved', 'chaos:victim:4ms', 200, 0.01, 1],

  ['check', 'plain', 200, 0, 0.05],
  ['check', 'chaos:handoff', 200, 0.05, 1],
  ['check', 'chaos:pct:1', 300, 0, 0],
  ['check', 'chaos:pct:2:8', 200, 0.03, 1],
  ['check', 'chaos:pct:3:8', 200, 0.03, 1],
  ['check', 'chaos:delays:2:8', 200, 0.01, 1],

  // From user space alone, and out of reach of everything that acts on system calls.
  ['user', 'chaos:note', 60, 0, 0.02],
  ['user', 'chaos:handoff', 100, 0, 0],
  ['user', 'chaos:pct:1', 100, 0, 0],
  ['user', 'chaos:pct:2:8', 100, 0, 0],
  ['user', 'chaos:pct:3:8', 100, 0, 0],
  ['user', 'chaos:spawn', 60, 0, 0.02],
  ['user', 'chaos:victim:4ms', 60, 0, 0.02],
  ['user', 'chaos:delays:2:8', 60, 0, 0.02],
  ['user', 'chaos:shuffle', 60, 0, 0.02],

  ['three', 'plain', 200, 0, 0.03],
  ['three barrier', 'chaos:pct:1', 300, 0, 0],
  ['three', 'chaos:pct:1', 300, 0, 0],
  ['three', 'chaos:pct:2:8', 300, 0.02, 1],
  ['three', 'chaos:pct:3:8', 300, 0.02, 1],
];

describe('what an arm provokes, and what it cannot', () => {
  test.each(cells)('race-%s under %s', async (program, condition, runs, least, most) => {
    const { endings, failed } = await provoke(`race-${program}`.split(' '), condition, runs);
    expect(Object.keys(endings).filter((end) => !/^exit:[01]$/.test(end))).toEqual([]);
    expect(failed).toBeGreaterThanOrEqual(least * runs);
    expect(failed).toBeLessThanOrEqual(most * runs);
  });

  test('race-user is a race, only a narrow one: with a wider window it fails', async () => {
    const { failed } = await provoke(['race-user', '500000'], 'plain', 200);
    expect(failed).toBeGreaterThan(0);
  });

  test('several workers disturb each other as little as one', async () => {
    const { failed } = await provoke(['race-order'], 'chaos:pct:1', 200, {}, 4);
    expect(failed).toBeGreaterThanOrEqual(50);
  });
});

describe('what a perturbation did', () => {
  test('is counted for each batch, in all its runs', async () => {
    const { effect, session } = await provoke(['race-three'], 'chaos:pct:2:8', 100);
    expect(effect.runs).toBe(100);
    expect(effect.threads).toBe(200);
    expect(effect.events).toBeGreaterThan(1000);
    expect(effect.concurrent).toBeLessThan(effect.events);
    expect(effect.releases).toBe(effect.events);
    // The point lies in the first 8 concurrent steps, of which every run has some.
    expect(effect.points).toBeGreaterThan(50);
    expect(effect.points).toBeLessThanOrEqual(100);
    const horizons = session.records.flatMap((record) => (record.type === 'effect' ? [record.horizon] : []));
    for (const horizon of horizons) expect(horizon).toBeGreaterThan(3);
  });

  test('is nothing in plain runs but the switches, which the kernel counts', async () => {
    const { effect } = await provoke(['race-three'], 'plain', 50);
    expect(effect).toMatchObject({ runs: 50, threads: 0, events: 0, held: 0, releases: 0, points: 0, cancelled: 0 });
    expect(effect.voluntarySwitches).toBeGreaterThan(0);
  });

  test.each([
    ['chaos:delays:4:8', 50, 30],
    ['chaos:victim:4ms', 20, 500],
    ['chaos:spawn', 50, 30],
  ])('under %s is that calls were held, for as long as the arm holds them', async (condition, least, us) => {
    const { effect } = await provoke(['race-three'], condition, 100);
    expect(effect.held).toBeGreaterThanOrEqual(least);
    expect(effect.heldUs / effect.held).toBeGreaterThanOrEqual(us);
    expect(effect.releases).toBe(0);
  });

  test('under note is that calls were seen and hardly held', async () => {
    const { effect } = await provoke(['race-three'], 'chaos:note', 50);
    expect(effect.events).toBeGreaterThan(500);
    expect(effect.held).toBeLessThan(effect.events / 4);
  });

  test('is more with more classes, and nothing with a class of which there are no calls', async () => {
    const of = async (classes: string) => (await provoke(['race-three'], `chaos:note/${classes}`, 20)).effect.events;
    const [sync, usual, all] = [await of('sync'), await of('lifecycle+sync+resource'), await of('all')];
    expect(sync).toBeGreaterThan(0);
    expect(usual).toBeGreaterThan(sync);
    expect(all).toBeGreaterThan(usual);
    const silent = await provoke(['silent'], 'chaos:note/lifecycle', 20);
    expect(silent.endings).toEqual({ 'exit:0': 20 });
    expect(silent.effect.concurrent).toBe(0);
  });
});
