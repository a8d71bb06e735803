import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bench } from './flakehunt.ts';
import { layTests, type NightDocument, nightFolders, runsOf } from './night-tree.ts';
import { newMark, until } from './processes.ts';

const on = ['nightly', '--tree', 'tree', '--suite', 'coins', '--condition', 'plain', '--overload', 'count', '--json'];

describe.each(['SIGKILL', 'SIGINT'] as const)('%s in the middle of a night', (signal) => {
  it('leaves no process, and a night that goes on where it was', async () => {
    const mark = newMark();
    const place = bench(mark.env);
    await layTests(place, { alpha: 'never', beta: 3, gamma: 'never' });
    const call = place.start([...on, '--time', '12s']);
    const cells = () => logged(place).filter(({ type }) => type === 'cell').length;
    await until(call, () => cells() >= 4);
    call.kill(signal);
    const { exitCode, stdout } = await call;
    await mark.allGone();
    if (signal === 'SIGINT') {
      expect(exitCode).toBe(130);
      expect((JSON.parse(stdout) as NightDocument).ended?.reason).toBe('interrupted');
    }
    const before = (await place.json(['history', 'last', '--json'])) as NightDocument;
    const resumed = await place.run(['nightly', '--resume', '--json']);
    expect(resumed.err).toBe('');
    const after = JSON.parse(resumed.out) as NightDocument;
    expect([after.id, after.ended?.reason]).toEqual([before.id, 'time']);
    expect(nightFolders(place)).toHaveLength(1);
    for (const cell of before.cells) {
      const now = after.cells.find(({ test }) => test === cell.test);
      expect(now?.hunt).toBe(cell.hunt);
      expect(now === undefined ? 0 : runsOf(now)).toBeGreaterThanOrEqual(runsOf(cell));
    }
    // What a hunt's log has is what the night says of it.
    for (const { hunt, counts } of after.cells) {
      expect(await place.json(['show', hunt ?? '', '--json'])).toMatchObject({ counts });
    }
    const again = await place.run(['nightly', '--resume', 'last']);
    expect([again.code, again.err]).toEqual([2, expect.stringMatching(/has ended: `flakehunt history /)]);
  });
});

describe('an engine that breaks', () => {
  it('costs the cell that it broke in', async () => {
    const place = bench();
    await layTests(place, { alpha: 'never', beta: 'never' });
    const script = join(place.dir, 'script.json');
    writeFileSync(script, JSON.stringify({ outcomes: [{ ending: { kind: 'exit', code: 0 } }], dieAfter: 50 }));
    const { code, out } = await place.run([...on, '--time', '4s', `--engine=fake:${script}`]);
    const night = JSON.parse(out) as NightDocument;
    expect(night.cells.map(({ reason }) => reason)).toEqual(['The fake engine broke.', 'The fake engine broke.']);
    expect(code).toBe(0);
  });
});

function logged(place: ReturnType<typeof bench>): { type: string }[] {
  const [dir = ''] = nightFolders(place);
  const lines = readFileSync(join(dir, 'events.ndjson'), 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as { type: string });
}
