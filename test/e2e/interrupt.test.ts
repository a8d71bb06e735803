import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Bench, bench } from './flakehunt.ts';
import { childrenOf, newMark, underWay, until } from './processes.ts';

describe.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s in the middle of a hunt', (signal) => {
  it('ends it cleanly, with everything learned so far', async () => {
    const mark = newMark();
    const place = bench(mark.env);
    const call = place.start(['run', '--json', '--time', '10m', '--', '/bin/sleep', '0.01']);
    await underWay(place, call);
    call.kill(signal);
    const { exitCode, stdout } = await call;
    expect(exitCode).toBe(130);
    const hunt = JSON.parse(stdout);
    expect(hunt.ended.reason).toBe('interrupted');
    expect(hunt.runs).toBeGreaterThan(0);
    expect(hunt.runs).toBe(hunt.counts.pass);
    await mark.allGone();
    const resumed = await place.run(['run', '--resume', 'last', '--loops', String(hunt.runs + 50), '--json']);
    expect(JSON.parse(resumed.out)).toMatchObject({ runs: hunt.runs + 50, sessions: 2 });
    expect(resumed.code).toBe(0);
  });
});

describe('a second Ctrl-C', () => {
  it('does not wait for a supervisor that does not answer', async () => {
    const mark = newMark();
    const place = bench(mark.env);
    const call = place.start(['run', '--time', '10m', '--', '/bin/sleep', '0.01']);
    await underWay(place, call);
    const [supervisor = 0] = childrenOf(call.pid);
    process.kill(supervisor, 'SIGSTOP');
    const interrupts = setInterval(() => call.kill('SIGINT'), 100);
    const { exitCode } = await call;
    clearInterval(interrupts);
    process.kill(supervisor, 'SIGCONT');
    expect(exitCode).toBe(130);
    await mark.allGone();
    expect(await place.json(['show', '--json'])).toMatchObject({ ended: null });
  });
});

describe('SIGKILL in the middle of a hunt', () => {
  it('leaves no process, and a hunt that can be shown and gone on with', async () => {
    const mark = newMark();
    const place = bench(mark.env);
    const call = place.start(['run', '--time', '10m', '--jobs', '3', '--', '/bin/sleep', '0.02']);
    await underWay(place, call);
    call.kill('SIGKILL');
    await call;
    await mark.allGone();
    const shown = await place.json(['show', '--json']);
    const { runs } = shown as { runs: number };
    expect(runs).toBeGreaterThan(0);
    const resumed = await place.run(['run', '--resume', 'last', '--loops', String(runs + 30), '--json']);
    expect(JSON.parse(resumed.out)).toMatchObject({ runs: runs + 30, sessions: 2 });
    const scratch = join(place.env.XDG_CACHE_HOME ?? '', 'flakehunt', 'scratch');
    expect(readdirSync(scratch).filter((entry) => entry.startsWith(`${call.pid}-`))).toEqual([]);
  });

  it('of the supervisor is an error of the environment that keeps the runs so far', async () => {
    const mark = newMark();
    const place = bench(mark.env);
    const call = place.start(['run', '--json', '--time', '10m', '--', '/bin/sleep', '0.01']);
    await underWay(place, call);
    process.kill(childrenOf(call.pid)[0] ?? 0, 'SIGKILL');
    const { exitCode, stderr } = await call;
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(
      /supervisor ended by SIGKILL.*The test itself may have sent.*`flakehunt run --resume \S+` goes on/,
    );
    await mark.allGone();
    expect(((await place.json(['show', '--json'])) as { runs: number }).runs).toBeGreaterThan(0);
  });
});

describe('an interrupt in the middle of a build', () => {
  it('says so, and is no error of ours', async () => {
    const mark = newMark();
    const place = bench();
    const started = slowBuild(place, mark.env);
    const call = place.start(['run', 'victim']);
    await until(call, () => existsSync(started));
    call.kill('SIGINT');
    const { exitCode, stderr } = await call;
    expect(stderr).toContain('flakehunt: interrupted before the first run');
    expect(exitCode).toBe(130);
    await mark.allGone();
  });
});

describe('SIGKILL in the middle of a build', () => {
  it('takes the compilers along, and the next build is whole', async () => {
    const mark = newMark();
    const place = bench();
    const started = slowBuild(place, mark.env);
    const call = place.start(['run', 'victim']);
    await until(call, () => existsSync(started));
    call.kill('SIGKILL');
    await call;
    await mark.allGone();
    const again = await place.run(['run', 'victim', '--loops', '3', '--json']);
    expect(again.err).toBe('');
    expect(JSON.parse(again.out)).toMatchObject({ counts: { pass: 3 } });
  });
});

/** A suite of the place's own whose first build never ends. Returns the file that tells that it began. */
function slowBuild(place: Bench, env: Record<string, string>): string {
  const started = join(place.dir, 'started');
  const script = `#!/bin/sh\n[ -e '${started}' ] && exit 0\ntouch '${started}'\nsleep 86397\n`;
  writeFileSync(join(place.dir, 'slow.sh'), script);
  writeFileSync(join(place.dir, 'victim'), '#!/bin/sh\n', { mode: 0o755 });
  const suite = {
    build: { steps: [{ run: ['sh', 'slow.sh'], env }], artifact: 'victim' },
    tests: { names: ['victim'] },
    command: ['sh', '{tree}/victim'],
  };
  writeFileSync(join(place.dir, 'flakehunt.config.json'), JSON.stringify({ suites: { slow: suite } }));
  return started;
}

describe('an error of ours that nobody caught', () => {
  it('gives its stack, a report and a code of its own; nothing is left, the hunt is kept', async () => {
    const mark = newMark();
    const throwing = 'data:text/javascript,process.on(%22SIGUSR2%22,()=>{throw(new(Error)(%22boom%22))})';
    const place = bench({ ...mark.env, NODE_OPTIONS: `--import ${throwing}` });
    const call = place.start(['run', '-q', '--time', '10m', '--', '/bin/sleep', '0.01']);
    await underWay(place, call);
    call.kill('SIGUSR2');
    const { exitCode, stderr } = await call;
    expect(exitCode).toBe(70);
    expect(stderr).toMatch(
      /^flakehunt: this is a bug in flakehunt.*\nError: boom\n\s+at [\s\S]*\nThe report is in .*\.log/,
    );
    await mark.allGone();
    expect(((await place.json(['show', '--json'])) as { runs: number }).runs).toBeGreaterThan(0);
  });
});

describe('two flakehunts at once', () => {
  it('do not disturb each other, and only one may write a hunt', async () => {
    const place = bench();
    const call = place.start(['run', '--time', '10m', '--', '/bin/sleep', '0.01']);
    await underWay(place, call);
    const second = await place.run(['run', '--resume', 'last']);
    expect(second.code).toBe(2);
    const other = await place.run(['run', '--loops', '20', '--json', '--', '/bin/true']);
    expect(JSON.parse(other.out).counts.pass).toBe(20);
    call.kill('SIGINT');
    expect((await call).exitCode).toBe(130);
  });
});
