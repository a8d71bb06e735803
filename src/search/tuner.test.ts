import { describe, expect, it } from 'vitest';
import { mixSeed, seededUniform } from '../stats/random.ts';
import { rateRatioInterval } from '../stats/speed.ts';
import { autoRules, measuredArms, playTuner, type SampleArm, sampleArm, sampleBugs } from './sample-arms.ts';
import { type Arm, nextStep } from './tuner.ts';

const uniform = () => seededUniform('00000000c0ffee00');
const arm = (changes: Partial<Arm> = {}): Arm => ({ ...sampleArm('x', 0, 1), ...changes });
const next = (arms: Arm[], rules = autoRules) => nextStep(arms, rules, uniform());
const tried = (changes: Partial<Arm> = {}) => arm({ seconds: 1, runs: 1000, ...changes });

describe('nextStep', () => {
  it('tries each arm once, the first ones first', () => {
    expect(next([arm(), arm(), arm()]).arm).toBe(0);
    expect(next([tried({ failures: 99 }), arm(), arm()]).arm).toBe(1);
    expect(next([tried(), tried({ failures: 99 }), arm()]).arm).toBe(2);
  });

  it('makes a first batch short, but of five runs', () => {
    expect(next([tried(), arm()]).ms).toBe(60);
    expect(next([tried({ runs: 50 }), arm()])).toEqual({ arm: 1, ms: 100 });
    expect(next([arm()]).ms).toBe(60);
  });

  it('lets noise start before it is judged', () => {
    expect(next([tried({ seconds: 9 }), arm({ startsSlowly: true })])).toEqual({ arm: 1, ms: 500 });
  });

  it('does not wait for five runs of a slow test, but for one', () => {
    expect(next([tried({ runs: 1, seconds: 0.5 }), arm()]).ms).toBe(1000);
    expect(next([tried({ runs: 1, seconds: 7 }), arm()]).ms).toBe(7000);
  });

  it('knows the time of a run by the number of workers', () => {
    expect(next([tried({ runs: 50, jobs: 4 }), arm()]).ms).toBe(400);
  });

  it('makes later batches longer the more time an arm had, up to half a second', () => {
    const ms = (seconds: number) =>
      next([arm({ seconds: 50, runs: 50_000 }), tried({ seconds, runs: 9000, failures: 9000 })]).ms;
    expect([0.2, 3, 40].map(ms)).toEqual([100, 300, 500]);
  });

  it('makes them longer still in a long hunt', () => {
    const ms = (seconds: number) =>
      next([arm({ seconds, runs: 50_000 }), tried({ seconds, runs: 9000, failures: 9000 })]).ms;
    expect([125, 400, 9000].map(ms)).toEqual([500, 1600, 5000]);
  });

  it('always makes them long enough for eight runs, but for very slow tests', () => {
    const ms = (runMs: number) =>
      next([tried({ seconds: 900 }), tried({ runs: 1000 / runMs, failures: 1000 / runMs })]).ms;
    expect([50, 400, 5000].map(ms)).toEqual([400, 3200, 5000]);
  });

  it('gives the base its share before anything else, counting the batch to come', () => {
    const winner = tried({ seconds: 8.5, runs: 850, failures: 800 });
    expect(next([tried({ seconds: 1.49 }), winner]).arm).toBe(0);
    expect(next([tried({ seconds: 1.5 }), winner]).arm).toBe(0);
    expect(next([tried({ seconds: 1.6 }), winner]).arm).toBe(1);
  });

  it('gives the base no more than its share where it does not compete', () => {
    const arms = [tried({ seconds: 3, failures: 500 }), tried({ seconds: 7 })];
    expect(next(arms).arm).toBe(0);
    expect(next(arms, { baseShare: 0.2, baseCompetes: false }).arm).toBe(1);
  });

  it('looks after both classes of bugs while nothing has failed', () => {
    const order = tried({ seconds: 1.6, covers: 'order' });
    const starvation = tried({ seconds: 1.2, covers: 'starvation' });
    const others = [tried({ seconds: 7 }), tried({ seconds: 8 })];
    expect(next([...others, order, starvation]).arm).toBe(2);
    expect(next([...others, { ...order, seconds: 2.5 }, starvation]).arm).toBe(3);
    const failed = [tried({ seconds: 7 }), tried({ seconds: 8, runs: 8000, failures: 800 }), order, starvation];
    expect(next(failed).arm).toBe(1);
  });

  it('pauses an only arm just to look at what was learnt', () => {
    const lengths = [0, 0.06, 2, 100].map((seconds) => next([arm({ seconds, runs: 1000 * seconds })]).ms);
    expect(lengths).toEqual([60, 180, 6000, 300_000]);
  });

  it('is the same for the same seed and sums', () => {
    const arms = [tried({ seconds: 9 }), ...Array.from({ length: 9 }, (_, i) => tried({ failures: 20 + i }))];
    const choices = () => seeds(40).map((seed) => nextStep(arms, autoRules, seededUniform(seed)).arm);
    expect(choices()).toEqual(choices());
    expect(new Set(choices()).size).toBeGreaterThan(4);
  });
});

const speed = ({ rate, runsPerSecond }: SampleArm) => rate * runsPerSecond;
const failuresOf = (arms: SampleArm[]) => arms.reduce((sum, { failures }) => sum + failures, 0);
const timeOf = (arms: SampleArm[]) => arms.reduce((sum, { seconds }) => sum + seconds, 0);
const seeds = (count: number) => Array.from({ length: count }, (_, n) => mixSeed('00000000000000aa', n));

describe.each(sampleBugs)('on a bug of the kind %s', (bug) => {
  const arms = measuredArms(bug);
  const best = Math.max(...arms.map(speed));
  const equally = arms.reduce((sum, one) => sum + speed(one), 0) / arms.length;
  const hunts = (seconds: number) => seeds(60).map((seed) => playTuner(arms, seed, { seconds }));

  it('finds in 10 s at least 0.6 of what the best arm would that also leaves plain its share', () => {
    const found = median(hunts(10).map(failuresOf));
    expect(found).toBeGreaterThan(0.6 * 0.85 * 10 * best);
    expect(found).toBeGreaterThan(2 * 10 * equally);
  });

  it('finds in 30 s at least 0.6 of what the best arm alone would', () => {
    expect(median(hunts(30).map(failuresOf))).toBeGreaterThan(0.6 * 30 * best);
  });

  it('keeps plain in the mix', () => {
    for (const played of hunts(10)) expect((played[0]?.seconds ?? 0) / timeOf(played)).toBeGreaterThanOrEqual(0.15);
  });

  it('reports a gain that holds the true one', () => {
    const [plain] = arms;
    const truth = best / (plain === undefined ? 0 : speed(plain));
    const covered = hunts(10).filter((played) => {
      const gains = gainsOf(played);
      const gain = gains[arms.findIndex((one) => speed(one) === best) - 1];
      return gain !== undefined && gain.low <= truth && truth <= (gain.high ?? Number.POSITIVE_INFINITY);
    });
    expect(covered.length).toBeGreaterThanOrEqual(57);
  });
});

describe('where all arms are equal', () => {
  it.each([
    [0.003, 1200, { seconds: 10 }],
    [0.3, 300, { seconds: 10 }],
    [0.003, 1200, { seconds: 60 }],
    [0.003, 1200, { seconds: 100, failures: 3 }],
    [0.003, 1200, { seconds: 100, failures: 10 }],
  ])('reports no gain: rate %d, %d runs/s, %j', (rate, runsPerSecond, limits) => {
    const arms = ['plain', 'note', 'pct:1', 'pct:2', 'spawn', 'victim', 'noise switch', 'a', 'b', 'c', 'd', 'e'].map(
      (name) => sampleArm(name, rate, runsPerSecond),
    );
    const hunts = seeds(120).map((seed) => gainsOf(playTuner(arms, seed, limits)));
    const holds = hunts.filter((gains) => gains.every(({ low, high }) => low <= 1 && (high ?? 1) >= 1));
    const gained = hunts.filter((gains) => gains.some(({ low }) => low > 1));
    expect(holds.length).toBeGreaterThanOrEqual(0.95 * hunts.length);
    expect(gained.length).toBeLessThanOrEqual(0.05 * hunts.length);
  });
});

/** Of all arms that were tried but the first, over it, as the table of arms tells them. */
function gainsOf([base, ...others]: SampleArm[]) {
  const compared = others.filter(({ seconds }) => seconds > 0);
  return compared.map((one) => rateRatioInterval(one, base ?? one, compared.length));
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
