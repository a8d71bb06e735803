import { nightReport } from '../../hunt/nightly/night-report.ts';
import type { NightReport, Quarantine } from '../../model/night.ts';
import type { NightRecord } from '../../model/night-events.ts';
import { simulatedCell } from '../../search/night/simulated-nights.ts';
import { historyOf } from '../../store/history-memory.ts';
import { sampleNight } from '../../store/sample-night.ts';

/** Failures of each test in 1000 runs, of nights that follow one another. */
type Nights = Record<string, number[]>;

const tests: Nights = {
  bad: [0, 0, 0, 1000],
  flake: [0, 0, 0, 40],
  worse: [5, 6, 4, 200],
  mended: [300, 310, 290, 0],
  better: [500, 490, 510, 20],
  always: [1000, 1000, 1000, 1000],
  old: [30, 28, 33, 31],
  rare: [0, 0, 0, 1],
  calm: [0, 0, 0, 0],
  held: [0, 0, 0, 70],
  late: [20, 22, 18, 21],
};

const entry = (test: string, expires: string): Quarantine => ({
  ...{ test, signature: null, reason: 'slow disks', owner: 'ann' },
  expires,
});

/** The last of four nights, in which something of every kind was told. */
export function sampleReport(changes: Partial<NightRecord> = {}): NightReport {
  const records = [1, 2, 3, 4].map((n) => ({
    ...sampleNight(n, { tests: Object.keys(tests), conditions: ['plain'] }),
    cells: cellsOf(n),
  }));
  const last = records.at(-1);
  if (last === undefined) throw new Error('no night');
  const quarantine = [entry('held', '2999-01-01'), entry('late', '2026-01-01'), entry('calm', '2999-01-01')];
  return nightReport({ ...last, ...changes }, historyOf(records), { quarantine, failOn: 'new' });
}

function cellsOf(n: number) {
  return Object.entries(tests).map(([test, failures]) => {
    const cell = simulatedCell(test, 'plain', 1000, { [`${test} odd`]: failures[n - 1] ?? 0 });
    const reproduce = `flakehunt replay --seed 1 --condition plain ${test}`;
    return { ...cell, signatures: cell.signatures.map((one) => ({ ...one, reproduce })) };
  });
}
