import type { NightCell } from '../../model/night.ts';
import type { FailingVerdict } from '../../model/verdict.ts';
import { binomialVariate } from '../../stats/binomial-variate.ts';
import { normalVariate } from '../../stats/gamma-variate.ts';
import type { Uniform } from '../../stats/random.ts';
import type { NightPlace } from './cell-history.ts';

/** A suite whose truth is known. */
export interface SimulatedSuite {
  tests: number;
  /** Share of the tests that fail at times; their rates lie evenly, by logarithm, between 0.0001 and 0.3. */
  flaky: number;
  /** Runs of a test in a night: evenly, by logarithm. A night's budget varies by half. */
  runs: { least: number; most: number };
  /** Standard deviation between nights of the logarithm of the odds: of the whole machine, and of each test. */
  drift: { machine: number; test: number };
  /** Share of its drift that a night hands on to the next. */
  persistence: number;
  /** Real changes. */
  planted?: readonly Planted[];
}

/** A test with so many runs in each night whose rate, the same under each condition, is another from night `from` on. */
export interface Planted {
  test: number;
  from: number;
  runs: number;
  before: number;
  after: number;
}

const conditions = ['plain', 'chaos:pct:2'];

/** Night after night of a suite that nobody changes, but for what is planted. */
export function* simulateNights(
  suite: SimulatedSuite,
  uniform: Uniform,
): Generator<{ place: NightPlace; cells: NightCell[] }> {
  const cells = Array.from({ length: suite.tests }, (_, test) => test).flatMap((test) => {
    const rate = uniform() < suite.flaky ? between(1e-4, 0.3, uniform) : 0;
    const runs = between(suite.runs.least, suite.runs.most, uniform);
    const second = uniform() < 0.3 ? 0.3 : 0;
    return conditions.map((condition, index) => ({
      test,
      condition,
      rate: Math.min(0.5, rate * 3 ** index),
      runs,
      second,
      drift: wander(suite.drift.test, suite.persistence, uniform),
    }));
  });
  const machine = wander(suite.drift.machine, suite.persistence, uniform);
  for (let night = 0; ; night++) {
    const shared = machine();
    const budget = 0.5 + uniform();
    const place = { night: `n${night}`, started: new Date(night * 86_400_000).toISOString(), commit: `c${night}` };
    yield {
      place,
      cells: cells.map(({ test, condition, rate, runs, second, drift }) => {
        const planted = suite.planted?.find((change) => change.test === test);
        const count = planted?.runs ?? Math.max(1, Math.round(runs * budget));
        const mean = planted === undefined ? rate : night < planted.from ? planted.before : planted.after;
        const failures = binomialVariate(count, shifted(mean, shared + drift()), uniform);
        const other = binomialVariate(failures, second, uniform);
        return simulatedCell(`t${test}`, condition, count, { first: failures - other, second: other });
      }),
    };
  }
}

function between(low: number, high: number, uniform: Uniform): number {
  return low * (high / low) ** uniform();
}

/** Normal, each value leaning on the one before (an autoregressive process of the first order). */
function wander(deviation: number, persistence: number, uniform: Uniform): () => number {
  let value = deviation * normalVariate(uniform);
  return () => {
    value = persistence * value + Math.sqrt(1 - persistence ** 2) * deviation * normalVariate(uniform);
    return value;
  };
}

function shifted(rate: number, by: number): number {
  return rate === 0 ? 0 : 1 / (1 + ((1 - rate) / rate) * Math.exp(-by));
}

/** A cell with so many runs, and failures by the name of what fails. */
export function simulatedCell(
  test: string,
  condition: string,
  runs: number,
  failures: Readonly<Record<string, number>>,
  verdict: FailingVerdict = 'fail',
): NightCell {
  const total = Object.values(failures).reduce((sum, count) => sum + count, 0);
  const counts = { pass: runs - total, fail: 0, masked: 0, skip: 0, hang: 0, invalid: 0, [verdict]: total };
  const signatures = Object.entries(failures).filter(([, count]) => count > 0);
  return {
    test,
    condition,
    counts,
    signatures: signatures.map(([name, count]) => ({
      signature: { id: `${test}-${name}`, kind: 'exit', title: `${name} failed`, errnos: [], lines: [] },
      verdict,
      known: null,
      count,
      firstRun: 1,
      reproduce: '',
      excerpt: '',
    })),
    hunt: null,
    elapsedMs: 0,
    reason: null,
    wall: null,
    overloaded: { runs: 0, failures: 0 },
  };
}
