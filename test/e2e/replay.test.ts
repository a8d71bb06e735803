import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Bench, bench } from './flakehunt.ts';
import { newMark, until } from './processes.ts';

interface Agreement {
  runs: number;
  asFirst: number;
  asOriginal: number | null;
}

interface Replayed {
  reason: string;
  exitCode: number;
  runs: number;
  build: { cached: boolean };
  outcomes: { judgement: { verdict: string } }[];
  agreement: { outcome: Agreement; schedule: Agreement | null };
  traces: string[];
}

const pass = { ending: { kind: 'exit', code: 0 } };
const fail = { ending: { kind: 'exit', code: 1 }, output: 'wait cqe -17\n' };

function script(place: Bench, content: object): string {
  const path = join(place.dir, 'script.json');
  writeFileSync(path, JSON.stringify(content));
  return `--engine=fake:${path}`;
}

async function replay(
  place: Bench,
  ...args: string[]
): Promise<{ code: number | undefined; err: string; found: Replayed }> {
  const { code, out, err } = await place.run(['replay', '--json', ...args]);
  return { code, err, found: JSON.parse(out === '' ? '{}' : out) };
}

function scratchFolders(place: Bench): string[] {
  const folder = join(place.env.XDG_CACHE_HOME ?? '', 'flakehunt', 'scratch');
  return existsSync(folder) ? readdirSync(folder) : [];
}

describe('a failure of the bundled tree that pct provoked', () => {
  let place: Bench;
  let command: string;
  const hunt = ['run', 'msg-ring.t', '--tree', 'lab', '--strategy', 'chaos:pct:1', '--failures', '5', '--seed', '1'];

  /** A hunt for each test: a bench goes with its test. */
  async function hunted(mark = {}): Promise<void> {
    place = bench(mark);
    const found = (await place.json([...hunt, '--json'])) as {
      signatures: { reproducer: { elsewhere: string; condition: string } }[];
    };
    expect(found.signatures[0]?.reproducer.condition).toMatch(/^chaos:pct:1:\d+$/);
    command = found.signatures[0]?.reproducer.elsewhere ?? '';
  }

  it('fails again and alike, in outcome and in schedule', async () => {
    await hunted();
    const { code, err, found } = await replay(place, 'last');
    expect([code, err, found.reason, found.runs]).toEqual([1, '', 'times', 10]);
    const { outcome, schedule } = found.agreement;
    // On a machine without a free moment for its one CPU a schedule may part; none did in thousands of runs.
    for (const agreed of [outcome.asFirst, outcome.asOriginal, schedule?.asFirst])
      expect(agreed).toBeGreaterThanOrEqual(9);
    expect(await place.json(['list', '--json'])).toMatchObject({ total: 1 });
  });

  it('fails again elsewhere, by the command that the hunt printed', async () => {
    await hunted();
    const elsewhere = bench();
    const { code, out, err } = await elsewhere.run(command.split(' ').slice(1));
    expect([code, err]).toEqual([1, '']);
    expect(out).toMatch(/^level {6}L3: /m);
    expect(out).toMatch(/^msg-ring failed in (?:9|10) of 10 runs$/m);
    expect(out).toMatch(/^outcome {4}(?:9|10)\/10 /m);
    expect(await elsewhere.json(['list', '--json'])).toMatchObject({ total: 0 });
  });

  it('is looked at in gdb, in the thread that fails', async () => {
    const mark = newMark();
    await hunted(mark.env);
    const { code, out } = await place.run(['replay', 'last', '--gdb'], { input: 'up 100\ninfo threads\nquit\n' });
    expect(out).toMatch(/stands still where it fails: thread \d+ is about\s+to\s+write\s+"wait cqe"/);
    expect(out).toMatch(/#\d+ .*wait_for_message/);
    expect(out).toMatch(/^\* 2 {4}Thread/m);
    expect(out).toContain('msg-ring was stopped at its failure point in run 1');
    expect(code).toBe(1);
    await mark.allGone();
  });

  it('leaves no gdb behind, however flakehunt ends', async () => {
    const mark = newMark();
    await hunted(mark.env);
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const call = place.start(['replay', 'last', '--gdb'], { input: 'python import time; time.sleep(1000)\n' });
      await until(call, () => gdbsOf(mark.env) > 0);
      call.kill(signal);
      await call;
      await mark.allGone();
    }
  });

  it('is traced', async () => {
    await hunted();
    const { code, found } = await replay(place, 'last', '--strace');
    expect([code, found.runs]).toEqual([1, 1]);
    expect(found.traces[0]).toContain(join(place.dir, 'state'));
    expect(readFileSync(found.traces[0] ?? '', 'utf8')).toMatch(/io_uring_enter\(.*-1 EEXIST|write\(2, "wait cqe/);
    const again = await replay(place, 'last', '--strace', '--times', '2', '--strace-output', 'here');
    expect(readdirSync(join(place.dir, 'here'))).toHaveLength(2);
    expect(again.found.traces).toHaveLength(2);
  });
});

describe('a replay with the scripted engine', () => {
  async function hunted(content: object, ...args: string[]) {
    const place = bench();
    const engine = script(place, content);
    await place.run(['run', engine, ...args, '--seed', '1', '--', '/bin/true']);
    return { place, engine };
  }

  it('of a run that passed says so', async () => {
    const { place, engine } = await hunted({ outcomes: [pass] }, '--loops', '5');
    const { code, out } = await place.run(['replay', engine, 'last:3']);
    expect(code).toBe(0);
    expect(out).toMatch(/^level {6}L0: /m);
    expect(out).toContain('true did not fail in 10 runs');
    expect(out).toContain('outcome    10/10 identical, as in the hunt');
  });

  it('of a run that failed compares with it', async () => {
    const { place, engine } = await hunted({ outcomes: [pass, fail] }, '--loops', '100', '--strategy', 'chaos:pct:2');
    const { code, found } = await replay(place, engine, 'last', '--times', '3');
    expect(code).toBe(1);
    expect(found.agreement.outcome).toEqual({ runs: 3, asFirst: 3, asOriginal: 3 });
    expect(found.agreement.schedule?.asFirst).toBe(3);
    expect(scratchFolders(place)).toEqual([]);
  });

  it('until it fails ends there, or says that it did not', async () => {
    const { place, engine } = await hunted({ outcomes: [pass] }, '--loops', '5');
    const { code, found } = await replay(place, engine, 'last:1', '--until-fail', '--times', '50');
    expect([code, found.runs, found.reason]).toEqual([5, 50, 'times']);
    const failing = script(place, { outcomes: [fail] });
    const other = await replay(
      place,
      failing,
      '--seed',
      '5',
      '--condition',
      'plain',
      '--until-fail',
      '--',
      '/bin/true',
    );
    expect([other.code, other.found.runs, other.found.reason]).toEqual([1, 1, 'failed']);
  });

  it.each<[what: string, args: string[], code: number, message: RegExp]>([
    ['no failure', ['last'], 2, /found no failure that could be replayed.*:1`/],
    ['no such hunt', ['other'], 2, /There is no hunt "other"/],
    ['no such run', ['last:77'], 2, /has no run 77/],
    ['another engine', ['last:1'], 2, /made by the fake engine/],
    [
      'an unknown condition',
      ['--seed', '1', '--condition', 'chaos:pkt', '--', 'true'],
      2,
      /"pkt" is not an arm of chaos/,
    ],
    ['no condition of that name', ['--seed', '1', '--condition', 'nope', '--', 'true'], 2, /did you mean "note"\? The/],
    ['a CPU that may not be used', ['--seed', '1', '--condition', 'pin:1000', '--', 'true'], 2, /CPU 1000 may not/],
    ['a malformed seed', ['--seed', '1g', '--condition', 'plain', '--', 'true'], 2, /up to 16 hex digits/],
  ])('says what is wrong: %s', async (what, args, code, message) => {
    const { place, engine } = await hunted({ outcomes: [pass] }, '--loops', '5');
    const given = what === 'another engine' ? args : [engine, ...args];
    const { code: actual, out, err } = await place.run(['replay', ...given]);
    expect([actual, out]).toEqual([code, '']);
    expect(err).toMatch(message);
  });

  it('cannot do without what the condition needs', async () => {
    const { place, engine } = await hunted({ outcomes: [fail] }, '--loops', '60', '--strategy', 'chaos:pct:2');
    const refusing = script(place, { outcomes: [fail], refuses: { part: 'chaos', text: 'EPERM' } });
    expect(refusing).toBe(engine);
    const { code, err } = await place.run(['replay', engine, 'last']);
    expect(code).toBe(3);
    expect(err).toMatch(/no chaos on this machine: EPERM/);
    expect(scratchFolders(place)).toEqual([]);
  });
});

describe('what a replay needs', () => {
  const drawn = ['replay', '--seed', '1', '--condition', 'plain'];

  it.each(['gdb', 'strace'])('%s that is missing is named, with the package', async (tool) => {
    const { code, out, err } = await bench({ PATH: '/nowhere' }).run([...drawn, `--${tool}`, '--', '/bin/true']);
    expect([code, out]).toEqual([3, '']);
    expect(err).toMatch(new RegExp(`--${tool} needs ${tool}: ${tool} is not installed.*apt-get install ${tool}`));
  });

  it('is its condition: without a part of it, it would be another run', async () => {
    const tools = mkdtempSync(join(tmpdir(), 'flakehunt tools '));
    onTestFinished(() => rmSync(tools, { recursive: true }));
    writeFileSync(join(tools, 'cc'), `#!/bin/sh\nPATH='${process.env.PATH}' exec cc "$@"\n`, { mode: 0o755 });
    const place = bench({ PATH: tools });
    const { code, err } = await place.run(['replay', '--seed', '1', '--condition', 'noise:vm:1', '--', '/bin/true']);
    expect(code).toBe(3);
    expect(err).toMatch(/cannot be replayed here, for its condition noise:vm:1\S* cannot be put in force: vm needs/);
  });

  it('ends by an interrupt, and leaves nothing', async () => {
    const mark = newMark();
    const place = bench(mark.env);
    const call = place.start([...drawn, '--until-fail', '--times', '1e6', '--json', '--', '/bin/sleep', '0.01']);
    await until(
      call,
      () => scratchFolders(place).length > 0 && readdirSync('/proc').some((pid) => isSleep(pid, mark.env)),
    );
    call.kill('SIGINT');
    const { exitCode, stdout } = await call;
    expect(exitCode).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ reason: 'interrupted', failures: 0 });
    await mark.allGone();
  });
});

function gdbsOf(env: Record<string, string>): number {
  return readdirSync('/proc').filter((pid) => isProgram('gdb', pid, env)).length;
}

function isSleep(pid: string, env: Record<string, string>): boolean {
  return isProgram('sleep', pid, env);
}

function isProgram(program: string, pid: string, env: Record<string, string>): boolean {
  if (!/^\d+$/.test(pid)) return false;
  try {
    const [[name = '', value = ''] = []] = Object.entries(env);
    const own = readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`${name}=${value}\0`);
    return own && readFileSync(`/proc/${pid}/comm`, 'utf8') === `${program}\n`;
  } catch {
    return false;
  }
}

describe('a tree of somebody else', () => {
  const config =
    'suites:\n  mine:\n    build:\n      test-steps:\n        - [cc, -o, "{test}", "{test}.c"]\n      artifact: "{test}"\n    tests:\n      glob: "*.c"\n';
  const crashing = '#include <signal.h>\nint main(void) { return raise(SIGSEGV); }\n';

  /** A hunt of a repository whose work tree is not what was committed. */
  async function hunted(rev: string) {
    const place = bench();
    const repository = join(place.dir, 'tree');
    const write = (text: string) => writeFileSync(join(repository, 'crash.c'), text);
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: repository, stdio: 'ignore' });
    mkdirSync(repository);
    writeFileSync(join(repository, 'flakehunt.config.yaml'), config);
    // No other test may have built the same.
    write(`// ${place.dir}\n${crashing}`);
    git('init', '-q');
    git('add', '.');
    git('commit', '-q', '-m', 'first');
    write(`// ${place.dir}, changed\n${crashing}`);
    const { code } = await place.run(['run', 'crash', '--rev', rev, '--loops', '2'], { cwd: repository });
    expect(code).toBe(1);
    return { place, write, git };
  }

  /** What `cache --prune --all` would remove, but for what other tests need. */
  function prune(place: Bench): void {
    const cache = join(place.env.XDG_CACHE_HOME ?? '', 'flakehunt');
    const { key } = (place.events()[0] as { header: { build: { key: string } } }).header.build;
    rmSync(join(cache, 'builds', key), { recursive: true });
    for (const name of readdirSync(join(cache, 'snapshots'))) {
      const folder = join(cache, 'snapshots', name);
      if (readFileSync(join(folder, 'of'), 'utf8').includes(place.dir)) rmSync(folder, { recursive: true });
    }
  }

  it('is replayed from the build store though its sources are gone, but not without either', async () => {
    const { place, write } = await hunted('worktree');
    write('int main(void) { return 0; }\n');
    const { code, found } = await replay(place, 'last');
    const all = { runs: 10, asFirst: 10, asOriginal: 10 };
    expect([code, found.build.cached, found.agreement.outcome]).toEqual([1, true, all]);
    prune(place);
    const gone = await place.run(['replay', 'last']);
    expect(gone.code).toBe(3);
    expect(gone.err).toMatch(/has changed since, and the cache keeps neither/);
  });

  it('is built again from its commit, as long as there is one', async () => {
    const { place, git } = await hunted('HEAD');
    prune(place);
    const { code, found } = await replay(place, 'last', '--times', '2');
    expect([code, found.build.cached]).toEqual([1, false]);
    git('commit', '-q', '-a', '--amend', '-m', 'second');
    git('reflog', 'expire', '--expire=now', '--all');
    git('gc', '-q', '--prune=now');
    prune(place);
    const gone = await place.run(['replay', 'last']);
    expect(gone.code).toBe(3);
    expect(gone.err).toMatch(/has no commit [0-9a-f]{40} any more/);
  });

  it('that crashes is looked at by its core dump', async (context) => {
    const pattern = readFileSync('/proc/sys/kernel/core_pattern', 'utf8').trim();
    context.skip(/[|/]/.test(pattern), `the kernel sends core dumps elsewhere: ${pattern}`);
    const { place } = await hunted('HEAD');
    const { code, out } = await place.run(['replay', 'last', '--gdb'], { input: 'quit\n' });
    expect(code).toBe(1);
    expect(out).toMatch(/Program terminated with signal SIGSEGV|left no core dump/);
    expect(out).toContain('crash failed in run 1');
  });
});
