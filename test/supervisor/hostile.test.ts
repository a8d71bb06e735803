import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { range, Session } from './session.ts';

describe('a test that does not end well', () => {
  test('forks into sessions of its own for ever: nothing of it is left when the run is over', async () => {
    const session = await Session.start(['fork-bomb', '100']);
    await session.run({ runs: 2 });
    expect(session.runsByEnding).toEqual({ 'exit:0': [1, 2] });
    expect(session.survivors()).toEqual([]);
    // They died of being killed, not because nothing was left to fork.
    expect(readdirSync(session.job.env.OUTSIDE ?? '')).toEqual([]);
  });

  test.each(['process', 'group'])(
    'kills the %s that started it: that run is lost, the others are not',
    async (whom) => {
      const session = await Session.start(['kill-parent', whom, '4']);
      await session.run({ runs: 40, jobs: 3 });
      const lost = range(1, 10).map((i) => 4 * i);
      expect(session.runsByEnding).toEqual({ lost, 'exit:0': range(1, 40).filter((run) => run % 4 !== 0) });
      expect(session.survivors()).toEqual([]);
      expect(await session.stop()).toMatchObject({ runs: 40, abandoned: 0 });
    },
  );

  test('kills what started it every time', async () => {
    const session = await Session.start(['kill-parent', 'process', '1']);
    await session.run({ id: 1, runs: 10, jobs: 2 });
    await session.run({ id: 2, runs: 10 });
    expect(session.runsByEnding).toEqual({ lost: range(1, 20) });
    expect(session.survivors()).toEqual([]);
  });

  test('stops what started it', async () => {
    const session = await Session.start(['stop-parent']);
    await session.run({ runs: 6, jobs: 2 });
    expect(session.runsByEnding).toEqual({ 'exit:0': range(1, 6) });
  });

  test.each([[], ['stop']])('hangs, deaf to SIGTERM (%s)', async (...args) => {
    const session = await Session.start(['hang', ...args], { limitMs: 200 });
    await session.run({ runs: 3, jobs: 2 });
    expect(session.runsByEnding).toEqual({ timeout: [1, 2, 3] });
    expect(session.outputOf(0)).toBe('hanging\n');
    expect(session.survivors()).toEqual([]);
  });
});

describe('a scratch folder', () => {
  const kinds = ['deep', 'locked', 'many', 'links', 'gone', 'replaced', 'uprooted'];

  // Only root can mount; in a user namespace of its own, anybody can where that is allowed.
  const mayMount = process.getuid?.() === 0;

  test.each(mayMount ? [...kinds, 'mounted'] : kinds)('left %s is empty for the next run', async (kind) => {
    const session = await Session.start(['fill-scratch', kind]);
    const outside = session.job.env.OUTSIDE ?? '';
    writeFileSync(join(outside, 'precious'), '');
    mkdirSync(join(outside, 'folder'));
    writeFileSync(join(outside, 'folder', 'precious'), '');
    await session.run({ runs: 4 });
    expect(session.runsByEnding).toEqual({ 'exit:0': [1, 2, 3, 4] });
    expect(session.classes.map((_, i) => session.outputOf(i))).toEqual(['found 0\n']);
    await session.stop();
    expect(readdirSync(outside).sort()).toEqual(['folder', 'precious']);
    expect(readdirSync(join(outside, 'folder'))).toEqual(['precious']);
    expect(session.scratchEntries()).toEqual([]);
  });

  test('that the test leaves for another keeps its hands off that one', async () => {
    const session = await Session.start(['change-directory'], { maxCores: 3 });
    await session.run({ runs: 2 });
    expect(session.runsByEnding).toEqual({ 'exit:0': [1, 2] });
    await session.stop();
    expect(existsSync(join(session.job.env.OUTSIDE ?? '', 'core-like'))).toBe(true);
  });
});
