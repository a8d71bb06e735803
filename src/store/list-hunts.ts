import { closeSync, openSync, readSync } from 'node:fs';
import { ExpectedError } from '../errors.ts';
import type { HuntEvent } from '../model/events.ts';
import type { HuntHeader } from '../model/hunt.ts';
import type { Paths } from '../model/settings.ts';
import { parseEvent } from './event-line.ts';
import { type HuntPlace, huntPlaces } from './find-hunt.ts';
import { eventsFile } from './hunt-folder.ts';
import { isLocked } from './hunt-lock.ts';
import { readHeader } from './read-hunt.ts';

export type EndEvent = Extract<HuntEvent, { type: 'end' }>;

export interface HuntEntry extends HuntPlace {
  header: HuntHeader;
  /** running: a flakehunt writes it now. ended: it wrote its end. killed: neither. */
  state: 'running' | 'ended' | 'killed';
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
  const header = await readHeader(place.dir);
  const end = readEnd(place.dir, place.logBytes);
  const state = isLocked(place.dir) ? 'running' : end === null ? 'killed' : 'ended';
  return { ...place, header, state, end };
}

/** The end of the last session; null when a session began after it or none ended. */
function readEnd(dir: string, size: number): EndEvent | null {
  const events = tailLines(eventsFile(dir), size).map(parseEvent);
  const last = events.findLast(
    (event) => event?.type === 'end' || event?.type === 'session' || event?.type === 'tally',
  );
  return last?.type === 'end' ? last : null;
}

/** Whole lines of the last 64 KiB. */
function tailLines(path: string, size: number): string[] {
  const tail = Buffer.alloc(Math.min(size, 64 << 10));
  const fd = openSync(path, 'r');
  try {
    const length = readSync(fd, tail, 0, tail.length, size - tail.length);
    const lines = tail.subarray(0, length).toString('utf8').split('\n');
    return lines.slice(tail.length < size ? 1 : 0, -1);
  } finally {
    closeSync(fd);
  }
}
