import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, readdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CacheEntry } from '../model/cache.ts';
import { formatIdentity, ownIdentity } from '../process-identity.ts';
import { type BuiltTest, buildTest } from './build-test.ts';
import { cacheLayout, temporaryPath } from './cache-layout.ts';
import { cacheUsage } from './cache-usage.ts';
import { pruneCache } from './prune-cache.ts';
import { resolveRevision } from './revision.ts';
import { type SampleContext, sampleContext, sampleRepository, sampleSuite } from './sample-tree.ts';
import { openTree } from './tree.ts';

let context: SampleContext;
let folder: string;
let gone: string;
const dayMs = 86_400_000;

beforeEach(async () => {
  context = await sampleContext(process.env.PATH ?? '');
  folder = await sampleRepository(join(context.root, 'tree'));
  // The name of a process that has ended.
  const child = spawn('sleep', ['60']);
  gone = formatIdentity({ ...ownIdentity(), pid: child.pid ?? 0, start: '1' });
  child.kill();
  await once(child, 'exit');
  return () => rm(context.root, { recursive: true });
});

async function build(test: string, spec = folder): Promise<BuiltTest> {
  const tree = await openTree(spec, context);
  return await buildTest(
    { tree, revision: await resolveRevision(tree, null, context), suite: sampleSuite, test },
    context,
  );
}

/** As if everything was used by a process that has ended, `days` ago. */
async function ageAll(days: number): Promise<void> {
  const past = new Date(Date.now() - days * dayMs);
  const own = formatIdentity(ownIdentity());
  for (const path of await readdir(context.paths.cache, { recursive: true })) {
    if (basename(path) !== own) continue;
    const marks = join(context.paths.cache, dirname(path));
    await rename(join(marks, own), join(marks, gone));
    await utimes(marks, past, past);
  }
}

const usage = async () => (await cacheUsage(context.paths)).entries;
const kinds = (entries: CacheEntry[]) => entries.map(({ kind }) => kind).sort();
const prune = (days: number, dryRun = false) =>
  pruneCache(context.paths, { olderThanMs: days * dayMs, nowMs: Date.now(), dryRun });
const all = () => pruneCache(context.paths, { olderThanMs: Number.NEGATIVE_INFINITY, nowMs: Date.now() });

describe('cacheUsage', () => {
  it('is empty where nothing was ever cached', async () => {
    expect(await cacheUsage(context.paths)).toEqual({ path: context.paths.cache, entries: [] });
  });

  it('lists builds, mirrors and snapshots with what they are', async () => {
    await build('alpha', pathToFileURL(folder).href);
    await build('beta');
    const entries = await usage();
    expect(kinds(entries)).toEqual(['build', 'mirror', 'snapshot']);
    expect(entries.find(({ kind }) => kind === 'build')).toMatchObject({
      title: expect.stringMatching(/^v1-1-g\w+ of file:.*: alpha, beta$/),
      inUse: true,
      whole: true,
    });
    expect(entries.find(({ kind }) => kind === 'snapshot')?.title).toBe(`files of ${folder}`);
    expect(entries.every(({ bytes }) => bytes > 0)).toBe(true);
  });
});

describe('pruneCache', () => {
  it('removes nothing that this process uses, however old', async () => {
    const built = await build('alpha');
    const pruned = await all();
    expect(pruned.removed).toEqual([]);
    expect(kinds(pruned.inUse)).toEqual(['build', 'snapshot']);
    await access(built.artifact);
  });

  it('removes what has not been used for long enough, and only that', async () => {
    const { facts } = await build('alpha', pathToFileURL(folder).href);
    await ageAll(10);
    expect((await prune(11)).removed).toEqual([]);
    const planned = await prune(9, true);
    expect(kinds(planned.removed)).toEqual(['build', 'mirror']);
    expect(await usage()).toHaveLength(2);
    expect((await prune(9)).removed).toEqual(planned.removed);
    expect(await usage()).toEqual([]);
    expect(await readdir(cacheLayout(context.paths).builds)).toEqual([]);
    const again = await build('alpha', pathToFileURL(folder).href);
    expect(again.facts).toMatchObject({ key: facts.key, cached: false });
  });

  it('removes kernels that are old, and those that were not finished', async () => {
    const kernel = async (name: string) => {
      const path = join(cacheLayout(context.paths).kernels, name);
      await mkdir(join(path, 'flakehunt-users'), { recursive: true });
      await writeFile(join(path, 'vmlinuz'), 'image');
      return path;
    };
    const used = await kernel('linux-image-6.12.9-cloud-amd64_6.12.9-1');
    await writeFile(join(used, 'kernel.json'), '{}');
    await writeFile(join(used, 'flakehunt-users', formatIdentity(ownIdentity())), '');
    await kernel('linux-image-6.1.0-1-cloud-amd64_6.1.9-1');
    await writeFile(join(cacheLayout(context.paths).kernels, 'debian.json'), '{}');
    const found = (await usage()).map(({ kind, title, inUse, whole }) => [kind, title, inUse, whole]);
    expect(found.sort((a, b) => (String(a[1]) < String(b[1]) ? -1 : 1))).toEqual([
      ['kernel', 'linux-image-6.1.0-1-cloud-amd64 6.1.9-1', false, false],
      ['kernel', 'linux-image-6.12.9-cloud-amd64 6.12.9-1', true, true],
      ['kernel', 'list of the kernels of Debian', false, true],
    ]);
    expect((await prune(30)).removed.map(({ title }) => title)).toEqual(['linux-image-6.1.0-1-cloud-amd64 6.1.9-1']);
    expect(kinds((await all()).inUse)).toEqual(['kernel']);
    await ageAll(31);
    expect((await prune(30)).removed.map(({ path }) => path)).toEqual([used]);
    expect(await readdir(cacheLayout(context.paths).kernels)).toEqual([]);
  });

  it('looking at it does not make it look used', async () => {
    await build('alpha');
    await ageAll(10);
    const before = await usage();
    expect(await usage()).toEqual(before);
    expect(before.every(({ inUse, lastUsedMs }) => !inUse && Date.now() - lastUsedMs > 9 * dayMs)).toBe(true);
  });

  it('removes what killed processes left, whatever its age, and not what others are at', async () => {
    const built = await build('alpha');
    await ageAll(0);
    const generation = dirname(built.treeDir);
    await symlink(gone, join(generation, 'building'));
    const mine = temporaryPath(context.paths, 'clone');
    await mkdir(mine, { recursive: true });
    await mkdir(join(cacheLayout(context.paths).temporary, `clone-x@${gone}`));
    await writeFile(join(cacheLayout(context.paths).temporary, 'nobody knows'), '');
    const { removed, inUse } = await prune(30);
    expect(kinds(removed)).toEqual(['build', 'leftover', 'leftover']);
    expect(inUse.map(({ path }) => path)).toEqual([mine]);
    expect(kinds(await usage())).toEqual(['leftover', 'snapshot']);
    expect((await build('alpha')).facts.cached).toBe(false);
  });

  it('leaves a build and a mirror alone that somebody is working on', async () => {
    const built = await build('alpha', pathToFileURL(folder).href);
    await ageAll(100);
    const me = formatIdentity(ownIdentity());
    const mirror = (await usage()).find(({ kind }) => kind === 'mirror')?.path ?? '';
    await symlink(me, join(dirname(built.treeDir), 'building'));
    await symlink(me, `${mirror}.claim`);
    const pruned = await all();
    expect(pruned.removed).toEqual([]);
    expect(kinds(pruned.inUse)).toEqual(['build', 'mirror']);
  });

  it('takes a dead claim on a mirror for no claim', async () => {
    await openTree(pathToFileURL(folder).href, context);
    await ageAll(100);
    const mirror = (await usage())[0]?.path ?? '';
    await symlink(gone, `${mirror}.claim`);
    expect(kinds((await all()).removed)).toEqual(['mirror']);
    expect(await readdir(cacheLayout(context.paths).mirrors)).toEqual([]);
  });
});
