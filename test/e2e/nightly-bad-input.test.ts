import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bench, type Outcome } from './flakehunt.ts';
import { layTests, nightFolders } from './night-tree.ts';

const on = ['nightly', '--tree', 'tree', '--suite', 'coins', '--condition', 'plain', '--overload', 'count'];

/** What it said in the end; never a stack. */
function said({ err }: Outcome): string {
  expect(err).not.toMatch(/\n\s+at |this is a bug/);
  return err;
}

describe('a mistake on the command line', () => {
  it.each([
    [['--time', '10'], /--time 10 has no unit; write 10s/],
    [['--time', '0s'], /--time 0s is no time at all/],
    [['--shard', '0/4'], /--shard takes the number of a part/],
    [['--shard', '5/4'], /--shard takes the number of a part/],
    [['--shard', '1'], /--shard takes the number of a part/],
    [['--jobs', '0'], /--jobs 0 is too small/],
    [['--jobs', '1000'], /tests side by side share/],
    [['--fail-on', 'news'], /--fail-on takes new, worse, flaky, failing, never, not "news"; did you mean "new"\?/],
    [['--overload', 'x'], /--overload takes apart or count/],
    [['--condition', 'auto'], /A night compares rates/],
    [['--condition', 'chaos:nix'], /nix/],
    [['--guests', '2'], /--guests describes a guest/],
    [['--resume', 'last'], /There are no nights yet/],
    [['--resume', 'last', '--time', '1h'], /--time cannot be given with --resume/],
    [['--resume', 'last', '--fail-on', 'x'], /--fail-on takes/],
  ])('nightly %j is answered with one sentence', async (args, pattern) => {
    const { code, out, err } = await bench().run([
      'nightly',
      ...(args[0] === '--resume' ? [] : ['--tree', 'lab']),
      ...args,
    ]);
    expect(err).toMatch(pattern);
    expect([code, out]).toEqual([2, '']);
    expect(err.split('\n').filter((line) => line.startsWith('flakehunt: ') && !line.includes('note:'))).toHaveLength(1);
  });

  it.each([
    [['nix'], /There are no nights yet/],
    [['export'], /Which file\?/],
    [['import', 'nowhere.gz'], /Cannot read .*nowhere\.gz/],
    [['export', 'x.gz', '--json'], /--json says nothing to `history export`/],
    [['a', 'b'], /"b" is one word too many/],
    [['--nights', '0'], /--nights 0 is too small/],
  ])('history %j likewise', async (args, pattern) => {
    const { code, out, err } = await bench().run(['history', ...args]);
    expect(err).toMatch(pattern);
    expect([[2, 3].includes(code ?? 0), out]).toEqual([true, '']);
    expect(err.split('\n')).toHaveLength(1);
  });
});

describe('what there is not', () => {
  it('is named: tests, globs, a suite without tests, a wrong day', async () => {
    const place = bench();
    await layTests(place, { alpha: 'never' });
    const cases: [string[], RegExp][] = [
      [['nix'], /There is no test "nix" in this revision/],
      [['x*'], /No test matches "x\*"/],
      [['--rev', 'nowhere'], /no revision "nowhere"/],
      [['--suite', 'nix'], /Unknown suite "nix"/],
    ];
    for (const [args, pattern] of cases) {
      const result = await place.run([...on, ...args]);
      expect(said(result)).toMatch(pattern);
      expect([result.code, result.out]).toEqual([2, '']);
    }
    await layTests(place, {}, 'quarantine:\n  - {test: a, reason: r, owner: o, expires: 2026-02-31}\n');
    expect(said(await place.run(on))).toMatch(
      /quarantine\[0\]\.expires: "?2026-02-31"? is not a day; write it like 2027-01-31/,
    );
    expect(nightFolders(place)).toEqual([]);
  });
});

describe('a state folder', () => {
  it('that is damaged is mended, or told of in a sentence', async () => {
    const place = bench();
    await layTests(place, { alpha: 'never' });
    expect((await place.run([...on, '--time', '2s', '-q'])).code).toBe(0);
    const state = join(place.dir, 'state/flakehunt');
    await place.run(['history']);
    writeFileSync(join(state, 'history.sqlite'), 'nonsense');
    const mended = await place.run(['history']);
    expect(mended.err).toMatch(/the index of the history .* was damaged, and was rebuilt from the logs/);
    expect(mended.out).toContain('night-coins');
    await place.run(['history', 'export', 'b.gz']);
    writeFileSync(join(place.dir, 'b.gz'), readFileSync(join(place.dir, 'b.gz')).subarray(0, 200));
    const refused = await place.run(['history', 'import', 'b.gz']);
    expect([refused.code, refused.err]).toEqual([2, expect.stringMatching(/^flakehunt: b\.gz is damaged: .*$/)]);
    const [night = ''] = nightFolders(place);
    writeFileSync(join(night, 'events.ndjson'), `${readFileSync(join(night, 'events.ndjson'), 'utf8')}nonsense\n`);
    const told = await place.run(['history']);
    expect(told.err).toMatch(/night .* is left out: The log .* is damaged/);
    expect(told.code).toBe(0);
  });

  it('that cannot be written is told of', async () => {
    const place = bench();
    await layTests(place, { alpha: 'never' });
    const state = join(place.dir, 'state/flakehunt');
    mkdirSync(state, { recursive: true });
    chmodSync(state, 0o500);
    // Root may write everywhere, unless it cannot have the capability.
    const without = 'setpriv --bounding-set=-dac_override,-dac_read_search --inh-caps=-all';
    const around = process.getuid?.() === 0 ? `exec ${without} "$@"` : 'exec "$@"';
    const { code, err } = await place.run([...on, '--time', '2s'], { around });
    chmodSync(state, 0o700);
    expect([code, err]).toEqual([3, expect.stringMatching(/permission denied.*XDG_STATE_HOME/)]);
  });

  it('that is a file is told of', async () => {
    const place = bench();
    await layTests(place, { alpha: 'never' });
    mkdirSync(join(place.dir, 'state'));
    writeFileSync(join(place.dir, 'state/flakehunt'), '');
    const { code, err } = await place.run([...on, '--time', '2s']);
    expect([code, err.split('\n').at(-1)]).toEqual([3, expect.stringMatching(/XDG_STATE_HOME/)]);
  });
});
