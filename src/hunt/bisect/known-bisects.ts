import type { BisectHeader } from '../../model/bisect.ts';
import type { BisectEvent, RangeEntry, SeenEvent } from '../../model/bisect-events.ts';
import type { Paths } from '../../model/settings.ts';
import { isSamePlace } from '../../report/place.ts';
import { bisectPlaces, readBisect } from '../../store/bisect-log.ts';

/** What an earlier bisect knows of the same failure. */
export interface KnownBisect {
  id: string;
  /** Frozen then. */
  calibration: Extract<BisectEvent, { type: 'calibrated' }>['calibration'];
  /** Runs by the inputs of the test. */
  seen: { inputs: string; event: SeenEvent }[];
  unusable: { inputs: string; kind: 'build' | 'run'; reason: string; log: string | null }[];
}

/** All that decides whether runs may be added up. */
export type Likeness = Pick<
  BisectHeader,
  'tree' | 'suite' | 'test' | 'args' | 'jobs' | 'limitMs' | 'target' | 'engine' | 'machine' | 'guest'
>;

const mostLookedAt = 50;

/** Earlier bisects of the same test, failure and machine, the newest first. A log that cannot be read is passed over. */
export async function knownBisects(paths: Pick<Paths, 'state'>, likeness: Likeness): Promise<KnownBisect[]> {
  const found: KnownBisect[] = [];
  for (const { id, dir } of bisectPlaces(paths).slice(0, mostLookedAt)) {
    try {
      const known = await read(id, dir, likeness);
      if (known !== null) found.push(known);
    } catch {
      // Somebody else's trouble: what it knew is measured again.
    }
  }
  return found;
}

async function read(id: string, dir: string, likeness: Likeness): Promise<KnownBisect | null> {
  let entries: RangeEntry[] = [];
  let calibration: KnownBisect['calibration'] | null = null;
  const seen: KnownBisect['seen'] = [];
  const unusable: KnownBisect['unusable'] = [];
  for await (const event of readBisect(dir)) {
    if (event.type === 'bisect' && !isAlike(event.header, likeness)) return null;
    if (event.type === 'range') entries = event.entries;
    if (event.type === 'calibrated') calibration = event.calibration;
    if (event.type === 'seen' && event.from === null) seen.push({ inputs: inputsAt(entries, event.node), event });
    if (event.type === 'unusable' && entries[event.node]?.exists) {
      const { kind, reason, log } = event;
      unusable.push({ inputs: inputsAt(entries, event.node), kind, reason, log });
    }
  }
  return calibration === null ? null : { id, calibration, seen, unusable };
}

function inputsAt(entries: readonly RangeEntry[], node: number): string {
  return entries[node]?.inputs ?? '';
}

function isAlike(header: BisectHeader, likeness: Likeness): boolean {
  const keys = (one: Likeness) =>
    JSON.stringify([
      ...[one.tree, one.suite, one.test, one.args, one.jobs, one.limitMs, one.engine],
      ...[one.target.verdict, one.target.signature.id],
    ]);
  return keys(header) === keys(likeness) && isSamePlace(header, likeness);
}
