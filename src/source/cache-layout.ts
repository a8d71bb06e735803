import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Paths } from '../model/settings.ts';
import { formatIdentity, ownIdentity, type ProcessIdentity, parseIdentity } from '../process-identity.ts';

/** Where everything of this room lies below the cache. */
export interface CacheLayout {
  /** `<key>/<generation>/`, see generation.ts. */
  builds: string;
  /** `<name>-<hash>.git`, mirrors of URLs. */
  mirrors: string;
  /** `<hash>/`, the bundled tree with its history laid down. */
  labs: string;
  /** `<hash>/objects`, what `--rev worktree` and plain folders were made into. */
  snapshots: string;
  /** `<package>_<version>/`, kernels for guests; a file with the list of those there are. */
  kernels: string;
  /** Logs of builds that failed. */
  logs: string;
  /** Compiled supervisors. */
  supervisors: string;
  /** Unfinished things; nothing in it outlives its process on purpose. */
  temporary: string;
}

/** Folders of this room below `paths.cache`; they are made when something is put into them. */
export function cacheLayout(paths: Paths): CacheLayout {
  return {
    builds: join(paths.cache, 'builds'),
    mirrors: join(paths.cache, 'mirrors'),
    labs: join(paths.cache, 'labs'),
    snapshots: join(paths.cache, 'snapshots'),
    kernels: join(paths.cache, 'kernels'),
    logs: join(paths.cache, 'logs'),
    supervisors: join(paths.cache, 'supervisors'),
    temporary: join(paths.cache, 'tmp'),
  };
}

/** A name in the temporary folder that nothing else has; it tells whose it is, so that leftovers can be known. */
export function temporaryPath(paths: Paths, what: string): string {
  return join(cacheLayout(paths).temporary, `${what}-${randomUUID()}@${formatIdentity(ownIdentity())}`);
}

/** Whose a name in the temporary folder is; null when it does not tell. */
export function temporaryOwner(name: string): ProcessIdentity | null {
  return parseIdentity(name.slice(name.indexOf('@') + 1));
}

/** `length` hex digits of SHA-256. */
export function digest(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}
