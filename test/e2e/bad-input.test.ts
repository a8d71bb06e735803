import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bench } from './flakehunt.ts';

/** One clear sentence on standard error, nothing on standard output, no stack. */
async function refused(args: string[], env: Record<string, string> = {}) {
  const result = await bench(env).run(args);
  expect(result.out).toBe('');
  expect(result.err).not.toMatch(/\n\s+at /);
  expect(result.err.trim().split('\n').length).toBeLessThanOrEqual(6);
  return result;
}

describe('a mistake on the command line', () => {
  it.each([
    [['hunt'], /unknown command 'hunt'/],
    [['rnu', 'x.t'], /Did you mean run\?/],
    [['help', 'rnu'], /unknown command 'rnu'.*did you mean "run"\?/],
    [['run', '--lops', '5'], /Did you mean --loops\?(?:.|\n)*flakehunt help run/],
    [['run', 'x', '--loops', '0'], /--loops 0 .*from 1/],
    [['run', 'x', '--loops', '-1'], /--loops -1/],
    [['run', 'x', '--loops', '1e99'], /--loops 1e99 is too large/],
    [['run', 'x', '--loops', 'abc'], /--loops abc/],
    [['run', 'x', '--time', '10'], /--time 10 has no unit; write 10s/],
    [['run', 'x', '--time', '10x'], /--time 10x has an unknown unit "x"/],
    [['run', 'x', '--failures', '1.5'], /--failures 1\.5/],
    [['run', 'x', '--until-rate', '2'], /--until-rate 2/],
    [['run', 'x', '--jobs', 'many'], /--jobs many/],
    [['run', 'x', '--masked', 'hide'], /--masked hide/],
    [['run', 'x', '--seed', 'xyz'], /--seed/],
    [['run', '--pin', 'three', '--', '/bin/true'], /--pin|pin/i],
    [['run', 'msg-ring', '--tree', 'lab', '--pin', 'three'], /^flakehunt: "three" is not a way to pin/],
    [['run', '--pin', '4000', '--', '/bin/true'], /CPU 4000 may not be used here; the allowed CPUs are/],
    [['run', 'x', '--strategy', 'pin:4000,chaos:pct:2'], /CPU 4000 may not be used here/],
    [['run', 'x', '--strategy', 'pct2'], /"pct2" is not a strategy; did you mean "pct-2"\?.*auto, plain, one-cpu/],
    [['run', 'x', '--strategy', ''], /"" is not a strategy/],
    [['run', 'x', '--strategy', 'auto', '--chaos', 'note'], /--strategy cannot be combined with --chaos/],
    [['run', 'x', '--strategy', 'plain', '--pin', 'one'], /--strategy cannot be combined with --pin/],
    [['run', 'x', '--chaos', 'pctt'], /"pctt" is not an arm of chaos; did you mean "pct"\? The arms are note, handoff/],
    [['run', 'x', '--chaos', 'pct'], /"pct" is not how this arm of chaos is written: pct:DEPTH/],
    [['run', 'x', '--chaos', 'pct:9'], /depth of pct is a whole number from 1 to 4, not "9"/],
    [['run', 'x', '--chaos', 'note/synk'], /"synk" is not a kind of call; did you mean "sync"/],
    [['run', 'x', '--chaos', 'pct:2', '--pin', '0-1'], /pct keeps all threads of a run on one CPU/],
    [['run', 'x', '--chaos', 'handoff', '--noise', 'cpu@same'], /noise on the same CPU \(@same\) prevents/],
    [['run', 'x', '--noise', 'swich:2'], /"swich" is not a class of noise; did you mean "switch"/],
    [['run', 'x', '--noise', 'cpu:2@here'], /"@here" does not say where noise runs/],
    [['run', 'x', '--quota', '20'], /"20" is not a quota; write a share/],
    [['run', 'x', '--quota', '5%/10ms'], /write 5%\/20ms/],
    [['run', '--resume', 'last', '--chaos', 'note'], /--chaos cannot be given with --resume/],
    [['run'], /Which test\?/],
    [['run', '--jobs', '1025', '--', '/bin/true'], /--jobs 1025 is too large/],
    [['run', '--'], /Nothing stands behind "--"/],
    [['run', '--', 'no-such-program-here'], /no program "no-such-program-here" in PATH/],
    [['run', '--', ''], /The command is an empty word/],
    [['run', '--', './missing'], /no file \.\/missing/],
    [['run', '--', '/etc'], /is a directory/],
    [['run', 'x', '--tree', '/no/such/place'], /\/no\/such\/place/],
    [['run', 'x', '--tree', 'lab', '--rev', 'nowhere'], /nowhere/],
    [['run', 'mgs-ring.t', '--tree', 'lab'], /no test "mgs-ring\.t".*msg-ring/],
    [['run', 'msg-ring', '--tree', 'lab', '--suite', 'libuirng'], /Unknown suite "libuirng".*liburing/],
    [['run', '--resume', 'nothing'], /no hunts yet/],
    [['show', 'nothing'], /no hunts yet/],
    [['show', 'last:x'], /./],
    [['--config', '/dev/zero', 'list'], /a configuration has at most 1 MiB/],
    [['--config', '/no/such/file', 'list'], /\/no\/such\/file/],
    [['parse', '/no/such/log'], /\/no\/such\/log/],
  ])('%j is answered with one clear sentence', async (args, pattern) => {
    const { code, err } = await refused(args);
    expect(err).toMatch(pattern);
    expect(code).toBe(2);
  });

  it('names a file that is no program', async () => {
    const place = bench();
    writeFileSync(join(place.dir, 'notes'), 'no program\n', { mode: 0o644 });
    const { code, err } = await place.run(['run', '--', './notes']);
    expect(err).toBe('flakehunt: ./notes is not executable; `chmod +x ./notes` makes it so.');
    expect(code).toBe(2);
  });

  it('is noise that nobody can make here', async () => {
    const tools = mkdtempSync(join(tmpdir(), 'flakehunt tools '));
    onTestFinished(() => rmSync(tools, { recursive: true }));
    const { code, err } = await refused(['run', '--noise', 'futex:2', '--', '/bin/true'], { PATH: tools });
    expect(err).toMatch(/futex is made by stress-ng, which is not installed\. Install it .*: switch, yield, cpu\.$/);
    expect(code).toBe(2);
  });

  it('may be the number of workers, which is only noted', async () => {
    const jobs = String(8 * availableParallelism() + 1);
    const { code, err } = await bench().run([
      'run',
      '--jobs',
      jobs,
      '--strategy',
      'plain',
      '--loops',
      '1',
      '--',
      'true',
    ]);
    expect(err).toMatch(new RegExp(`note: ${jobs} workers share .*--jobs auto finds`));
    expect(code).toBe(0);
  });

  it('in the configuration file is named with file, line and key', async () => {
    const place = bench();
    writeFileSync(join(place.dir, 'flakehunt.config.yaml'), 'run:\n  loops: 5\n  tiem: 10s\n');
    const { code, err } = await place.run(['run', '--', '/bin/true']);
    expect(code).toBe(2);
    expect(err).toMatch(/flakehunt\.config\.yaml:3:\d+.*tiem/);
  });
});

describe('an environment that cannot work', () => {
  it('has no C compiler', async () => {
    const place = bench();
    const tools = join(place.dir, 'bin');
    mkdirSync(tools);
    const env = { PATH: tools, XDG_CACHE_HOME: join(place.dir, 'cache') };
    const { code, err } = await place.run(['run', '--', '/bin/true'], { env });
    expect(code).toBe(3);
    expect(err).toMatch(/C compiler.*apt-get install/);
  });

  it('has a home where nothing can be made', async () => {
    // /sys refuses new folders to everybody, root included, as a read-only home does.
    const env = { HOME: '/sys', XDG_CACHE_HOME: '', XDG_STATE_HOME: '' };
    const { code, err } = await bench().run(['run', '--', '/bin/true'], { env });
    expect(code).toBe(3);
    expect(err).toMatch(/\/sys\/.*XDG_/);
  });

  it('has a state folder that is a file', async () => {
    const place = bench();
    writeFileSync(join(place.dir, 'state'), '');
    const { code, err } = await place.run(['run', '--loops', '1', '--', '/bin/true']);
    expect(code).toBe(3);
    expect(err).toContain(join(place.dir, 'state'));
  });
});
