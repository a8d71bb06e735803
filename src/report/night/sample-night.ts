import type {
  CellSignature,
  NightCell,
  NightReport,
  SignatureTrend,
  TestState,
  TestVerdict,
  TrendPoint,
} from '../../model/night.ts';
import type { Signature, Verdict } from '../../model/verdict.ts';
import { rateInterval } from '../../stats/interval.ts';
import type { Uniform } from '../../stats/random.ts';
import { sampleMachine } from '../sample-summary.ts';
import { type SampleFailure, type SampleStory, stories } from './sample-stories.ts';
import { liburingTests } from './sample-tests.ts';

export interface SampleNightSize {
  tests: number;
  nights: number;
  conditions: string[];
  seed: string;
  /** Every test without a story flakes every night. */
  flaky: boolean;
}

const usual: SampleNightSize = {
  tests: 48,
  nights: 30,
  conditions: ['plain', 'chaos:pct:2'],
  seed: '5eed5eed5eed5eed',
  flaky: false,
};
const tree = 'https://github.com/axboe/liburing';

/**
 * A night of a suite like liburing's beside its past: tests with a story of each kind, and many that just pass. Equal
 * sizes and seeds give equal nights.
 */
export function sampleNight(size: Partial<SampleNightSize> = {}): NightReport {
  const whole: SampleNightSize = { ...usual, ...size };
  const draw = quickUniform(whole.seed);
  const tests = sampleTests(whole.tests);
  const told = tests.map((test) => ({ test, story: stories[test] ?? noStory(test, whole.flaky, draw) }));
  const trend = told.flatMap(({ test, story }) => trendOf(test, story, whole, draw));
  const tonight = nightId(0);
  const points = trend.filter(({ night }) => night === tonight);
  const cells = points.map((point) => cellOf(point, stories[point.test], draw));
  const ownTrend = new Map(told.map(({ test }) => [test, [] as TrendPoint[]]));
  for (const point of trend) ownTrend.get(point.test)?.push(point);
  const own = (test: string) => ownTrend.get(test) ?? [];
  const verdicts = told.map(({ test, story }) => verdictOf(test, story, own(test), whole));
  const failing = verdicts.filter(({ verdict }) => /^new|worse/.test(verdict)).map((v) => `${v.test}: ${v.verdict}`);
  return {
    header: {
      id: tonight,
      started: startOf(0),
      version: '0.1.0',
      suite: 'liburing',
      revision: {
        tree,
        commit: commitOf(0),
        name: 'liburing-2.12-41-g5d3c2b1a',
        subject: 'test/recvsend_bundle: wait for the peer before the last buffer is checked',
        date: '2026-11-27T16:20:00Z',
        treeId: 'aa11',
      },
      build: { key: '4f1c', cached: false, seconds: 71, compiler: 'gcc (Debian 12.2.0-14) 12.2.0', log: null },
      engine: 'local',
      machine: sampleMachine,
      guest: null,
      machineClass: 'x86_64 AMD EPYC 7B13, 4 CPUs, Linux 6.18',
      conditions: whole.conditions,
      budgetMs: 7_200_000,
      seed: whole.seed,
      tests,
      shard: null,
      commandLine: ['flakehunt', 'nightly', '--time', '2h', '--fail-on', 'new'],
    },
    cells,
    verdicts,
    trend,
    signatures: told.flatMap(({ test, story }) => signatureTrends(test, story, own(test))),
    elapsedMs: 7_112_000,
    ended: { reason: 'done', exitCode: failing.length > 0 ? 1 : 0 },
    failing,
    refusal: null,
    notes: ['the machine had more to do than it has CPUs for during 4 min; 1220 runs were kept apart'],
  };
}

/** A night on a machine whose kernel refuses io_uring. */
export function refusedNight(): NightReport {
  const report = sampleNight({ tests: 12, nights: 3 });
  const refusal = 'io_uring is refused here: kernel.io_uring_disabled is 2. Run the night in guests (--kernel).';
  return {
    ...report,
    refusal,
    failing: [refusal],
    trend: report.trend.map((point) =>
      point.night === nightId(0) ? { ...point, failures: 0, runs: 0, state: 'invalid' } : point,
    ),
    cells: report.cells.map((cell) => ({
      ...cell,
      counts: { ...noCounts, invalid: 3 },
      signatures: [],
      reason: 'io_uring refused: kernel.io_uring_disabled=2',
      wall: null,
    })),
    verdicts: report.verdicts.map(({ test }) => ({ ...plainVerdict(test), verdict: 'invalid', state: 'invalid' })),
  };
}

/** Mulberry32: a sample of 90 nights takes tens of millions of draws. */
function quickUniform(seed: string): Uniform {
  let state = Number.parseInt(seed.slice(0, 8), 16);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
}

const noCounts: Record<Verdict, number> = { pass: 0, fail: 0, masked: 0, skip: 0, hang: 0, invalid: 0 };

/** Those with a story first, then as many others as it takes, in the order of the alphabet. */
function sampleTests(count: number): string[] {
  const told = Object.keys(stories);
  const others = liburingTests.filter((test) => !told.includes(test));
  const more = others.map((test) => `${test}-sqpoll`);
  return [...told, ...others, ...more].slice(0, count).sort();
}

/** Most tests never fail; a few did once. */
function noStory(test: string, flaky: boolean, draw: Uniform): SampleStory {
  const sometimes = flaky ? 0.02 : draw() < 0.06 ? 0.0006 : 0;
  return { verdict: 'unchanged', rate: () => sometimes, failure: failureNamed(test) };
}

function failureNamed(test: string): SampleFailure {
  return {
    kind: 'exit',
    verdict: 'fail',
    title: `test_${test.replaceAll('-', '_')} failed`,
    errnos: [],
    excerpt: `test_${test.replaceAll('-', '_')} failed\n`,
  };
}

function trendOf(test: string, story: SampleStory, { nights, conditions }: SampleNightSize, draw: Uniform) {
  return Array.from({ length: nights }, (_, i) => nights - 1 - i).flatMap((ago) =>
    conditions.map((condition, index): TrendPoint => {
      const given = story.state?.(ago) ?? null;
      const place = { night: nightId(ago), started: startOf(ago), commit: commitOf(ago), test, condition };
      if (given !== null) return { ...place, failures: 0, runs: 0, state: given };
      const runs = Math.round(300 + 2400 * draw());
      const failures = failuresOf(runs, Math.min(1, story.rate(ago, index)), draw);
      return { ...place, failures, runs, state: stateOf(failures, runs) };
    }),
  );
}

function stateOf(failures: number, runs: number): TestState {
  if (failures === 0) return 'passing';
  return failures === runs ? 'failing' : 'flaky';
}

/** A draw from the binomial, by its normal approximation where there are many. */
function failuresOf(runs: number, rate: number, draw: Uniform): number {
  if (rate === 0 || rate === 1) return rate * runs;
  const mean = runs * rate;
  if (mean < 30) return Array.from({ length: runs }, draw).filter((value) => value < rate).length;
  const normal = Math.sqrt(-2 * Math.log(draw())) * Math.cos(2 * Math.PI * draw());
  return Math.max(0, Math.min(runs - 1, Math.round(mean + normal * Math.sqrt(mean * (1 - rate)))));
}

function cellOf(point: TrendPoint, story: SampleStory | undefined, draw: Uniform): NightCell {
  const { test, condition, failures, runs, state } = point;
  const failure = story?.failure ?? failureNamed(test);
  const median = Math.round(2500 * Math.exp(3 * draw()));
  const idle = state === 'skipped' || state === 'invalid' ? 3 : 0;
  return {
    test,
    condition,
    counts: {
      ...noCounts,
      pass: runs - failures,
      [failure.verdict]: failures,
      ...(state === 'skipped' ? { skip: idle } : {}),
      ...(state === 'invalid' ? { invalid: idle } : {}),
    },
    signatures: failures === 0 ? [] : cellSignatures(test, condition, failures, failure, story?.second),
    hunt: state === 'not-run' ? null : `261128-${test}-k3f9`,
    elapsedMs: Math.round((runs * median * 1.2) / 1000),
    reason: story?.reason ?? null,
    wall:
      runs === 0
        ? null
        : { minUs: Math.round(median * 0.8), medianUs: median, p99Us: Math.round(median * 3.1), maxUs: median * 9 },
    overloaded: test === 'iopoll' ? { runs: 1220, failures: 4 } : { runs: 0, failures: 0 },
  };
}

function cellSignatures(
  test: string,
  condition: string,
  failures: number,
  failure: SampleFailure,
  second: SampleFailure | undefined,
): CellSignature[] {
  const rarer = second === undefined || failures < 4 ? 0 : Math.floor(failures / 4);
  const of = (told: SampleFailure, count: number): CellSignature => ({
    signature: signatureOf(test, told),
    verdict: told.verdict,
    known: told.known ?? null,
    count,
    firstRun: 1 + Math.floor(1900 / (count + 1)),
    reproduce: `flakehunt replay --seed dca0c749607e2c86 --condition ${condition === 'chaos:pct:2' ? 'chaos:pct:2:25' : condition} --as-run 477 ${test} --tree ${tree} --rev ${commitOf(0).slice(0, 12)}`,
    excerpt: told.excerpt,
  });
  return [of(failure, failures - rarer), ...(second === undefined || rarer === 0 ? [] : [of(second, rarer)])];
}

function signatureOf(test: string, { kind, title, errnos, excerpt }: SampleFailure): Signature {
  const id = [...`${test}${title}`].reduce((hash, char) => (hash * 33 + (char.codePointAt(0) ?? 0)) % 2 ** 47, 5381);
  return { id: id.toString(16).padStart(12, '0'), kind, title, errnos, lines: excerpt.trimEnd().split('\n') };
}

function verdictOf(test: string, story: SampleStory, own: TrendPoint[], size: SampleNightSize): TestVerdict {
  const tonight = own.filter(({ night }) => night === nightId(0));
  const worst = [...tonight].sort((a, b) => b.failures / (b.runs || 1) - a.failures / (a.runs || 1))[0];
  if (worst === undefined || worst.runs === 0) {
    const state = worst?.state ?? 'not-run';
    return { ...plainVerdict(test), state, verdict: state === 'invalid' ? 'invalid' : 'skipped' };
  }
  const past = own.filter(({ night, condition }) => night !== nightId(0) && condition === worst.condition);
  const before = rateInterval(
    past.reduce((sum, { failures }) => sum + failures, 0),
    past.reduce((sum, { runs }) => sum + runs, 0),
  );
  const isDated = /^new|worse|fixed/.test(story.verdict);
  const range = isDated ? { old: commitOf(1), new: commitOf(0) } : null;
  const p = before.runs === 0 ? null : (story.p ?? 0.61);
  return {
    test,
    verdict: story.verdict,
    state: tonight.some(({ state }) => state === 'failing') ? 'failing' : worst.state,
    comparison: {
      condition: worst.condition,
      signature: worst.failures > 0 ? signatureOf(test, story.failure) : null,
      before: before.runs === 0 ? null : before,
      tonight: rateInterval(worst.failures, worst.runs),
      nights: past.length,
      p,
      adjusted: p === null ? null : Math.min(1, p * size.tests),
    },
    quarantine: story.quarantine ?? null,
    range,
    bisect:
      range === null
        ? null
        : bisectCommand(test, story.verdict === 'fixed' ? { old: range.new, new: range.old } : range),
  };
}

function bisectCommand(test: string, range: { old: string; new: string }): string {
  return `flakehunt bisect ${test} --tree ${tree} --good ${range.old.slice(0, 12)} --bad ${range.new.slice(0, 12)}`;
}

function plainVerdict(test: string): TestVerdict {
  return {
    test,
    verdict: 'unchanged',
    state: 'passing',
    comparison: null,
    quarantine: null,
    range: null,
    bisect: null,
  };
}

function signatureTrends(test: string, story: SampleStory, own: TrendPoint[]): SignatureTrend[] {
  const seen = own.filter(({ failures }) => failures > 0);
  const [first, last] = [seen[0], seen.at(-1)];
  if (first === undefined || last === undefined) return [];
  const place = ({ night, started, commit }: TrendPoint) => ({ night, started, commit });
  const count = seen.reduce((sum, { failures }) => sum + failures, 0);
  return [{ signature: signatureOf(test, story.failure), test, firstSeen: place(first), lastSeen: place(last), count }];
}

const lastStart = Date.UTC(2026, 10, 28, 3, 7);

function startOf(ago: number): string {
  return new Date(lastStart - 86_400_000 * ago).toISOString();
}

function nightId(ago: number): string {
  return `${startOf(ago).slice(2, 10).replaceAll('-', '')}-night-liburing`;
}

/** Upstream moves on two nights of three. */
function commitOf(ago: number): string {
  const index = ago - Math.floor(ago / 3);
  return ((2654435761 * (index + 1)) % 2 ** 32).toString(16).padStart(8, '0').repeat(5);
}
