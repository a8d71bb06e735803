import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EnvironmentError } from '../errors.ts';
import { makeFolders } from '../make-folders.ts';
import { cacheLayout, digest, temporaryPath } from './cache-layout.ts';
import { withClaim } from './claim.ts';
import type { SourceContext } from './context.ts';
import { exists } from './exists.ts';
import { GitError, git, type Repository } from './git.ts';
import type { OpenTreeOptions, Tree } from './tree.ts';
import { readableName } from './tree-spec.ts';
import { markUse, usersOf } from './use.ts';

/** An address that leads nowhere costs two minutes with TCP's own patience, and git's and ssh's have no end. */
const silenceMs = 60_000;

/**
 * The mirror of a URL in the cache: cloned on first use, fetched again on every later one. When the URL cannot be reached
 * an older mirror serves, with a note that says how old it is. `shown` is the URL without secrets.
 * @throws EnvironmentError when it cannot be reached and was never mirrored.
 */
export async function openMirror(
  url: string,
  shown: string,
  context: SourceContext,
  { refresh = 'always' }: OpenTreeOptions,
): Promise<Tree> {
  const { mirrors, temporary } = cacheLayout(context.paths);
  const gitDir = join(mirrors, `${readableName(url)}-${digest(url, 8)}.git`);
  const repository: Repository = { gitDir, workTree: null, objects: null };
  for (const folder of [mirrors, temporary]) makeFolders(folder);
  if (refresh === 'always' || !(await exists(gitDir))) {
    await withClaim(`${gitDir}.claim`, `fetching ${shown}`, context, async () => {
      if (await exists(gitDir)) await fetch(repository, url, shown, context);
      else await clone(url, shown, gitDir, context);
    });
  }
  await markUse(usersOf(gitDir));
  return { kind: 'mirror', name: shown, repository, shallow: false };
}

async function clone(url: string, shown: string, gitDir: string, context: SourceContext): Promise<void> {
  const unfinished = temporaryPath(context.paths, 'clone');
  context.progress(`cloning ${shown} (first use)`);
  try {
    await git(context, ['clone', '--progress', '--mirror', '--', url, unfinished], { silenceMs });
    await writeFile(join(unfinished, fetchedMark), '');
    await mkdir(usersOf(unfinished));
    await rename(unfinished, gitDir);
  } catch (error) {
    if (error instanceof GitError) throw unreachable(shown, error.reason.replaceAll(url, shown), error);
    throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function fetch(repository: Repository, url: string, shown: string, context: SourceContext): Promise<void> {
  context.progress(`fetching ${shown}`);
  try {
    await removeLocks(repository.gitDir);
    await git(context, ['fetch', '--progress', '--prune', 'origin'], { repository, silenceMs });
    await followDefaultBranch(repository, context);
    await writeFile(join(repository.gitDir, fetchedMark), '');
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const { mtimeMs } = await stat(join(repository.gitDir, fetchedMark));
    context.note(
      `${shown} cannot be reached (${error.reason.replaceAll(url, shown)}); using its mirror of ${age(Date.now() - mtimeMs)} ago.`,
    );
  }
}

/** Its time is that of the last successful fetch. */
const fetchedMark = 'flakehunt-fetched';

/** Locks that a killed fetch left behind; nobody else fetches now, the claim is ours. */
async function removeLocks(gitDir: string): Promise<void> {
  const names = await readdir(gitDir, { recursive: true });
  const locks = names.filter((name) => name.endsWith('.lock') && !name.startsWith('objects/'));
  await Promise.all(locks.map((name) => rm(join(gitDir, name), { force: true })));
}

/** Upstream may rename its default branch; HEAD of a mirror would then point at nothing. */
async function followDefaultBranch(repository: Repository, context: SourceContext): Promise<void> {
  const head = await git(context, ['rev-parse', '--verify', '--quiet', 'HEAD'], { repository }).catch(() => '');
  if (head !== '') return;
  const answer = await git(context, ['ls-remote', '--symref', 'origin', 'HEAD'], {
    repository,
    silenceMs,
  });
  const branch = /^ref: (\S+)\tHEAD$/m.exec(answer)?.[1];
  if (branch !== undefined) await git(context, ['symbolic-ref', 'HEAD', branch], { repository });
}

function unreachable(shown: string, reason: string, cause: GitError): EnvironmentError {
  return new EnvironmentError(
    `${shown} cannot be cloned: ${reason}. Name a clone you have with --tree PATH, or hunt in the bundled tree, which needs no network, with --tree lab.`,
    { cause },
  );
}

/** Coarse on purpose: `3 hours`, `12 days`. */
function age(ms: number): string {
  const units: [string, number][] = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
    ['second', 1000],
  ];
  const [unit, size] = units.find(([, length]) => ms >= 2 * length) ?? ['second', 1000];
  return `${Math.max(0, Math.floor(ms / size))} ${unit}s`;
}
