import { join } from 'node:path';
import type { Paths } from '../model/settings.ts';

/** Where all hunts live, one folder each, named by id. */
export function huntsFolder(paths: Pick<Paths, 'state'>): string {
  return join(paths.state, 'hunts');
}

/** The event log of the hunt in `dir`. */
export function eventsFile(dir: string): string {
  return join(dir, 'events.ndjson');
}

/** Outputs, cores and stacks of the hunt in `dir`. */
export function artifactFolder(dir: string): string {
  return join(dir, 'artifacts');
}
