import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { formatBatch, formatPlan, formatStop } from '../../src/exec/orders.ts';
import { parseRecord } from '../../src/exec/records.ts';
import type { Batch } from '../../src/model/engine.ts';
import { builtSupervisor, packageRoot } from './built.ts';
import { Session } from './session.ts';

const golden = (name: string) => readFileSync(join(packageRoot, 'fixtures', 'protocol', name), 'utf8');

const check = async (orders: string) =>
  execa(await builtSupervisor(), ['--check-orders'], { input: orders, stripFinalNewline: false, reject: false });

const plan =
  'plan version=1 seed=00000000000000ff first_run=1 limit_ms=5 scratch=/s artifacts=/a max_cores=0 max_stacks=0 kernel_log=0\n';
const ready = `${plan}arg value=/bin/true\nbegin\n`;

describe('orders', () => {
  test('the supervisor reads the golden lines and writes them back byte for byte', async () => {
    const result = await check(golden('orders.txt'));
    expect(result.stderr).toBe('');
    expect(result.stdout).toBe(golden('orders.txt'));
  });

  test("flakehunt's writer writes the golden lines", () => {
    const batch = (id: number, policy: string, rest: Partial<Batch>) => ({
      id,
      jobs: 1,
      runs: null,
      ms: null,
      condition: { pin: { policy } as Batch['condition']['pin'] },
      ...rest,
    });
    const written = [
      formatPlan({
        seed: '0123456789abcdef',
        firstRun: 1,
        limitMs: 60_000,
        scratchDir: '/var/tmp/h unt/é',
        artifactDir: '/a',
        maxCores: 3,
        maxStacks: 2,
        kernelLog: false,
        cwd: { kind: 'scratch' },
        gdb: null,
        cpus: [],
        argv: ['./msg-ring.t', 'two words', '', '100%\n=x'],
        env: { PATH: '/usr/bin:/bin', EMPTY: '' },
      }),
      formatBatch(batch(1, 'free', {}), [0, 1]),
      formatBatch(batch(2, 'spread', { jobs: 8, runs: 1000 }), [0, 2, 3, 5, 6, 7, 1023]),
      formatBatch(
        batch(3, 'list', { jobs: 1024, runs: 0, ms: 2500, condition: { pin: { policy: 'list', cpus: [4] } } }),
        [0],
      ),
      formatBatch(batch(4, 'one', { ms: 0 }), [0, 1, 2, 3]),
      formatBatch(batch(5, 'pair', { jobs: 2 }), [0, 1, 2, 3]),
      formatBatch(batch(Number.MAX_SAFE_INTEGER, 'shuffle', { jobs: 2 }), [0, 1, 2, 3]),
      formatStop(2000),
      formatStop(0),
    ];
    expect(written.join('')).toBe(golden('orders.txt'));
  });

  test('any order of keys, needless escapes and unjoined ranges are accepted', async () => {
    const result = await check(`${ready}batch cpus=0,1,2,4 runs=3 jobs=1 id=7 pin=%66ree\n`);
    expect(result.stdout).toBe(`${ready}batch id=7 jobs=1 pin=free cpus=0-2,4 runs=3\n`);
  });

  test.each([
    ['an empty line', '\n', 'does not begin with a verb'],
    ['a line that is cut off', plan.trimEnd(), 'does not end'],
    ['upper case', 'PLAN version=1\n', 'does not begin with a verb'],
    ['an unknown verb', 'jump\n', 'unknown order'],
    ['two spaces', plan.replace(' seed', '  seed'), 'not key=value'],
    ['a trailing space', plan.replace('\n', ' \n'), 'not key=value'],
    ['a repeated key', plan.replace('limit_ms=5', 'limit_ms=5 limit_ms=5'), 'repeats'],
    ['an unknown key', plan.replace('limit_ms=5', 'limit_ms=5 colour=red'), 'does not know'],
    ['a missing key', plan.replace(' limit_ms=5', ''), 'limit_ms'],
    ['another version', plan.replace('version=1', 'version=2'), 'version 1'],
    ['a sign', plan.replace('limit_ms=5', 'limit_ms=+5'), 'limit_ms'],
    ['a leading zero', plan.replace('limit_ms=5', 'limit_ms=05'), 'limit_ms'],
    ['a limit of nothing', plan.replace('limit_ms=5', 'limit_ms=0'), 'limit_ms'],
    ['a number beyond 64 bits', plan.replace('first_run=1', 'first_run=18446744073709551616'), 'first_run'],
    ['a short seed', plan.replace('seed=0', 'seed='), 'seed'],
    ['an upper-case seed', plan.replace('ff', 'FF'), 'seed'],
    ['lower-case escapes', plan.replace('/s', '/%c3'), 'percent-encoded'],
    ['a broken escape', plan.replace('/s', '/%4'), 'percent-encoded'],
    ['a control character', plan.replace('/s', '/\t'), 'percent-encoded'],
    ['a NUL in a path', plan.replace('/s', '/%00'), 'scratch'],
    ['an empty path', plan.replace('/s', ''), 'scratch'],
    ['a second plan', plan + plan, 'second plan'],
    ['an arg before plan', 'arg value=x\n', 'belong between'],
    ['an arg after begin', `${ready}arg value=x\n`, 'belong between'],
    ['begin without a program', `${plan}begin\n`, 'without an arg'],
    ['an empty program', `${plan}arg value=\n`, 'arg'],
    ['an env without =', `${plan}env value=PATH\n`, 'NAME=VALUE'],
    ["an env of the supervisor's own", `${plan}env value=FLAKEHUNT_RUN=1\n`, 'NAME=VALUE'],
    ['a batch before begin', `${plan}batch id=1 jobs=1 pin=free cpus=0\n`, 'before begin'],
    ['no jobs', `${ready}batch id=1 jobs=0 pin=free cpus=0\n`, 'jobs'],
    ['too many jobs', `${ready}batch id=1 jobs=1025 pin=free cpus=0\n`, 'jobs'],
    ['an unknown pin', `${ready}batch id=1 jobs=1 pin=tight cpus=0\n`, 'pin'],
    ['no cpus', `${ready}batch id=1 jobs=1 pin=free\n`, 'cpus'],
    ['cpus out of order', `${ready}batch id=1 jobs=1 pin=free cpus=1,0\n`, 'cpus'],
    ['an empty range', `${ready}batch id=1 jobs=1 pin=free cpus=2-1\n`, 'cpus'],
    ['a CPU beyond the largest', `${ready}batch id=1 jobs=1 pin=free cpus=1024\n`, 'cpus'],
    ['a list that ends in a comma', `${ready}batch id=1 jobs=1 pin=free cpus=1,\n`, 'cpus'],
    ['stop without a grace', 'stop\n', 'grace_ms'],
  ])('%s is malformed', async (_, orders, why) => {
    const result = await check(orders);
    expect(result.stderr).toContain(why);
    expect(result.exitCode).toBe(64);
  });

  test('a line of a megabyte is malformed', async () => {
    const result = await check(`${plan}arg value=${'x'.repeat(1 << 20)}\n`);
    expect(result.stderr).toContain('1 MiB');
    expect(result.exitCode).toBe(64);
  });
});

describe('records', () => {
  test('the supervisor writes the golden lines', async () => {
    const result = await execa(await builtSupervisor(), ['--sample-records'], { stripFinalNewline: false });
    expect(result.stdout).toBe(golden('records.txt'));
  });

  test("flakehunt's reader reads the golden lines", () => {
    const lines = golden('records.txt').trimEnd().split('\n');
    for (const line of lines.filter((one) => !one.startsWith('error'))) {
      expect(parseRecord(line).type).toBe(line.split(' ', 1)[0]);
    }
    expect(() => parseRecord(lines.find((one) => one.startsWith('error')) ?? '')).toThrow('could not go on');
  });
});

describe('a session', () => {
  test('malformed orders end it: an error, bye, exit 64', async () => {
    const session = await Session.start(['hang']);
    session.submit({ jobs: 2 });
    session.send('batch id=2 jobs=1 pin=nowhere cpus=0\n');
    await expect(session.until('bye')).rejects.toThrow('pin is not free');
    await session.bye();
    expect(await session.exit()).toMatchObject({ code: 64, signal: null });
    expect(await session.aftermath()).toEqual([]);
  });

  test('more than 64 waiting batches are malformed', async () => {
    const session = await Session.start(['hang']);
    for (let id = 1; id <= 65; id++) session.submit({ id, runs: 1 });
    await expect(session.until('bye')).rejects.toThrow('more than 64 batches');
    expect((await session.bye()).reason).toBe('error');
    expect((await session.exit()).code).toBe(64);
  });

  test('a scratch folder that is missing ends it with an error that names it', async () => {
    const session = await Session.start(['/bin/true'], { scratchDir: '/nonexistent/scratch' });
    await expect(session.until('bye')).rejects.toThrow('/nonexistent/scratch');
    expect((await session.bye()).reason).toBe('error');
    expect((await session.exit()).code).toBe(70);
  });

  test('end of file before any order is no fault', async () => {
    const session = await Session.start(['/bin/true']);
    session.hangUp();
    expect(await session.bye()).toMatchObject({ runs: 0, abandoned: 0, reason: 'eof' });
    expect((await session.exit()).code).toBe(0);
  });

  test('an argument is a mistake, and says how to call it', async () => {
    const result = await execa(await builtSupervisor(), ['--help'], { reject: false });
    expect(result.exitCode).toBe(64);
    expect(result.stderr).toContain('usage: supervisor');
  });
});

test("the parts' own tests pass", async () => {
  const out = join((await builtSupervisor('asan')).replace(/[^/]*$/, ''), 'check');
  const result = await execa('make', ['-C', join(packageRoot, 'src', 'native'), `OUT=${out}`, 'check']);
  expect(result.stdout).toContain('ok');
});
