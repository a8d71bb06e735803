import { appendFileSync, cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventsIn, newestBisect } from './bisecting.ts';
import { type CoinCommit, commitAll, git, layCoins } from './coin-history.ts';
import { type Bench, bench, type Outcome } from './flakehunt.ts';
import { newMark, until } from './processes.ts';

const fixed: CoinCommit[] = ['fails', 'fails', 'passes', 'passes'];
const on = ['coin', '--tree', 'tree', '--suite', 'coins', '--time', '2s'];

async function coins(commits: readonly CoinCommit[] = fixed): Promise<Bench> {
  const place = bench();
  await layCoins(place, commits);
  return place;
}

/** What it said in the end; never a stack. */
function said({ err }: Outcome): string {
  expect(err).not.toMatch(/\n\s+at |this is a bug/);
  return err.slice(err.indexOf('flakehunt: '));
}

describe('a mistake on the command line', () => {
  it.each([
    [['--confidence', '1'], /--confidence "1" is not a share/],
    [['--jobs', 'auto'], /give one, such as --jobs 4/],
    [['--old', 'a', '--new', 'b'], /add --fix .* or --regression/],
    [['--good', 'worktree'], /a bisect searches commits.*flakehunt confirm worktree/],
    [['--resume', 'last'], /no bisects yet/],
    [['--resume', 'last', '--jobs', '2'], /--jobs cannot be given with --resume/],
    [['--resume', 'last', '--first-parent'], /--first-parent cannot be given with --resume/],
    [['--log'], /no bisects yet/],
    [['--log', 'last', '--json'], /--json cannot be given with --log.*flakehunt show BISECT --json/],
    [['coin', '--log'], /A test cannot be given with --log/],
    [['--', './coin'], /a command behind -- has none/],
    [[], /Which test\?/],
  ])('bisect %j is answered with one sentence', async (args, pattern) => {
    const { code, out, err } = await bench().run(['bisect', ...args]);
    expect(err).toMatch(pattern);
    expect([code, out, err.split('\n').length]).toEqual([2, '', 1]);
  });

  it.each([
    [[], /Which commit\?/],
    [['--before', 'a', 'coin'], /go together/],
    [['--before', 'a', '--after', 'b', 'coin', 'coin'], /give only the test beside them/],
  ])('confirm %j likewise', async (args, pattern) => {
    const { code, out, err } = await bench().run(['confirm', ...args]);
    expect(err).toMatch(pattern);
    expect([code, out]).toEqual([2, '']);
  });
});

describe('ends between which nothing can be found', () => {
  it('are told by what is wrong with them', async () => {
    const place = await coins();
    const tree = join(place.dir, 'tree');
    await git(tree, 'checkout', '-q', '-b', 'side', 'c2');
    await commitAll(tree, 'beside');
    await git(tree, 'checkout', '-q', '--orphan', 'alone');
    await commitAll(tree, 'alone');
    await git(tree, 'checkout', '-q', 'main');
    mkdirSync(join(place.dir, 'folder'));
    cpSync(join(tree, 'tests'), join(place.dir, 'folder/tests'), { recursive: true });
    const cases: [string[], number, RegExp][] = [
      [['--bad', 'c2', '--good', 'c2'], 2, /Both ends are the same commit/],
      [['--bad', 'c2', '--good', 'alone'], 2, /no commit in common/],
      [['--bad', 'side', '--good', 'c4'], 2, /two branches, which part at [0-9a-f]{8}/],
      [['--bad', 'c2', '--good', 'nowhere'], 2, /no revision "nowhere"/],
      [['--bad', 'c2', '--good', 'c4', '--regression'], 2, /c2 comes before c4.*name them with --good and --bad/],
      [['--bad', 'c4', '--good', 'c2'], 5, /ends look exchanged.*--bad c2 --good c4/],
      [['--bad', 'c2', '--good', 'c4', '--signature', 'nosuch'], 5, /did not fail with "nosuch".*coin failed/],
      [['--bad', 'c2', '--good', 'c4', '--condition', 'nix'], 2, /"nix" is not a strategy/],
      [['--tree', 'folder', '--bad', 'c2'], 2, /plain folder without history/],
    ];
    for (const [args, code, pattern] of cases) {
      const result = await place.run(['bisect', ...on, ...args]);
      expect(said(result)).toMatch(pattern);
      expect([result.code, result.out]).toEqual([code, '']);
    }
  });

  it('both fail: that is said', async () => {
    const place = await coins(['fails', 'fails', 'fails']);
    const { code, out } = await place.run(['bisect', ...on, '--bad', 'c1', '--good', 'c3', '--time', '30s']);
    expect(out).toMatch(/coin: both ends fail/);
    expect(code).toBe(5);
  });

  it('both fail alike: that is said long before the time is over, however sure it has to be', async () => {
    const place = await coins(['fails', 'fails', 'fails']);
    const how = ['--time', '1h', '--confidence', '0.9999', '--json'];
    const { code, out } = await place.run(['bisect', ...on, '--bad', 'c1', '--good', 'c3', ...how]);
    const found = JSON.parse(out);
    expect([code, found.outcome, found.findings]).toEqual([5, 'both-fail', []]);
    expect(found.notes.at(-1)).toMatch(/both ends fail, so \d+ fresh runs of each .* alike; rate new over old/);
    // The comparison is planned by time, so how many runs it has is the machine's affair.
    expect(found.spent.seconds).toBeLessThan(900);
  });
});

describe('a test that is not everywhere', () => {
  it('is searched for where it is, on either side', async () => {
    const place = await coins(['no test', 'fails', 'fails', 'passes', 'passes', 'no test']);
    const { out, code } = await place.run(['bisect', ...on, '--bad', 'c1', '--good', 'c6', '--time', '2m']);
    expect(out).toMatch(/coin does not exist at \w+: the range begins at \w+, which\s+has it; take\s+that as --old/);
    expect(out).toMatch(/coin does not exist at \w+: the range ends at \w+, which\s+has it; take\s+that as --new/);
    expect(out).toMatch(/coin: fixed by [0-9a-f]{12} \("c4: passes"\)/);
    expect(code).toBe(0);
    const gone = await place.run(['confirm', 'c2', ...on]);
    expect(said(gone)).toMatch(/no test "coin" at c1/);
    expect(gone.code).toBe(2);
  });
});

describe('a build', () => {
  it('of the failing end that fails is told, with what to do', async () => {
    const place = await coins(['does not build', 'does not build', 'passes']);
    const result = await place.run(['bisect', ...on, '--bad', 'c1', '--good', 'c3']);
    expect(said(result)).toMatch(/^flakehunt: c1 does not build(.|\n)*Whole log: .*\n.*name another one near it\.$/);
    expect(result.code).toBe(3);
  });

  it('that never ends is ended with the time, and nobody is blamed', async () => {
    const place = await coins(['fails', 'builds for ever', 'builds for ever', 'passes']);
    const mark = newMark();
    const args = ['bisect', ...on, '--bad', 'c1', '--good', 'c4', '--json'];
    const { code, out } = await place.run(args, { env: mark.env });
    expect(JSON.parse(out)).toMatchObject({ outcome: 'undecided', unusable: [] });
    expect(code).toBe(5);
    await mark.allGone();
  });

  it('that makes the same program of both sides leaves nothing to confirm', async () => {
    const place = await coins(['fails']);
    const tree = join(place.dir, 'tree');
    writeFileSync(
      join(tree, 'build.sh'),
      'mkdir -p out && printf "int main(void) { return 0; }" | cc -x c -o out/$1 -\n',
    );
    await commitAll(tree, 'compiled');
    writeFileSync(join(tree, 'README'), 'read me\n');
    await commitAll(tree, 'readme');
    const result = await place.run(['confirm', 'HEAD', ...on]);
    expect(said(result)).toMatch(/built into the same program at .* and at /);
    expect(result.code).toBe(2);
  });
});

describe('an interrupt', () => {
  it('before the search keeps what was run, and says so', async () => {
    const place = await coins();
    const mark = newMark();
    const call = place.start(['bisect', ...on, '--time', '1h', '--bad', 'c4', '--good', 'c1'], { env: mark.env });
    await until(call, () => readdirSync(join(place.dir, 'state/flakehunt/hunts')).length > 1);
    call.kill('SIGINT');
    const { exitCode, stderr } = await call;
    expect(stderr).toMatch(/flakehunt: Interrupted\. .* are kept, and the same command uses them\.$/);
    expect(exitCode).toBe(130);
    await mark.allGone();
  });

  it('of a build within the search says how to go on; what was known is known', async () => {
    const place = await coins(['fails', 'builds for ever', 'builds for ever', 'passes']);
    const mark = newMark();
    const call = place.start(['bisect', ...on, '--time', '1h', '--bad', 'c1', '--good', 'c4'], { env: mark.env });
    await until(call, () => lastDoing(place).startsWith('building'));
    call.kill('SIGINT');
    const { exitCode, stdout, stderr } = await call;
    expect(stdout).toMatch(/coin: interrupted(.|\n)*flakehunt bisect --resume \S+ {2}goes on from there/);
    expect(stderr).not.toMatch(/nothing to save/);
    expect(exitCode).toBe(130);
    await mark.allGone();
  });
});

/** What the newest bisect is at; empty before it is. */
function lastDoing(place: Bench): string {
  const dir = newestBisect(place);
  return dir === null ? '' : String(eventsIn(dir).findLast(({ type }) => type === 'doing')?.what ?? '');
}

describe('a bisect that is over', () => {
  it('is not gone on with, is shown again, and listed; one whose history is gone is told', async () => {
    const place = await coins();
    const made = await place.run(['bisect', ...on, '--bad', 'c1', '--good', 'c4', '--time', '2m', '-q']);
    expect(made.code).toBe(0);
    const [id = ''] = readdirSync(join(place.dir, 'state/flakehunt/bisects'));
    const again = await place.run(['bisect', '--resume', id, '-q']);
    expect(again.err).toMatch(/was decided already/);
    expect([again.code, again.out]).toEqual([0, made.out]);
    expect((await place.run(['show', id])).out).toMatch(/^bisect {5}.*\n(.|\n)*coin: fixed by .*c3: passes/);
    const document = await place.json(['show', id.slice(-4), '--json']);
    expect(document).toMatchObject({ kind: 'bisect', id, outcome: 'decided', exitCode: 0 });
    expect((await place.run(['list'])).out).toMatch(new RegExp(`^bisect\n${id} {2}coin: fixed by`, 'm'));
    expect((await place.run(['bisect', '--log', id])).out).toMatch(/^git bisect /m);
  });

  it('cannot be gone on with when an end of it is gone', async () => {
    const place = await coins(['fails', 'fails', 'builds for ever', 'passes']);
    const tree = join(place.dir, 'tree');
    const first = await place.run(['bisect', ...on, '--bad', 'c2', '--good', 'c4', '-q']);
    expect(first.code).toBe(5);
    await layCoins(place, ['passes']);
    await git(tree, 'tag', '-f', 'c1');
    const gone = await place.run(['bisect', '--resume', 'last']);
    expect(said(gone)).toMatch(/an end of bisect \S+, is not in .* any more/);
    expect(gone.code).toBe(2);
    const log = join(newestBisect(place) ?? '', 'events.ndjson');
    appendFileSync(log, 'rubbish\n{}\n');
    expect((await place.run(['bisect', '--resume', 'last'])).err).toMatch(/is damaged: line \d+/);
  });
});
