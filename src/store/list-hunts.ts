import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ExpectedError } from '../errors.ts';
import type { HuntEvent } from '../model/events.ts';
import type { HuntHeader } from '../model/hunt.ts';
import type { Paths } from '../model/settings.ts';
import type { HuntState } from '../model/summary.ts';
import { parseEvent } from './event-line.ts';
import { type HuntPlace, huntPlaces } from './find-hunt.ts';
import { eventsFile } from './hunt-folder.ts';
import { isLocked } from './hunt-lock.ts';
import { readHeader } from './read-hunt.ts';

export type EndEvent = Extract<HuntEvent, { type: 'end' }>;

export interface HuntEntry extends HuntPlace {
  header: HuntHeader;
  state: HuntState;
  end: EndEvent | null;
}

export interface HuntListing {
  /** The one written last first. */
  hunts: HuntEntry[];
  /** Folders whose log cannot be used, with the reason. */
  unreadable: { id: string; dir: string; why: string }[];
}

/**
 * The hunts there are, from the beginning and the end of each log alone.
 * @param limit how many of the newest to look at. @throws EnvironmentError when the state folder is unreadable.
 */
export async function listHunts(paths: Pick<Paths, 'state'>, limit = Number.POSITIVE_INFINITY): Promise<HuntListing> {
  const listing: HuntListing = { hunts: [], unreadable: [] };
  for (const place of huntPlaces(paths).slice(0, limit)) {
    try {
      listing.hunts.push(await entryOf(place));
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      listing.unreadable.push({ id: place.id, dir: place.dir, why: error.message });
    }
  }
  return listing;
}

async function entryOf(place: HuntPlace): Promise<HuntEntry> {
  const locked = isLocked(place.dir);
  const header = await readHeader(place.dir);
  const end = readEnd(place.dir);
  return { ...place, header, state: huntState(locked, end !== null), end };
}

/** @param locked as it was before the log was read: a hunt that ended meanwhile was not killed */
export function huntState(locked: boolean, ended: boolean): HuntState {
  if (locked) return 'running';
  return ended ? 'ended' : 'killed';
}

/** The end of the last session; null when a session began after it or none ended. */
function readEnd(dir: string): EndEvent | null {
  const events = tailLines(eventsFile(dir)).map(parseEvent);
  const last = events.findLast(
    (event) => event?.type === 'end' || event?.type === 'session' || event?.type === 'tally',
  );
  return last?.type === 'end' ? last : null;
}

/** Whole lines of the last 64 KiB. */
function tailLines(path: string): string[] {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    const tail = Buffer.alloc(Math.min(size, 64 << 10));
    const length = readSync(fd, tail, 0, tail.length, size - tail.length);
    const lines = tail.subarray(0, length).toString('utf8').split('\n');
    return lines.slice(tail.length < size ? 1 : 0, -1);
  } finally {
    closeSync(fd);
  }
}
