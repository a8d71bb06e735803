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
    '20s',
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
