import { lstat, lutimes, readlink, rename, rm, symlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatIdentity, liveness, ownIdentity, parseIdentity } from '../process-identity.ts';
import { temporaryPath } from './cache-layout.ts';
import type { SourceContext } from './context.ts';

/**
 * A claim says "this process works here": a symbolic link whose target names the process for good. symlink(2) makes it
 * whole or not at all, and only once. `dead`: its process is gone, so what it worked on is unfinished. A claim of
 * another container or host cannot be looked at; its heartbeat tells.
 */
export type ClaimState = 'free' | 'held' | 'dead';

const heartbeatMs = 5000;
/** A foreign claim without a heartbeat for this long is dead. */
const silenceMs = 60_000;
const pollMs = 100;

/** Target of a claim whose owner gave up with the work unfinished. */
const abandoned = 'abandoned';

export interface Claim {
  /** Stops the heartbeat; the claim stays as it is. */
  stop(): void;
  /** The work is finished. */
  release(): Promise<void>;
  /** The work is unfinished for good: the claim stays and reads `dead`. */
  abandon(): Promise<void>;
}

/** Null when somebody else has it, dead or alive. */
export async function tryClaim(path: string): Promise<Claim | null> {
  try {
    await symlink(formatIdentity(ownIdentity()), path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null;
    throw error;
  }
  return heldClaim(path);
}

/** The claim at `path`, which this process made; it may have been moved there with the folder it lies in. */
export function heldClaim(path: string): Claim {
  const beat = setInterval(
    () => void lutimes(path, new Date(), new Date()).catch(() => undefined),
    heartbeatMs,
  ).unref();
  const stop = () => clearInterval(beat);
  return {
    stop,
    async release() {
      stop();
      await rm(path, { force: true });
    },
    async abandon() {
      stop();
      await rm(`${path}.new`, { force: true });
      await symlink(abandoned, `${path}.new`);
      await rename(`${path}.new`, path);
    },
  };
}

export async function claimState(path: string): Promise<ClaimState> {
  const target = await readlink(path).catch(() => null);
  if (target === null) return 'free';
  const owner = parseIdentity(target);
  if (owner === null) return 'dead';
  const state = liveness(owner);
  if (state !== 'unknown') return state === 'alive' ? 'held' : 'dead';
  const beat = await lstat(path).then(
    (stats) => stats.mtimeMs,
    () => 0,
  );
  return Math.abs(Date.now() - beat) < silenceMs ? 'held' : 'dead';
}

/** The process that holds a claim, for a person: `process 4711`, or `another machine`. */
export async function claimant(path: string): Promise<string> {
  const owner = parseIdentity(await readlink(path).catch(() => ''));
  return owner !== null && liveness(owner) === 'alive' ? `process ${owner.pid}` : 'another container or host';
}

/** A short pause between two looks at a claim. @throws the signal's reason. */
export async function pause(signal: AbortSignal): Promise<void> {
  await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  signal.throwIfAborted();
}

/**
 * Does `work` while holding the claim at `path`; waits for its turn and says so once. A dead claim is taken over. Between
 * three processes of which one was killed the take-over can give two of them the claim, so `work` must be of a kind that
 * two can do at once without harm, only in vain (git's own locks see to it for a fetch).
 */
export async function withClaim<T>(
  path: string,
  what: string,
  context: SourceContext,
  work: () => Promise<T>,
): Promise<T> {
  for (let told = false; ; ) {
    const claim = await tryClaim(path);
    if (claim !== null) {
      try {
        return await work();
      } finally {
        await claim.release();
      }
    }
    const state = await claimState(path);
    if (state === 'dead') await removeDead(path, context);
    if (state !== 'held') continue;
    if (!told) context.progress(`waiting for ${await claimant(path)}, which is ${what}`);
    told = true;
    await pause(context.signal);
  }
}

/** Moves the claim aside before removing it, and back when it turns out to be a new one. */
async function removeDead(path: string, context: SourceContext): Promise<void> {
  const aside = temporaryPath(context.paths, 'claim');
  if (!(await moved(path, aside))) return;
  if ((await claimState(aside)) === 'held') await rename(aside, path);
  else await rm(aside, { force: true });
}

async function moved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
