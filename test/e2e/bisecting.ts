import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BisectHeader, BisectSummary, ConfirmSummary } from '../../src/model/bisect.ts';
import { readTruth } from '../lab/truth.ts';
import type { Bench } from './flakehunt.ts';

/** What `bisect --json` prints, as far as it is looked at here. */
export type BisectDocument = Omit<BisectSummary, 'header' | 'activity'> &
  Pick<BisectHeader, 'id' | 'direction' | 'ends'> & { dir: string; exitCode: number; commits: number };

/** Likewise, of `confirm --json`. */
export type ConfirmDocument = Omit<ConfirmSummary, 'header'>;

export interface Answer<Document> {
  code: number | undefined;
  err: string;
  found: Document;
}

export async function bisect(place: Bench, ...args: string[]): Promise<Answer<BisectDocument>> {
  return await answer(place, ['bisect', ...args, ...seeded]);
}

export async function confirm(place: Bench, ...args: string[]): Promise<Answer<ConfirmDocument>> {
  return await answer(place, ['confirm', ...args, ...seeded]);
}

/** The commit of a change, by the bug's id and the change's place in its history. */
export function change(bug: string, place: number): string {
  const found = readTruth().bugs.find(({ id }) => id === bug)?.changes[place];
  if (found === undefined) throw new Error(`no change ${place} of ${bug}`);
  return found.commit;
}

/** What was found, as `introduced COMMIT`; the oldest change first. */
export function told({ findings }: BisectDocument): string[] {
  return findings.map(({ verb, state, suspects }) =>
    state === 'found' ? `${verb} ${suspects[0]?.commit.commit}` : `${verb} undecided`,
  );
}

/** Events of the log in the folder of a bisect or of a hunt; a line that is being written is left out. */
export function eventsIn(dir: string): Record<string, unknown>[] {
  const lines = readFileSync(join(dir, 'events.ndjson'), 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Folder of the newest bisect; null before there is one. */
export function newestBisect({ dir }: Bench): string | null {
  const folder = join(dir, 'state', 'flakehunt', 'bisects');
  const [newest] = existsSync(folder) ? readdirSync(folder).sort().slice(-1) : [];
  return newest === undefined ? null : join(folder, newest);
}

/** Runs that the log of a hunt tells of. */
export function runsOfHunt(dir: string): number {
  return eventsIn(dir).reduce(
    (sum, event) => sum + (event.type === 'class' ? 1 : event.type === 'tally' ? Number(event.count) : 0),
    0,
  );
}

/** Equal seeds, so that only the machine differs from call to call. */
const seeded = ['--seed', '1', '--json'];

async function answer<Document>(place: Bench, args: string[]): Promise<Answer<Document>> {
  const { code, out, err } = await place.run(args);
  if (out === '') throw new Error(`nothing came of ${args.join(' ')}: ${err}`);
  return { code, err, found: JSON.parse(out) as Document };
}
