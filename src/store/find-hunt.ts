import { readdirSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import type { Paths } from '../model/settings.ts';
import { diskError, errorCode } from './disk-error.ts';
import { eventsFile, huntsFolder } from './hunt-folder.ts';
import { nightPlaces } from './night-places.ts';
import { readHeader } from './read-hunt.ts';

export interface HuntPlace {
  id: string;
  dir: string;
  /** When its log was last written, milliseconds since 1970. */
  writtenMs: number;
  logBytes: number;
}

/**
 * The hunt a person means: `last`, an id, the beginning or the four last characters of one, a test's name (its newest
 * hunt), or the path of a hunt's folder. Those that a night is made of are looked at where there is no other, and are never
 * the last.
 * @throws UsageError when there is none or more than one, with what there is.
 */
export async function findHunt(paths: Pick<Paths, 'state' | 'cwd'>, ref: string): Promise<HuntPlace> {
  const outside = ref.includes('/') ? placeOf(resolve(paths.cwd, ref)) : null;
  if (outside !== null) return outside;
  const places = huntPlaces(paths);
  const [newest] = places;
  if (newest !== undefined && ref === 'last') return newest;
  const found = (await among(places, ref)) ?? (await among(nightHunts(paths), ref));
  if (found !== null) return found;
  if (newest === undefined) {
    throw new UsageError('There are no hunts yet. Start one with `flakehunt run TEST`.');
  }
  throw new UsageError(`There is no hunt "${ref}". ${nearOnes(places, ref)}`);
}

/** @throws UsageError when there is more than one */
async function among(places: HuntPlace[], ref: string): Promise<HuntPlace | null> {
  const named = only(ref, byName(places, ref));
  if (named !== null) return named;
  for (const place of places) {
    if (await isOfTest(place, ref)) return place;
  }
  return null;
}

/** Hunts that nights are made of, the night written last first. */
function nightHunts(paths: Pick<Paths, 'state'>): HuntPlace[] {
  return nightPlaces(paths).flatMap(({ dir }) => huntPlaces({ state: dir }));
}

/** Every folder with something in its log, the one written last first. @throws EnvironmentError when it is unreadable. */
export function huntPlaces(paths: Pick<Paths, 'state'>): HuntPlace[] {
  const folder = huntsFolder(paths);
  const places = listFolder(folder).flatMap((name) => placeOf(resolve(folder, name)) ?? []);
  return places.sort((a, b) => b.writtenMs - a.writtenMs || (a.id < b.id ? 1 : -1));
}

/** Null when there is no log with something in it. One that may not be looked at is kept: reading it tells why. */
function placeOf(dir: string): HuntPlace | null {
  const id = basename(dir);
  try {
    const log = statSync(eventsFile(dir), { throwIfNoEntry: false });
    if (log === undefined || !log.isFile() || log.size === 0) return null;
    return { id, dir, writtenMs: log.mtimeMs, logBytes: log.size };
  } catch {
    return { id, dir, writtenMs: 0, logBytes: 0 };
  }
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw diskError('read', folder, error, 'Make it readable, or set XDG_STATE_HOME to another folder.');
  }
}

/** The exact id alone, else every hunt whose id begins with `ref` or ends with it as its last part. */
function byName(places: HuntPlace[], ref: string): HuntPlace[] {
  const exact = places.filter((place) => place.id === ref);
  return exact.length > 0 ? exact : places.filter((place) => place.id.startsWith(ref) || place.id.endsWith(`-${ref}`));
}

function only(ref: string, found: HuntPlace[]): HuntPlace | null {
  if (found.length > 1) {
    throw new UsageError(`"${ref}" could be any of ${found.length} hunts: ${idList(found)}. Give more of the id.`);
  }
  return found[0] ?? null;
}

async function isOfTest(place: HuntPlace, test: string): Promise<boolean> {
  try {
    const header = await readHeader(place.dir);
    return header.test === test || header.test === test.replace(/^test\//, '').replace(/\.[tc]$/, '');
  } catch {
    return false;
  }
}

function nearOnes(places: HuntPlace[], ref: string): string {
  const words = ref.split(/[^a-z0-9]+/i).filter((word) => word.length > 2);
  const near = places.filter((place) => words.some((word) => place.id.includes(word)));
  const [title, shown] = near.length > 0 ? ['Near it', near] : ['The newest', places];
  return `${title}: ${idList(shown)}. \`flakehunt list\` shows all ${places.length}.`;
}

function idList(places: HuntPlace[]): string {
  const ids = places.slice(0, 5).map((place) => place.id);
  return places.length > 5 ? `${ids.join(', ')}, ...` : ids.join(', ');
}
