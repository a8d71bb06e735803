import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eventsIn } from './bisecting.ts';
import { commitAll, git, layCoins } from './coin-history.ts';
import { bench } from './flakehunt.ts';

const on = ['coin', '--tree', 'tree', '--suite', 'coins'];

it('a test that is in the build store under another commit is not built again', async () => {
  const place = bench();
  const tree = await layCoins(place, ['fails', 'passes']);
  for (const name of ['beside', 'after', 'last']) {
    writeFileSync(join(tree, 'tests/other.sh'), `# ${name}\n`);
    await commitAll(tree, name);
    await git(tree, 'tag', name);
  }
  const hunt = await place.run(['run', ...on, '--rev', 'after', '--loops', '3', '-q']);
  expect(hunt.code).toBe(0);
  const { code, out, err } = await place.run([
    'bisect',
    ...on,
    '--bad',
    'c1',
    '--good',
    'last',
    '--time',
    '2m',
    '--json',
  ]);
  expect([code, err]).toEqual([0, '']);
  const found = JSON.parse(out);
  expect(found.distinctBuilds).toBe(2);
  const built = eventsIn(found.dir).filter(({ type }) => type === 'built');
  const after = found.rows.findIndex(({ commit }: { commit: { subject: string } }) => commit.subject === 'after');
  expect(built).toContainEqual(expect.objectContaining({ node: after, cached: true }));
  expect(built.filter(({ cached }) => cached === false)).toEqual([]);
});

it('what becomes of a bisect is told where standard output breaks', async () => {
  const place = bench();
  await layCoins(place, ['fails', 'passes']);
  const call = ['bisect', ...on, '--bad', 'c1', '--good', 'c2', '--time', '2m', '-q'];
  const { code, err } = await place.run(call, { around: 'exec "$@" > /dev/full' });
  const [, id = ''] =
    /could not be written \(ENOSPC\).*The bisect is kept all the same: `flakehunt show (\S+)`/.exec(err) ?? [];
  expect(code).toBe(3);
  expect((await place.run(['show', id])).out).toMatch(/coin: fixed by .*c2: passes/);
});

it('a shallow clone says so where no earlier end is found in what it has', async () => {
  const place = bench();
  const tree = await layCoins(place, ['passes', 'passes', 'fails', 'fails', 'fails']);
  await git(place.dir, 'clone', '-q', '--depth', '2', `file://${tree}`, 'shallow');
  const where = ['coin', '--tree', 'shallow', '--suite', 'coins', '--time', '5s'];
  const { code, err } = await place.run(['bisect', ...where, '--regression', '-q']);
  expect(err).toMatch(
    /^flakehunt: No earlier revision .* The clone is shallow.*`git -C .*shallow'? fetch --unshallow` brings/m,
  );
  expect(code).toBe(5);
});

it('a merge is compared with its first parent, which is told', async () => {
  const place = bench();
  const tree = await layCoins(place, ['fails', 'passes']);
  await git(tree, 'checkout', '-q', '-b', 'side', 'c1');
  await git(tree, 'merge', '-q', '--no-ff', '-m', 'merge the fix', 'c2');
  const merge = await git(tree, 'rev-parse', 'HEAD');
  const { code, out, err } = await place.run(['confirm', 'side', ...on, '--json', '--time', '1m']);
  const fix = (await git(tree, 'rev-parse', 'c2')).slice(0, 12);
  expect(err).toMatch(
    new RegExp(`is a merge; it is compared with its first parent, c1\\. .*\\(${fix}\\).*--before and --after`),
  );
  const found = JSON.parse(out);
  expect([code, found.verdict, found.after.commit.commit]).toEqual([0, 'gone', merge]);
  expect(found.before.commit.subject).toBe('c1: fails');
});
