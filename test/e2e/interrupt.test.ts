import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Bench, bench } from './flakehunt.ts';

/** Waits until the newest hunt of the place has runs in its log. */
async function underWay(place: Bench): Promise<void> {
  for (;;) {
    await sleep(50);
    try {
      if (place.events().some((event) => event.type === 'tally')) return;
    } catch {
      // The hunt has no folder yet.
    }
  }
}

/** Waits until no process carries the mark in its environment or command line. */
async function allGone(mark: string): Promise<void> {
  while (carriers(mark).length > 0) await sleep(50);
}

function carriers(mark: string): string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && text(`/proc/${pid}/environ`).includes(mark));
}

function text(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 130],
] as const)('%s in the middle of a hunt', (signal, code) => {
  it('ends it cleanly, with everything learned so far', async () => {
    const mark = `FLAKEHUNT_E2E_MARK=${signal}${process.pid}`;
    const [name = '', value = ''] = mark.split('=');
    const place = bench({ [name]: value });
    const call = place.start(['run', '--json', '--time', '10m', '--', '/bin/sleep', '0.01']);
    await underWay(place);
    call.kill(signal);
    const { exitCode, stdout } = await call;
    expect(exitCode).toBe(code);
    const hunt = JSON.parse(stdout);
    expect(hunt.ended.reason).toBe('interrupted');
    expect(hunt.runs).toBeGreaterThan(0);
    expect(hunt.runs).toBe(hunt.counts.pass);
    await allGone(mark);
    const resumed = await place.run(['run', '--resume', 'last', '--loops', String(hunt.runs + 50), '--json']);
    expect(JSON.parse(resumed.out)).toMatchObject({ runs: hunt.runs + 50, sessions: 2 });
    expect(resumed.code).toBe(0);
  });
});

describe('SIGKILL in the middle of a hunt', () => {
  it('leaves no process, and a hunt that can be shown and gone on with', async () => {
    const mark = `FLAKEHUNT_E2E_MARK=kill${process.pid}`;
    const [name = '', value = ''] = mark.split('=');
    const place = bench({ [name]: value });
    const call = place.start(['run', '--time', '10m', '--jobs', '3', '--', '/bin/sleep', '0.02']);
    await underWay(place);
    call.kill('SIGKILL');
    await call;
    await allGone(mark);
    const shown = await place.json(['show', '--json']);
    const { runs } = shown as { runs: number };
    expect(runs).toBeGreaterThan(0);
    const resumed = await place.run(['run', '--resume', 'last', '--loops', String(runs + 30), '--json']);
    expect(JSON.parse(resumed.out)).toMatchObject({ runs: runs + 30, sessions: 2 });
    const scratch = join(place.env.XDG_CACHE_HOME ?? '', 'flakehunt', 'scratch');
    expect(readdirSync(scratch).filter((entry) => entry.startsWith(`${call.pid}-`))).toEqual([]);
  });

  it('of the supervisor is an error of the environment that keeps the runs so far', async () => {
    const place = bench();
    const call = place.start(['run', '--json', '--time', '10m', '--', '/bin/sleep', '0.01']);
    await underWay(place);
    const supervisor = readdirSync('/proc').find(
      (pid) => /^\d+$/.test(pid) && text(`/proc/${pid}/stat`).split(' ')[3] === String(call.pid),
    );
    process.kill(Number(supervisor), 'SIGKILL');
    const { exitCode, stderr } = await call;
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/supervisor ended by SIGKILL/);
    expect(((await place.json(['show', '--json'])) as { runs: number }).runs).toBeGreaterThan(0);
  });
});

describe('an interrupt in the middle of a build', () => {
  it('says so, and is no error of ours', async () => {
    const place = bench();
    const started = slowBuild(place, 'A=b');
    const call = place.start(['run', 'victim']);
    while (call.exitCode === null && !existsSync(started)) await sleep(50);
    call.kill('SIGINT');
    const { exitCode, stderr } = await call;
    expect(stderr).toContain('flakehunt: interrupted before the first run');
    expect(exitCode).toBe(130);
  });
});

/** A suite of the place's own whose first build never ends. Returns the file that tells that it began. */
function slowBuild(place: Bench, mark: string): string {
  const started = join(place.dir, 'started');
  const [name = '', value = ''] = mark.split('=');
  const script = `#!/bin/sh\n[ -e '${started}' ] && exit 0\ntouch '${started}'\nsleep 86397\n`;
  writeFileSync(join(place.dir, 'slow.sh'), script);
  writeFileSync(join(place.dir, 'victim'), '#!/bin/sh\n', { mode: 0o755 });
  const build = `{steps: [{run: [sh, slow.sh], env: {${name}: ${value}}}], artifact: victim}`;
  const suite = `{build: ${build}, tests: {names: [victim]}, command: [sh, '{tree}/victim']}`;
  writeFileSync(join(place.dir, 'flakehunt.config.yaml'), `suites:\n  slow: ${suite}\n`);
  return started;
}

describe('SIGKILL in the middle of a build', () => {
  it('takes the compilers along, and the next build is whole', async () => {
    const mark = `FLAKEHUNT_E2E_MARK=build${process.pid}`;
    const place = bench();
    const started = slowBuild(place, mark);
    const call = place.start(['run', 'victim']);
    while (call.exitCode === null && !existsSync(started)) await sleep(50);
    expect(call.exitCode).toBeNull();
    call.kill('SIGKILL');
    await call;
    await allGone(mark);
    const again = await place.run(['run', 'victim', '--loops', '3', '--json']);
    expect(again.err).toBe('');
    expect(JSON.parse(again.out)).toMatchObject({ counts: { pass: 3 } });
  });
});

describe('two flakehunts at once', () => {
  it('do not disturb each other, and only one may write a hunt', async () => {
    const place = bench();
    const call = place.start(['run', '--time', '10m', '--', '/bin/sleep', '0.01']);
    await underWay(place);
    const second = await place.run(['run', '--resume', 'last']);
    expect(second.code).toBe(2);
    const other = await place.run(['run', '--loops', '20', '--json', '--', '/bin/true']);
    expect(JSON.parse(other.out).counts.pass).toBe(20);
    call.kill('SIGINT');
    expect((await call).exitCode).toBe(130);
  });
});
