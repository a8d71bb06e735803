import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { readTruth } from '../lab/truth.ts';
import { type Bench, bench } from './flakehunt.ts';

async function hunt(place: Bench, ...args: string[]) {
  const { code, out, err } = await place.run(['run', '--tree', 'lab', '--json', ...args]);
  expect(err).toBe('');
  return { code, hunt: JSON.parse(out) };
}

describe('the bundled tree', () => {
  it('shows its race of issue 1135 under its name', async () => {
    // The rate is above 0.05 %, so 40000 runs without a failure have a probability below 1e-8.
    const { code, hunt: found } = await hunt(
      bench(),
      'msg-ring.t',
      '--failures',
      '1',
      '--loops',
      '40000',
      '--jobs',
      '2',
    );
    expect(code).toBe(1);
    const [signature] = found.signatures;
    expect(signature).toMatchObject({
      verdict: 'fail',
      kind: 'exit',
      title: 'wait cqe -17 (EEXIST) > test_disabled_ring failed',
      always: false,
      errnos: [{ value: -17, name: 'EEXIST' }],
    });
    expect(signature.excerpt).toContain('cqe res 32');
  });

  it('has a masked test, one that always fails and one that skips', async () => {
    const place = bench();
    const masked = await hunt(place, 'defer-wait', '--loops', '6');
    expect(masked.code).toBe(0);
    expect(masked.hunt.counts.masked).toBe(6);
    const broken = await hunt(place, 'test/ring-size.t', '--loops', '6');
    expect(broken.code).toBe(1);
    expect(broken.hunt.signatures[0]).toMatchObject({ count: 6, always: true });
    const { out } = await place.run(['show']);
    const skips = await hunt(place, 'passthrough', '--loops', '6');
    expect(skips.code).toBe(77);
    expect(skips.hunt.reasons).toMatchObject([{ verdict: 'skip', count: 6, firstRun: 1 }]);
    expect(out).toContain('always');
    expect(out).not.toContain('flaky');
  });

  it('lists its tests, and builds a revision once', async () => {
    const place = bench({ XDG_CACHE_HOME: join(bench().dir, 'cache') });
    const { out } = await place.run(['run', '--list', '--tree', 'lab']);
    expect(out.split('\n')).toEqual(expect.arrayContaining(['claim', 'heartbeat', 'msg-ring', 'nop', 'wakeup']));
    expect((await hunt(place, 'nop', '--loops', '1')).hunt.build.cached).toBe(false);
    expect((await hunt(place, './test/nop.c', '--loops', '1')).hunt.build.cached).toBe(true);
  });

  it('says why a revision does not build, and keeps the log', async () => {
    const { code, err } = await bench().run([
      'run',
      'nop',
      '--tree',
      'lab',
      '--rev',
      readTruth().unbuildable[0]?.commit ?? '',
    ]);
    expect(code).toBe(3);
    expect(err).toMatch(/make|configure/);
    expect(err).toMatch(/\.log/);
  });
});

describe('where io_uring is refused', () => {
  it('every run of a suite that needs it is invalid, with the reason; threads go on being hunted', async () => {
    const place = bench();
    const refuse = join(place.dir, 'refuse');
    const source = join(import.meta.dirname, '../lab/refuse-io-uring.c');
    await execa('cc', ['-o', refuse, source]);
    writeFileSync(
      join(place.dir, 'flakehunt.config.yaml'),
      'suites:\n  ringy:\n    extends: lab\n    requires: io_uring\n',
    );
    const [node, script] = [process.execPath, join(import.meta.dirname, '../../bin/flakehunt.js')];
    const call = async (...args: string[]) => {
      const options = { cwd: place.dir, env: place.env, extendEnv: false, reject: false } as const;
      const { exitCode, stdout } = await execa(
        refuse,
        [node, script, 'run', '--tree', 'lab', '--json', ...args],
        options,
      );
      return { code: exitCode, hunt: JSON.parse(stdout) };
    };
    const refused = await call('nop', '--suite', 'ringy', '--loops', '3');
    expect(refused.code).toBe(3);
    expect(refused.hunt.counts.invalid).toBe(3);
    expect(refused.hunt.reasons[0].reason).toMatch(/io_uring refused: .*EPERM/);
    expect(refused.hunt.machine.ioUring).toBe('EPERM');
    const threads = await call('claim', '--suite', 'lab', '--loops', '3');
    expect(threads.hunt.eligible).toBe(3);
  });
});
