import { describe, expect, it } from 'vitest';
import { bench } from './flakehunt.ts';
import { newMark, underWay } from './processes.ts';

/** A shell with pipes and processes that outlive their parents, in calls most of the time. */
const command = ['sh', '-c', 'echo a | cat | cat; sleep 5 & sleep 0.01'];

// What stands still, waits in a held call, or makes noise is a process of ours too.
describe.each([
  'chaos:handoff',
  'chaos:pct:2',
  'chaos:victim',
  'chaos:delays:2',
  'noise:switch:2,cpu:1',
  'chaos:note,noise:yield:1',
  'auto',
])('a hunt under %s', (strategy) => {
  it('that is killed leaves no process, and can be gone on with', async () => {
    const mark = newMark();
    const place = bench(mark.env);
    const call = place.start(['run', '--strategy', strategy, '--time', '10m', '--jobs', '2', '--', ...command]);
    await underWay(place, call);
    call.kill('SIGKILL');
    await call;
    await mark.allGone();
    const { runs } = (await place.json(['show', '--json'])) as { runs: number };
    const resumed = await place.run(['run', '--resume', 'last', '--loops', String(runs + 20), '--json']);
    expect(JSON.parse(resumed.out)).toMatchObject({ runs: runs + 20, counts: { fail: 0, hang: 0, invalid: 0 } });
    await mark.allGone();
  });

  it('that is interrupted ends, with what it learnt, and leaves no process', async () => {
    const mark = newMark();
    const place = bench(mark.env);
    const call = place.start(['run', '--strategy', strategy, '--time', '10m', '--json', '--', ...command]);
    await underWay(place, call);
    call.kill('SIGINT');
    const { exitCode, stdout } = await call;
    expect(exitCode).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ ended: { reason: 'interrupted' }, counts: { fail: 0, hang: 0 } });
    await mark.allGone();
  });
});
