import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { layTree } from '../lab/laid-tree.ts';
import { bisect, change, eventsIn, newestBisect, runsOfHunt, told } from './bisecting.ts';
import { type Bench, bench } from './flakehunt.ts';
import { newMark, until } from './processes.ts';

/** Half of its runs fail under this condition, and both ends of the failing side are built alike: a few seconds. */
const handoff = ['--condition', 'chaos:handoff'];
const claim = ['claim', '--tree', 'lab', ...handoff];
const [fixed, again] = [change('claim-twice', 1), change('claim-twice', 2)];
const ends = ['--good', fixed, '--bad', 'v0.4'];
const sure = ['--confidence', '0.999'];

async function laid() {
  const tree = await layTree();
  onTestFinished(() => tree.remove());
  await tree.git('config', 'user.name', 'Somebody');
  await tree.git('config', 'user.email', 'somebody@uring-lab.example');
  return tree;
}

describe('the ends of a range', () => {
  it.each<[what: string, args: string[], answer: string]>([
    ['good and bad, the bad one later', ends, `introduced ${again}`],
    ['good and bad, the bad one earlier', ['--bad', `${fixed}~1`, '--good', `${again}~1`], `fixed ${fixed}`],
    ['old and new, for a fix', ['--old', `${fixed}~1`, '--new', `${again}~1`, '--fix'], `fixed ${fixed}`],
    ['old and new, for a regression', ['--old', fixed, '--new', 'v0.4', '--regression'], `introduced ${again}`],
    ['none, and a direction', ['--regression'], `introduced ${again}`],
  ])('named as %s', async (_, args, answer) => {
    const { code, err, found } = await bisect(bench(), ...claim, ...sure, ...args);
    expect([code, err, told(found)]).toEqual([0, '', [answer]]);
  });

  it('none: it goes on from the last hunt, with its condition', async () => {
    const place = bench();
    const hunt = ['run', 'claim', '--tree', 'lab', '--strategy', 'chaos:handoff', '--failures', '12', '--seed', '1'];
    await place.run([...hunt, '--json']);
    const { code, out } = await place.run(['bisect', ...sure]);
    expect(code).toBe(0);
    expect(out).toMatch(/^ends {7}v0\.4-\S+ fails, as hunt \S+ found\n {11}16 commits back \(.*\) did not fail in/m);
    expect(out).toMatch(/^condition {2}chaos:handoff {2}\d\d of \d+ runs/m);
    expect(out).toContain(`\nclaim: introduced by ${again.slice(0, 12)}`);
  });
});

describe('what narrows a bisect', () => {
  it('--path: commits that touch it alone may be the change', async () => {
    const { found } = await bisect(bench(), ...claim, ...sure, ...ends, '--path', 'test/claim.c');
    expect(told(found)).toEqual([`introduced ${again}`]);
    expect(found.rows.filter(({ mass }) => mass > 0)).toHaveLength(1);
  });

  it('--first-parent: a merge is one step', async () => {
    const args = ['heartbeat', '--tree', 'lab', '--condition', 'chaos:delays:1', ...sure, '--first-parent'];
    const { found } = await bisect(bench(), ...args, '--old', '9298539', '--new', 'v0.3', '--fix');
    expect(told(found).at(-1)).toBe(`fixed ${change('heartbeat-deadline', 1)}`);
    const names = found.rows.map(({ commit }) => commit.commit.slice(0, 8));
    expect(names).toContain('3c86bd6d');
    expect(names).not.toContain('9123d554');
  });

  it.each(['slot CLAIMED', 'any'])('--signature %s', async (text) => {
    const { code, found } = await bisect(bench(), ...claim, ...sure, ...ends, '--signature', text);
    expect([code, told(found)]).toEqual([0, [`introduced ${again}`]]);
  });
});

it('--dry-run tells the plan and searches nothing', async () => {
  const place = bench();
  const { code, out } = await place.run(['bisect', ...claim, ...ends, '--dry-run', '--seed', '1']);
  expect(code).toBe(0);
  expect(out).toMatch(/claim/);
  expect(out).toMatch(/\d+ (distinct )?builds?/);
  expect(newestBisect(place)).toBeNull();
});

describe('commits that do not build', () => {
  it('on both sides of the change leave it undecided between them, with the reason', async () => {
    const tree = await laid();
    const source = join(tree.path, 'test/claim.c');
    const commit = async (text: string, subject: string) => {
      writeFileSync(source, text);
      await tree.git('commit', '-q', '-a', '-m', subject);
      return await tree.git('rev-parse', 'HEAD');
    };
    await tree.git('checkout', '-q', '-b', 'broken', fixed);
    const before = readFileSync(source, 'utf8');
    const broken = [await commit(`${before}#error "half done"\n`, 'break it')];
    await tree.git('cherry-pick', again);
    broken.push(await tree.git('rev-parse', 'HEAD'));
    const whole = readFileSync(source, 'utf8').replace('#error "half done"\n', '');
    broken.push(await commit(whole, 'mend it'));
    await commit(`${whole}/* the end */\n`, 'a word more');
    const where = ['claim', '--suite', 'lab', '--tree', tree.path, ...handoff];
    const { code, found } = await bisect(bench(), ...where, ...sure, '--good', fixed, '--bad', 'broken');
    expect([code, found.outcome, told(found)]).toEqual([5, 'undecided', ['introduced undecided']]);
    const suspects = found.findings[0]?.suspects.map(({ commit: one }) => one.commit) ?? [];
    expect(suspects.toSorted()).toEqual(broken.toSorted());
    expect(found.unusable.length).toBeGreaterThan(0);
    for (const { commit: one, kind, reason, log } of found.unusable) {
      expect(broken.slice(0, 2)).toContain(one.commit);
      expect([kind, existsSync(log ?? '')]).toEqual(['build', true]);
      expect(reason).toMatch(/error.*half done/);
    }
  });
});

it('a masked failure can be what is looked for', async () => {
  const tree = await laid();
  const source = join(tree.path, 'test/claim.c');
  await tree.git('checkout', '-q', '-b', 'masked', fixed);
  writeFileSync(source, readFileSync(source, 'utf8').replace('return FAIL;', 'return PASS;'));
  await tree.git('commit', '-q', '-a', '-m', 'nobody shall know');
  await tree.git('cherry-pick', again);
  const culprit = await tree.git('rev-parse', 'HEAD');
  await tree.git('commit', '-q', '--allow-empty', '-m', 'later');
  const where = ['claim', '--suite', 'lab', '--tree', tree.path, ...handoff, '--masked', 'fail'];
  const { code, found } = await bisect(bench(), ...where, ...sure, '--good', fixed, '--bad', 'masked');
  expect([code, told(found)]).toEqual([0, [`introduced ${culprit}`]]);
});

it('a checkout is left as it is', async () => {
  const tree = await laid();
  writeFileSync(join(tree.path, 'test/claim.c'), 'my work\n');
  writeFileSync(join(tree.path, 'notes'), 'mine\n');
  await tree.git('status');
  const before = everythingIn(tree.path);
  const { code, found } = await bisect(
    bench(),
    'claim',
    '--suite',
    'lab',
    '--tree',
    tree.path,
    ...handoff,
    ...sure,
    ...ends,
  );
  expect([code, told(found)]).toEqual([0, [`introduced ${again}`]]);
  expect(everythingIn(tree.path)).toEqual(before);
});

/** Names, sizes and times of change of all files, those of git among them. */
function everythingIn(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[]).sort().map((name) => {
    const { size, mtimeMs, mode } = lstatSync(join(folder, name));
    return `${name} ${size} ${mtimeMs} ${mode}`;
  });
}

describe('what a bisect found', () => {
  it('is the start of the next one, and git can replay it', async () => {
    const place = bench();
    const first = await bisect(place, ...claim, ...sure, ...ends);
    expect(told(first.found)).toEqual([`introduced ${again}`]);
    const second = await bisect(place, ...claim, ...sure, ...ends);
    expect(told(second.found)).toEqual([`introduced ${again}`]);
    // Only the check is made anew.
    expect([searchRuns(first.found.dir) > 0, searchRuns(second.found.dir)]).toEqual([true, 0]);
    expect(second.found.calibration).toEqual(first.found.calibration);

    const { out } = await place.run(['bisect', '--log', first.found.id]);
    const tree = await laid();
    const log = join(place.dir, 'log');
    writeFileSync(log, out);
    await tree.git('bisect', 'replay', log);
    expect(await tree.git('bisect', 'log')).toContain(`# first bad commit: [${again}]`);
  });
});

function searchRuns(dir: string): number {
  const search = eventsIn(dir).filter(
    ({ type, phase, from }) => type === 'seen' && phase === 'search' && from === null,
  );
  return search.reduce((sum, { runs }) => sum + Number(runs), 0);
}

describe('a bisect in the middle', () => {
  /** Fails rarely enough to be interrupted in time. */
  const slow = ['bisect', 'claim', '--tree', 'lab', '--condition', 'chaos:pct:2', '--seed', '1', '--json', ...ends];

  /** Begins a bisect and waits until a hunt of its search has runs, of which the bisect's log does not tell yet. */
  async function underWay(mark: ReturnType<typeof newMark>) {
    const place = bench(mark.env);
    const call = place.start(slow);
    await until(call, () => {
      const dir = newestBisect(place) ?? '';
      const last = eventsIn(dir).at(-1);
      return last?.type === 'begun' && runsOfHunt(join(dir, 'hunts', String(last.hunt))) > 0;
    });
    return { place, call };
  }

  it('that is interrupted ends with what it has, and goes on without losing a run', async () => {
    const mark = newMark();
    const { place, call } = await underWay(mark);
    call.kill('SIGINT');
    const { exitCode, stdout } = await call;
    const interrupted = JSON.parse(stdout);
    expect([exitCode, interrupted.outcome, interrupted.exitCode]).toEqual([130, 'interrupted', 130]);
    expect(interrupted.spent.runs).toBeGreaterThan(0);
    await mark.allGone();
    await goOn(place, interrupted.spent.runs);
    await mark.allGone();
  });

  it('that is killed leaves no process, and the runs of the killed hunt count', async () => {
    const mark = newMark();
    const { place, call } = await underWay(mark);
    call.kill('SIGKILL');
    await call;
    await mark.allGone();
    const dir = newestBisect(place) ?? '';
    const hunt = eventsIn(dir).findLast(({ type }) => type === 'begun')?.hunt;
    const runs = runsOfHunt(join(dir, 'hunts', String(hunt)));
    await goOn(place, runs);
    const told = eventsIn(dir).filter((event) => event.type === 'seen' && event.hunt === hunt);
    expect(told).toMatchObject([{ runs }]);
    await mark.allGone();
  });

  /** Ends it; all its runs, those of before included, are in its hunts, and each is counted once. */
  async function goOn(place: Bench, least: number): Promise<void> {
    const { code, out } = await place.run(['bisect', '--resume', 'last', '--json']);
    const found = JSON.parse(out);
    expect([code, told(found)], JSON.stringify(found.findings[0]?.check)).toEqual([0, [`introduced ${again}`]]);
    const hunts = readdirSync(join(found.dir, 'hunts'));
    const runs = hunts.reduce((sum, hunt) => sum + runsOfHunt(join(found.dir, 'hunts', hunt)), 0);
    expect(found.spent.runs).toBe(runs);
    expect(runs).toBeGreaterThan(least);
  }
});
