import { readdirSync, readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { formatIdentity, liveness, ownIdentity, type ProcessIdentity, parseIdentity } from '../process-identity.ts';
import { diskError, errorCode } from './disk-error.ts';
import { eventsFile } from './hunt-folder.ts';

/**
 * Theory of operation. Two flakehunts must not write one hunt, and a hunt whose flakehunt was killed must be free at
 * once. Node offers no flock(2); lock files renewed by a timer (proper-lockfile) stay stale for seconds after a SIGKILL
 * and are lost to a suspended laptop; abstract sockets see only their own network namespace. So the lock names its
 * process for good (process-identity.ts) and everyone can look whether that process lives.
 *
 * Taking over a dead lock is where such schemes race, so nothing is ever taken over: a lock is a symbolic link
 * `lock.N` (made atomically, content and all, or EEXIST), and the highest N counts. A free or dead N is followed by
 * making N + 1, which only one process can. Lower links are removed only by whoever made a higher one, so a late comer
 * who makes a link that is not the highest finds that out by looking again, and withdraws.
 */
export interface HuntLock {
  release(): void;
}

/** A lock whose process cannot be looked at (another container or host) holds while the log grows, and this much longer. */
const silenceMs = 5 * 60_000;

const free = 'free';

/** @throws UsageError when another flakehunt writes this hunt; EnvironmentError when the folder cannot be written. */
export function lockHunt(dir: string): HuntLock {
  const own = ownIdentity();
  const path = (generation: number) => join(dir, `lock.${generation}`);
  for (;;) {
    const last = highest(dir);
    const holder = last === null ? null : holderOf(dir, path(last), own);
    if (holder !== null) throw busy(dir, holder, own);
    const next = (last ?? 0) + 1;
    if (!link(formatIdentity(own), path(next))) continue;
    if (highest(dir) !== next) {
      rmSync(path(next), { force: true });
      continue;
    }
    removeBelow(dir, next);
    return {
      release() {
        // Without an inode left for it the lock stays, and is free with the end of this process.
        try {
          link(free, path(next + 1));
        } catch {
          return;
        }
        rmSync(path(next), { force: true });
      },
    };
  }
}

/** Whether a flakehunt is writing the hunt in `dir` now. */
export function isLocked(dir: string): boolean {
  const last = highest(dir);
  return last !== null && holderOf(dir, join(dir, `lock.${last}`), ownIdentity()) !== null;
}

function highest(dir: string): number | null {
  const generations = readdirSync(dir).flatMap((name) => /^lock\.(\d+)$/.exec(name)?.slice(1) ?? []);
  return generations.length === 0 ? null : Math.max(...generations.map(Number));
}

/** The process that holds this link, null when it is free or its process dead. */
function holderOf(dir: string, path: string, own: ProcessIdentity): ProcessIdentity | null {
  const text = readLink(path);
  const holder = text === null ? null : parseIdentity(text);
  if (holder === null) return null;
  const state = liveness(holder, own);
  return state === 'alive' || (state === 'unknown' && grewLately(dir)) ? holder : null;
}

function grewLately(dir: string): boolean {
  const written = statSync(eventsFile(dir), { throwIfNoEntry: false })?.mtimeMs;
  return written !== undefined && Math.abs(Date.now() - written) < silenceMs;
}

/** False when the link exists already. */
function link(content: string, path: string): boolean {
  try {
    symlinkSync(content, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw diskError('lock the hunt with', path, error, 'A hunt can only be written where its folder can be.');
  }
}

/** Null when it is gone (its owner went on to a higher one) or no link. */
function readLink(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

function removeBelow(dir: string, generation: number): void {
  for (const name of readdirSync(dir)) {
    const match = /^lock\.(\d+)$/.exec(name);
    if (match !== null && Number(match[1]) < generation) rmSync(join(dir, name), { force: true });
  }
}

function busy(dir: string, holder: ProcessIdentity, own: ProcessIdentity): UsageError {
  const where = holder.host === own.host ? `process ${holder.pid}` : `process ${holder.pid} on ${holder.host}`;
  return new UsageError(
    `Another flakehunt (${where}) is writing the hunt in ${dir}. Wait for it, or end it there with Ctrl-C, then try again.`,
  );
}
