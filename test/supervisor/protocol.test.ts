import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { EngineError } from '../../src/errors.ts';
import { formatBatch, formatPlan, formatStop } from '../../src/exec/orders.ts';
import { parseRecord } from '../../src/exec/records.ts';
import { type CallClass, type Condition, callClasses, type Noise } from '../../src/model/condition.ts';
import type { Batch, Replay } from '../../src/model/engine.ts';
import { builtSupervisor, packageRoot } from './built.ts';
import { range, Session } from './session.ts';

const golden = (name: string) => readFileSync(join(packageRoot, 'fixtures', 'protocol', name), 'utf8');

const check = async (orders: string) =>
  execa(await builtSupervisor(), ['--check-orders'], { input: orders, stripFinalNewline: false, reject: false });

const plan =
  'plan version=2 seed=00000000000000ff first_run=1 limit_ms=5 scratch=/s artifacts=/a max_cores=0 max_stacks=0 kernel_log=0\n';
const ready = `${plan}arg value=/bin/true\nbegin\n`;
const withPart = (part: string) => `${ready}batch id=1 jobs=1 pin=free cpus=0 ${part}\n`;

const event = '0.1/0:read:45b:0';
const forced = (first: string, second: string, rest = 'mode=order after=done') =>
  `chaos=force classes=sync first=${first} second=${second} ${rest}`;

const usual: CallClass[] = ['lifecycle', 'sync'];

const batch = (id: number, condition: Partial<Condition>, rest: Partial<Batch> = {}): Batch => ({
  id,
  jobs: 1,
  runs: null,
  ms: null,
  condition: { pin: { policy: 'free' }, noise: null, chaos: null, quota: null, preempt: null, ...condition },
  learnt: null,
  replay: null,
  ...rest,
});

const force = { arm: 'force' as const, first: '0.1/0:read:45b:0', second: '0/1:futex:f:12' };

const noise = (cpus: Noise['cpus'], ...classes: [name: string, count: number][]): Noise => ({
  classes: classes.map(([name, count]) => ({ name, count })),
  cpus,
});

const replay = (run: number, seed: string, haltAt: string | null): Replay => ({ run, seed, haltAt });

describe('orders', () => {
  test('the supervisor reads the golden lines and writes them back byte for byte', async () => {
    const result = await check(golden('orders.txt'));
    expect(result.stderr).toBe('');
    expect(result.stdout).toBe(golden('orders.txt'));
  });

  test("flakehunt's writer writes the golden lines", () => {
    const two = [0, 1];
    const four = [0, 1, 2, 3];
    const written = [
      formatPlan(
        {
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
          stressNg: '/usr/bin/stress-ng',
          cgroup: '/sys/fs/cgroup/h unt',
          strace: '/usr/bin/strace',
          straceStacks: true,
          cpus: [],
          argv: ['./msg-ring.t', 'two words', '', '100%\n=x'],
          env: { PATH: '/usr/bin:/bin', EMPTY: '' },
        },
        { stride: 4, mark: true },
      ),
      formatBatch(batch(1, {}), two),
      formatBatch(batch(2, { pin: { policy: 'spread' } }, { jobs: 8, runs: 1000 }), [0, 2, 3, 5, 6, 7, 1023]),
      formatBatch(batch(3, { pin: { policy: 'list', cpus: [4] } }, { jobs: 1024, runs: 0, ms: 2500 }), [0], 25),
      formatBatch(batch(4, { pin: { policy: 'one' } }, { ms: 0 }), four),
      formatBatch(batch(5, { pin: { policy: 'pair' } }, { jobs: 2 }), four),
      formatBatch(batch(Number.MAX_SAFE_INTEGER, { pin: { policy: 'shuffle' } }, { jobs: 2 }), four),
      formatBatch(batch(6, { chaos: { arm: 'note', classes: [...callClasses] } }), two),
      formatBatch(batch(7, { chaos: { arm: 'handoff', classes: ['sync'] }, noise: noise('free', ['cpu', 1]) }), two),
      formatBatch(batch(8, { pin: { policy: 'one' }, chaos: { arm: 'spawn', classes: ['lifecycle'] } }), two),
      formatBatch(batch(9, { chaos: { arm: 'shuffle', classes: usual } }), two),
      formatBatch(
        batch(
          10,
          { chaos: { arm: 'pct', depth: 2, horizon: null, classes: usual } },
          { jobs: 2, runs: 5, learnt: { horizon: 25.4, spanUs: 1 } },
        ),
        two,
      ),
      formatBatch(
        batch(11, { chaos: { arm: 'delays', count: 16, horizon: null, classes: ['resource'] } }, { jobs: 2 }),
        two,
      ),
      formatBatch(batch(12, { chaos: { arm: 'victim', spanUs: null, classes: usual } }, { jobs: 2 }), two),
      formatBatch(batch(13, { chaos: { arm: 'slack', ms: 2.5 } }, { jobs: 2 }), two),
      formatBatch(
        batch(
          14,
          { noise: noise('free', ['switch', 2], ['yield', 1024]), quota: { percent: 20, periodMs: 10 } },
          { jobs: 2 },
        ),
        two,
      ),
      formatBatch(batch(15, { pin: { policy: 'list', cpus: [0, 2] }, noise: noise('same', ['vm-rw', 4]) }), two),
      formatBatch(
        batch(
          16,
          { chaos: { arm: 'pct', depth: 4, horizon: null, classes: ['sync'] } },
          { runs: 10, learnt: { horizon: 0, spanUs: 1 }, replay: replay(477, '0123456789abcdef', null) },
        ),
        two,
      ),
      formatBatch(batch(17, {}, { runs: 1, replay: replay(0, '00000000000000ff', 'cqe res\né') }), two),
      formatBatch(batch(18, {}, { runs: 1, replay: replay(1, '00000000000000ff', '') }), two),
      formatBatch(batch(19, { chaos: { arm: 'note', classes: ['sync'] } }, { jobs: 2, trace: true }), two),
      formatBatch(
        batch(20, { chaos: { ...force, mode: 'order', after: 'release', offsetUs: 0, classes: usual } }, { runs: 8 }),
        two,
      ),
      formatBatch(
        batch(
          21,
          {
            chaos: {
              arm: 'force',
              first: '0/0:write:1f0:0',
              second: '0.2.1/3:write:1f0:0',
              mode: 'interleave',
              after: 'done',
              offsetUs: 1500,
              classes: ['sync'],
            },
          },
          { trace: true, stacks: true },
        ),
        two,
      ),
      formatStop(2000),
      formatStop(0),
    ];
    expect(written.join('')).toBe(golden('orders.txt'));
  });

  test('any order of keys, needless escapes and unjoined ranges are accepted', async () => {
    const result = await check(`${ready}batch cpus=0,1,2,4 runs=3 jobs=1 id=7 pin=%66ree\n`);
    expect(result.stdout).toBe(`${ready}batch id=7 jobs=1 pin=free cpus=0-2,4 runs=3\n`);
  });

  test('any order of classes and a halt of any bytes are accepted', async () => {
    const result = await check(
      withPart(`chaos=note classes=rest,sync as_run=1 halt=${'%00'.repeat(256)} trace=1 seed=00000000000000ff`),
    );
    expect(result.stdout).toBe(
      withPart(`chaos=note classes=sync,rest as_run=1 seed=00000000000000ff trace=1 halt=${'%00'.repeat(256)}`),
    );
  });

  test('a halt that is too long is cut between characters', () => {
    const written = formatBatch(batch(1, {}, { replay: replay(1, '00000000000000ff', `x${'é'.repeat(200)}`) }), [0]);
    expect(written).toContain(` halt=x${'%C3%A9'.repeat(127)}\n`);
  });

  test.each([
    ['an empty line', '\n', 'does not begin with a verb'],
    ['a line that is cut off', plan.trimEnd(), 'does not end'],
    ['upper case', 'PLAN version=2\n', 'does not begin with a verb'],
    ['an unknown verb', 'jump\n', 'unknown order'],
    ['two spaces', plan.replace(' seed', '  seed'), 'not key=value'],
    ['a trailing space', plan.replace('\n', ' \n'), 'not key=value'],
    ['a repeated key', plan.replace('limit_ms=5', 'limit_ms=5 limit_ms=5'), 'repeats'],
    ['an unknown key', plan.replace('limit_ms=5', 'limit_ms=5 colour=red'), 'does not know'],
    ['a missing key', plan.replace(' limit_ms=5', ''), 'limit_ms'],
    ['another version', plan.replace('version=2', 'version=1'), 'version 2'],
    ['a stride of nothing', plan.replace('\n', ' stride=0\n'), 'stride'],
    ['a stride beyond the largest', plan.replace('\n', ' stride=1025\n'), 'stride'],
    ['half a mark', plan.replace('\n', ' mark=0\n'), 'mark'],
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
    ['an empty path of stress-ng', plan.replace('\n', ' stress_ng=\n'), 'stress_ng'],
    ['an unknown arm', withPart('chaos=storm classes=sync'), 'chaos'],
    ['an arm without a name', withPart('chaos= classes=sync'), 'chaos'],
    ['an arm without classes', withPart('chaos=note'), 'classes'],
    ['an arm with no class', withPart('chaos=note classes='), 'classes'],
    ['an unknown class', withPart('chaos=note classes=sync,files'), 'classes'],
    ['a class twice', withPart('chaos=note classes=sync,sync'), 'classes'],
    ['a list of classes that ends in a comma', withPart('chaos=note classes=sync,'), 'classes'],
    ['classes without an arm', withPart('classes=sync'), 'does not know'],
    ['classes for slack', withPart('chaos=slack slack_us=1 classes=sync'), 'does not know'],
    ['a slack of nothing', withPart('chaos=slack slack_us=0'), 'slack_us'],
    ['pct without a depth', withPart('chaos=pct classes=sync horizon=9'), 'depth'],
    ['pct of depth 5', withPart('chaos=pct classes=sync horizon=9 depth=5'), 'depth'],
    ['pct without a horizon', withPart('chaos=pct classes=sync depth=1'), 'horizon'],
    ['a horizon of nothing', withPart('chaos=pct classes=sync depth=1 horizon=0'), 'horizon'],
    ['a depth for delays', withPart('chaos=delays classes=sync count=1 horizon=9 depth=1'), 'does not know'],
    ['17 delays', withPart('chaos=delays classes=sync count=17 horizon=9'), 'count'],
    ['a victim without a span', withPart('chaos=victim classes=sync'), 'span_us'],
    ['a horizon for note', withPart('chaos=note classes=sync horizon=9'), 'does not know'],
    ['noise without a count', withPart('noise=switch'), 'noise'],
    ['noise of nothing', withPart('noise='), 'noise'],
    ['noise that counts 0', withPart('noise=switch:0'), 'noise'],
    ['noise that counts 1025', withPart('noise=switch:1025'), 'noise'],
    ['noise twice', withPart('noise=switch:1,switch:2'), 'noise'],
    ['nine classes of noise', withPart('noise=a:1,b:1,c:1,d:1,e:1,f:1,g:1,h:1,i:1'), 'noise'],
    ['noise with a long name', withPart('noise=abcdefghijklmnop:1'), 'noise'],
    ['noise with an upper-case name', withPart('noise=Switch:1'), 'noise'],
    ['noise that ends in a comma', withPart('noise=switch:1,'), 'noise'],
    ['CPUs of no noise', withPart('noise_cpus=0'), 'does not know'],
    ['noise on no CPU', withPart('noise=switch:1 noise_cpus='), 'noise_cpus'],
    ['a quota of nothing', withPart('quota_us=0 period_us=1000'), 'quota_us'],
    ['a quota without a period', withPart('quota_us=1000'), 'period_us'],
    ['a period without a quota', withPart('period_us=1000'), 'does not know'],
    ['a period below a millisecond', withPart('quota_us=1000 period_us=999'), 'period_us'],
    ['a period above a second', withPart('quota_us=1000 period_us=1000001'), 'period_us'],
    ['a trace of nothing', withPart('chaos=note classes=sync trace=0'), 'trace'],
    [
      'force without a second event',
      withPart(`chaos=force classes=sync first=${event} mode=order after=done`),
      'second',
    ],
    ['an event of no known call', withPart(forced(event, '0/0:raed:45b:0')), 'second'],
    ['an event of a call that is never held', withPart(forced('0/0:exit_group:45b:0', event)), 'first'],
    ['an event without a count', withPart(forced(event, '0/0:read:45b')), 'second'],
    ['an event and more', withPart(forced(event, '0/0:read:45b:0:0')), 'second'],
    ['an event at no site', withPart(forced(event, '0/0:read:45b0:0')), 'second'],
    ['an event of nobody', withPart(forced(event, '1/0:read:45b:0')), 'second'],
    ['an event of a thread 0.0', withPart(forced(event, '0.0/0:read:45b:0')), 'second'],
    ['a name that is too long', withPart(forced(event, `0${'.1'.repeat(300)}/0:read:45b:0`)), 'second'],
    ['an event before itself', withPart(forced(event, event)), 'one event'],
    ['force of no mode', withPart(forced(event, '0/0:read:1:0', 'mode=both after=done')), 'mode'],
    ['force after nothing', withPart(forced(event, '0/0:read:1:0', 'mode=order')), 'after'],
    ['an offset of 0', withPart(forced(event, '0/0:read:1:0', 'mode=order after=done offset_us=0')), 'offset_us'],
    ['an offset for note', withPart('chaos=note classes=sync offset_us=5'), 'does not know'],
    ['half a stack', withPart(`${forced(event, '0/0:read:1:0')} stacks=0`), 'stacks'],
    ['stacks of nothing', withPart('chaos=note classes=sync stacks=1'), 'stacks'],
    ['a replay without a seed', withPart('as_run=1 trace=1'), 'seed'],
    ['a replay without a trace', withPart('as_run=1 seed=00000000000000ff'), 'trace'],
    ['a replay with half a trace', withPart('as_run=1 seed=00000000000000ff trace=0'), 'trace'],
    ['a seed without a replay', withPart('seed=00000000000000ff'), 'does not know'],
    [
      'a halt of 257 bytes',
      withPart(`as_run=1 seed=00000000000000ff trace=1 halt=${'x'.repeat(257)}`),
      'longer than 256',
    ],
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
    const read = (verb: string) => lines.filter((one) => one.startsWith(`${verb} `)).map(parseRecord);
    expect(read('class').slice(-3)).toMatchObject([
      { schedule: null },
      { outcome: { ending: { kind: 'unfit', why: 'seccomp' } }, schedule: '0000000000000abc' },
      { outcome: { ending: { kind: 'unfit', why: 'setuid' } }, schedule: null },
    ]);
    expect(read('effect')).toMatchObject([
      { runs: 16, heldUs: 40_000, sampled: 1, migrations: 7, horizon: 29 },
      { runs: 7, forced: 4, infeasible: 2, absent: 1 },
    ]);
    expect(read('effect')[0]).not.toHaveProperty('forced');
    const trace = {
      run: 485,
      schedule: 'fedcba9876543210',
      lines: expect.stringMatching(/^0\/0 clone3 .*\n0\.1\/0 futex .*\n$/),
    };
    expect(read('trace')).toMatchObject([
      { ...trace, forced: null },
      { ...trace, forced: 'infeasible' },
    ]);
    expect(read('point')).toEqual([
      { type: 'point', run: 485, key: event, frames: '/usr/lib/libc.so.6+0xf2ec\n/t/a b+0x1e56 0x1b40\n' },
    ]);
    expect(read('halt')).toEqual([{ type: 'halt', run: 485, pid: 4711, thread: 4713, at: 'output' }]);
    expect(read('refused')).toMatchObject([{ batch: 5, part: 'quota', text: expect.stringContaining('cpu.max') }]);
  });
});

test.each([
  ['a halt nowhere', 'halt run=1 pid=2 thread=3 at=sleep'],
  ['a part that no condition has', 'refused batch=1 part=pin text=x'],
  ['a new reason to be unfit', 'class id=1 run=1 worker=0 batch=1 exact=1 end=unfit:mood us=0'],
  ['half an effect', 'effect batch=1 runs=1'],
])('%s is no record', (_, line) => {
  expect(() => parseRecord(line)).toThrow(EngineError);
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

  test('every run is in one effect, told before its batch ends', async () => {
    const session = await Session.start(['/bin/true']);
    await session.run({ id: 1, runs: 100 });
    await session.run({ id: 2, runs: 30, condition: { pin: { policy: 'one' } } });
    const told = session.records.filter((record) => record.type === 'effect');
    const runs = (id: number) => told.filter(({ batch }) => batch === id).reduce((sum, one) => sum + one.runs, 0);
    expect([runs(1), runs(2)]).toEqual([100, 30]);
    // Plain runs have switches only; migrations where the kernel lets us count.
    expect(
      told.every(({ events, held, horizon, sampled, runs }) => events + held + horizon === 0 && sampled <= runs),
    ).toBe(true);
    await session.stop();
  });

  test('a stride numbers the runs, and counts stay those of runs', async () => {
    const session = await Session.start(['/bin/sh', '-c', 'exit $((FLAKEHUNT_RUN % 2))'], {
      firstRun: 7,
      guest: { stride: 3, mark: false },
    });
    const first = await session.run({ id: 1, jobs: 2, runs: 70 });
    const second = await session.run({ id: 2, runs: 5, condition: { pin: { policy: 'one' } } });
    const bye = await session.stop();
    const numbers = range(0, 74).map((i) => 7 + 3 * i);
    expect([first.runs, second.runs, bye.runs, bye.abandoned]).toEqual([70, 5, 75, 0]);
    expect(session.runsByEnding).toEqual({
      'exit:0': numbers.filter((run) => run % 2 === 0),
      'exit:1': numbers.filter((run) => run % 2 === 1),
    });
  });

  test('a batch may begin at a later number, and never at one that was', async () => {
    const session = await Session.start(['/bin/true'], { firstRun: 2, guest: { stride: 3, mark: false } });
    await session.run({ id: 1, runs: 2 });
    await session.run({ id: 2, runs: 2, from: 30 });
    await session.run({ id: 3, runs: 1, from: 4 });
    expect(await session.stop()).toMatchObject({ runs: 5, abandoned: 0 });
    expect(session.runsByEnding).toEqual({ 'exit:0': [2, 5, 32, 35, 38] });
  });

  test('runs cut off and workers killed are counted with a stride, too', async () => {
    const session = await Session.start(['/bin/sleep', '1000'], { guest: { stride: 4, mark: false } });
    session.submit({ jobs: 2 });
    while (session.survivors().length < 2) await sleep(20);
    session.killWorker();
    await session.until('class');
    while (session.survivors().length < 2) await sleep(20);
    expect(await session.stop()).toMatchObject({ runs: 1, abandoned: 2 });
    expect([{ lost: [1] }, { lost: [5] }]).toContainEqual(session.runsByEnding);
  });

  test('a plan with marks gives signs of life, whether or not there is anything to do', async () => {
    const session = await Session.start(['/bin/true'], { guest: { stride: 1, mark: true } });
    const began = Date.now();
    for (let beats = 0; beats < 3; beats++) await session.until('beat');
    expect(Date.now() - began).toBeGreaterThan(1500);
    await session.stop();
  });

  test('a replayed run is the same one each time, and each comes with a trace', async () => {
    const session = await Session.start(['/bin/sh', '-c', 'echo $FLAKEHUNT_RUN $FLAKEHUNT_SEED']);
    const end = await session.run({ jobs: 2, runs: 10, replay: replay(477, '0123456789abcdef', null) });
    expect(end.runs).toBe(10);
    expect(session.classes).toHaveLength(1);
    expect(Buffer.from(session.classes[0]?.outcome.output.bytes ?? []).toString()).toBe('477 0123456789abcdef\n');
    expect(session.tallies.reduce((sum, { count }) => sum + count, 1)).toBe(10);
    const traces = session.records.filter((record) => record.type === 'trace');
    expect(traces.map(({ run }) => run).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(traces.every(({ schedule, lines }) => schedule === '0'.repeat(16) && lines === '')).toBe(true);
    await session.stop();
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
