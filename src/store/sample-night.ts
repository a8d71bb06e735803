import type { NightCell, NightHeader } from '../model/night.ts';
import type { NightRecord } from '../model/night-events.ts';
import { simulatedCell } from '../search/night/simulated-nights.ts';
import { sampleHeader } from './sample-hunt.ts';

/** A header of a night for tests, with the parts that matter to a test replaced. */
export function sampleNightHeader(changes: Partial<NightHeader> = {}): NightHeader {
  const { revision, machine } = sampleHeader();
  return {
    id: '261127-night-lab-aaaa',
    started: '2026-11-27T03:00:00.000Z',
    version: '0.1.0',
    suite: 'lab',
    revision,
    build: null,
    engine: 'local',
    machine,
    guest: null,
    machineClass: 'x86_64, CPU, 2 CPUs, bare metal, Linux 6.18',
    conditions: ['plain', 'chaos:pct:3'],
    budgetMs: 60_000,
    seed: '00000000000000aa',
    tests: ['claim', 'nop'],
    shard: null,
    commandLine: ['flakehunt', 'nightly'],
    ...changes,
  };
}

/** The n-th of a row of nights, in which `claim` fails n times in 100 under plain. */
export function sampleNight(n: number, changes: Partial<NightHeader> = {}): NightRecord {
  const cells: NightCell[] = [
    simulatedCell('claim', 'plain', 100, { claimed: n }),
    simulatedCell('claim', 'chaos:pct:3', 50, { claimed: 10, ...(n === 2 ? { other: 1 } : {}) }),
    { ...simulatedCell('nop', 'plain', 0, {}), reason: 'it cannot be built: no' },
  ];
  const header = sampleNightHeader({
    id: `26112${n}-night-lab-aaa${n}`,
    started: `2026-11-2${n}T03:00:00.000Z`,
    revision: { ...sampleHeader().revision, commit: `c${n}` },
    ...changes,
  });
  return {
    header,
    cells,
    hunts: [],
    loads: [],
    notes: [],
    refusal: null,
    bisects: [],
    elapsedMs: 1000,
    ended: { reason: 'time', exitCode: 0 },
  };
}
