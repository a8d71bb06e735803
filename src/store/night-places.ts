import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import type { Paths } from '../model/settings.ts';
import { diskError, errorCode } from './disk-error.ts';
import { eventsFile } from './hunt-folder.ts';

export interface NightPlace {
  id: string;
  /** `<state>/nights/<id>`: events.ndjson. */
  dir: string;
  /** When its log was last written, milliseconds since 1970. */
  writtenMs: number;
  logBytes: number;
}

/** Where all nights live, one folder each, named by id. */
export function nightsFolder({ state }: Pick<Paths, 'state'>): string {
  return join(state, 'nights');
}

/** Nights so far, the one written last first. @throws EnvironmentError when the folder cannot be read */
export function nightPlaces(paths: Pick<Paths, 'state'>): NightPlace[] {
  const folder = nightsFolder(paths);
  return listFolder(folder)
    .flatMap((id) => {
      const dir = join(folder, id);
      const log = statSync(eventsFile(dir), { throwIfNoEntry: false });
      if (log === undefined || log.size === 0) return [];
      return [{ id, dir, writtenMs: log.mtimeMs, logBytes: log.size }];
    })
    .sort((a, b) => b.writtenMs - a.writtenMs || (a.id < b.id ? 1 : -1));
}

/**
 * The night a person means: `last`, an id, or its beginning or four last characters.
 * @throws UsageError when there is none or more than one
 */
export function findNight(paths: Pick<Paths, 'state'>, ref: string): NightPlace {
  const places = nightPlaces(paths);
  const [newest] = places;
  if (newest === undefined) throw new UsageError('There are no nights yet. Start one with `flakehunt nightly`.');
  if (ref === 'last') return newest;
  const exact = places.filter(({ id }) => id === ref);
  const found = exact.length > 0 ? exact : places.filter(({ id }) => id.startsWith(ref) || id.endsWith(`-${ref}`));
  const [only, ...others] = found;
  const ids = (list: NightPlace[]) => list.slice(0, 5).map(({ id }) => id);
  if (only === undefined) {
    throw new UsageError(`There is no night "${ref}". The newest: ${ids(places).join(', ')}.`);
  }
  if (others.length > 0) {
    throw new UsageError(
      `"${ref}" could be any of ${found.length} nights: ${ids(found).join(', ')}. Give more of the id.`,
    );
  }
  return only;
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw diskError('read', folder, error, 'Make it readable, or set XDG_STATE_HOME to another folder.');
  }
}
