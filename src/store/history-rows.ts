import type { LineageSignature, NightRow, PastNightCell } from '../model/history.ts';
import type { NightCell, SignatureTrend, TestState } from '../model/night.ts';
import type { NightRecord } from '../model/night-events.ts';
import type { Signature } from '../model/verdict.ts';
import { builtCommit } from '../report/revision-text.ts';
import { seenIn } from '../search/night/cell-history.ts';
import { testState } from '../search/night/test-state.ts';

/** A night as the list of nights shows it. */
export function nightRow({ header, cells, elapsedMs, ended }: NightRecord): NightRow {
  const { id, started, suite, machineClass, revision, machine, tests } = header;
  const states: Record<TestState, number> = {
    passing: 0,
    flaky: 0,
    failing: 0,
    skipped: 0,
    invalid: 0,
    'not-run': 0,
  };
  const byTest = new Map<string, NightCell[]>(tests.map((test) => [test, []]));
  for (const cell of cells) byTest.get(cell.test)?.push(cell);
  for (const own of byTest.values()) states[testState(own)]++;
  const seen = cells.map(seenIn);
  return {
    night: id,
    started,
    suite,
    machineClass,
    kernel: machine.kernel,
    tree: revision.tree,
    commit: builtCommit(revision),
    name: revision.name,
    tests: tests.length,
    states,
    runs: seen.reduce((sum, { runs }) => sum + runs, 0),
    failures: seen.reduce((sum, { failures }) => sum + failures, 0),
    elapsedMs,
    ended,
  };
}

export function pastCells({ header, cells }: NightRecord): PastNightCell[] {
  const { id: night, started, suite, machineClass, revision } = header;
  return inOrder(cells).map((cell) => ({ night, started, suite, machineClass, commit: builtCommit(revision), cell }));
}

function inOrder(cells: readonly NightCell[]): NightCell[] {
  const key = ({ test, condition }: NightCell) => `${test}\0${condition}`;
  return [...cells].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** A signature in a night. */
export type Sighting = Omit<PastNightCell, 'cell'> & { test: string; signature: Signature; count: number };

export function sightings({ cell, ...place }: PastNightCell): Sighting[] {
  return cell.signatures.map(({ signature, count }) => ({ ...place, test: cell.test, signature, count }));
}

/** When each signature was seen first and last, the one seen last first. @param all the oldest first */
export function signatureTrends(all: readonly Sighting[]): LineageSignature[] {
  const found = new Map<string, LineageSignature>();
  for (const { suite, machineClass, test, signature, count, night, started, commit } of all) {
    const key = JSON.stringify([suite, machineClass, test, signature.id]);
    const place: SignatureTrend['firstSeen'] = { night, started, commit };
    const known = found.get(key);
    if (known === undefined) {
      found.set(key, { signature, test, firstSeen: place, lastSeen: place, count, suite, machineClass });
    } else {
      known.lastSeen = place;
      known.count += count;
    }
  }
  return [...found.values()].sort(
    (a, b) => Date.parse(b.lastSeen.started) - Date.parse(a.lastSeen.started) || b.count - a.count,
  );
}
