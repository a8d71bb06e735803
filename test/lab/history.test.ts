import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LaidTree, layTree } from './laid-tree.ts';
import { labFolder, readTruth, type SourcePoint, type TrueBug } from './truth.ts';

const truth = readTruth();
let lab: LaidTree;

beforeAll(async () => {
  lab = await layTree();
}, 60_000);
afterAll(() => lab.remove());

describe('the history of uring-lab', () => {
  it('ends at the commit truth.json names, and the script prints it', async () => {
    expect(lab.printed).toBe(truth.head.commit);
    expect(await lab.git('rev-parse', 'main')).toBe(truth.head.commit);
    expect(await lab.git('log', '-1', '--format=%s', 'main')).toBe(truth.head.subject);
  });

  it('is the same whatever git is told by its user, and in a folder with spaces', async () => {
    const odd = await layTree('a tree of our own, ünïcode', {
      GIT_AUTHOR_NAME: 'Someone Else',
      GIT_COMMITTER_DATE: '2001-01-01T00:00:00Z',
      GIT_DIR: '/nonexistent',
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: 'commit.gpgSign',
      GIT_CONFIG_VALUE_0: 'true',
      GIT_CONFIG_KEY_1: 'core.autocrlf',
      GIT_CONFIG_VALUE_1: 'true',
      TZ: 'Asia/Tokyo',
      TMPDIR: '/tmp',
    });
    expect(odd.printed).toBe(truth.head.commit);
    odd.remove();
  }, 60_000);

  it('leaves a clean checkout of main', async () => {
    expect(await lab.git('status', '--porcelain')).toBe('');
    expect(await lab.git('symbolic-ref', 'HEAD')).toBe('refs/heads/main');
  });

  it('has about sixty commits, each with a subject of its own', async () => {
    const subjects = (await lab.git('log', '--branches', '--format=%s')).split('\n');
    expect(new Set(subjects).size).toBe(subjects.length);
    expect(Number(await lab.git('rev-list', '--count', 'main'))).toBe(truth.commitsOnMain);
    expect(truth.commitsOnMain).toBeGreaterThanOrEqual(55);
    expect(truth.commitsOnMain).toBeLessThanOrEqual(65);
  });

  // After a change of the history: npx vitest run test/lab/history.test.ts -u stamps the new ids.
  it('has the commits of truth.json under the ids that stand there', async () => {
    await expect(`${JSON.stringify(await stamp(truth), null, 2)}\n`).toMatchFileSnapshot(`${labFolder}truth.json`);
  });

  it('has one merge, of a branch with several commits', async () => {
    expect(await lab.git('rev-list', '--merges', 'main')).toBe(truth.merge.commit);
    const side = await lab.git('rev-list', '--count', `${truth.merge.commit}^1..${truth.merge.branch}`);
    expect(Number(side)).toBe(4);
  });

  it('changes nothing that is built in exactly the commits listed', async () => {
    const found: string[] = [];
    for (const commit of (await lab.git('rev-list', '--no-merges', 'main')).split('\n')) {
      const files = (await lab.git('diff-tree', '-r', '--root', '--no-commit-id', '--name-only', commit)).split('\n');
      if (!files.some((file) => /^(src|test)\/|^configure$|^Makefile$/.test(file))) found.push(commit);
    }
    expect(found.sort()).toEqual(truth.nothingBuilt.map(({ commit }) => commit).sort());
  });

  it('has each bug where its last change left it', () => {
    for (const bug of truth.bugs) {
      expect([bug.id, bug.changes.at(-1)?.what !== 'removed']).toEqual([bug.id, bug.presentAtHead]);
    }
  });

  it('has the changes of each bug in the order given', async () => {
    for (const { changes } of truth.bugs) {
      for (let i = 1; i < changes.length; i++) {
        const [before, after] = [changes[i - 1]?.commit ?? '', changes[i]?.commit ?? ''];
        expect(await lab.git('merge-base', before, after)).toBe(before);
      }
    }
  });

  it('has the points of each order in its sources at HEAD, once each', async () => {
    for (const { order, id } of truth.bugs) {
      for (const point of pointsOf(order)) {
        const lines = (await lab.git('show', `main:${point.file}`)).split('\n').map((line) => line.trim());
        expect([id, lines.filter((line) => line === point.line).length]).toEqual([id, 1]);
        expect(lines.some((line) => line.includes(`${point.function}(`))).toBe(true);
      }
    }
  });
});

function pointsOf(order: TrueBug['order']): SourcePoint[] {
  return order ? [order.first, order.second, ...(order.third ? [order.third] : [])] : [];
}

/** A copy in which every object that has a subject has that commit's id. */
async function stamp<T>(value: T): Promise<T> {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return (await Promise.all(value.map(stamp))) as T;
  const entries = Object.entries(value).map(async ([key, old]) => [key, await stamp(old)] as const);
  const copy = Object.fromEntries(await Promise.all(entries)) as T;
  return 'subject' in value ? { ...copy, commit: await lab.commit(String(value.subject)) } : copy;
}
