import { basename, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import type { CommandContext } from '../model/settings.ts';
import { type BisectPlace, findBisect } from '../store/bisect-log.ts';
import { findHunt, type HuntPlace } from '../store/find-hunt.ts';
import { nightPlaces } from '../store/night-places.ts';

/** What is kept under a name. */
export type Shown = { kind: 'hunt' | 'bisect' | 'night' } & Pick<HuntPlace & BisectPlace, 'id' | 'dir'>;

/** A hunt; else a bisect; else a night. @throws UsageError for what is none */
export async function findShown(paths: CommandContext['settings']['paths'], ref: string): Promise<Shown> {
  const bisect = bisectOf(paths, ref);
  // What a bisect says of where it is kept can be pasted.
  if (bisect !== null && ref.includes('/')) return { kind: 'bisect', ...bisect };
  try {
    return { kind: 'hunt', ...(await findHunt(paths, ref)) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    if (bisect !== null) return { kind: 'bisect', ...bisect };
    const night = nightPlaces(paths).filter(({ id }) => id === ref || id.startsWith(ref) || id.endsWith(`-${ref}`));
    const [only, ...others] = night;
    if (only === undefined || others.length > 0 || ref === 'last') throw error;
    return { kind: 'night', ...only };
  }
}

function bisectOf(paths: CommandContext['settings']['paths'], ref: string): BisectPlace | null {
  try {
    const place = findBisect(paths, ref.includes('/') ? basename(ref) : ref);
    return !ref.includes('/') || resolve(paths.cwd, ref) === place.dir ? place : null;
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}
