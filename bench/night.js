// `npm run bench:night [-- --years Y] [-- --times T] [-- --seed HEX]`: the verdicts of `flakehunt nightly` on simulated
// suites. First false alarms: whole years of suites that nobody changes. Then what is named of a real change, and how soon.
// Nothing is run; equal seeds give equal figures.
import { parseArgs } from 'node:util';
import { judgeTests } from '../dist/search/night/judge-night.js';
import { NightHistory } from '../dist/search/night/night-history.js';
import { simulateNights } from '../dist/search/night/simulated-nights.js';
import { mixSeed, seededUniform } from '../dist/stats/random.js';

const { values } = parseArgs({
  options: {
    years: { type: 'string', default: '1' },
    times: { type: 'string', default: '40' },
    seed: { type: 'string', default: '00000000000f1a4e' },
  },
});
const alpha = 1 / 30;
const usual = {
  tests: 256,
  flaky: 0.5,
  runs: { least: 20, most: 2000 },
  drift: { machine: 0.2, test: 0.3 },
  persistence: 0.6,
};
const suites = {
  'as usual': usual,
  'few runs a night (3 to 60)': { ...usual, runs: { least: 3, most: 60 } },
  'no drift, one in ten flaky': { ...usual, flaky: 0.1, drift: { machine: 0, test: 0 }, persistence: 0 },
  'wandering machine': { ...usual, drift: { machine: 0.4, test: 0.5 }, persistence: 0.8 },
};

print('False alarms a month (30 nights), 256 tests under 2 conditions');
for (const [name, suite] of Object.entries(suites)) {
  const count = { alarms: 0, better: 0 };
  const years = Number(values.years);
  for (let year = 0; year < years; year++) {
    nights(suite, year, (tests, night) => {
      count.alarms += tests.filter(isAlarm).length;
      count.better += tests.filter(({ verdict }) => verdict === 'better' || verdict === 'fixed').length;
      return night === 364;
    });
  }
  const month = (number) => ((number * 30) / (365 * years)).toFixed(2);
  print(`  ${name.padEnd(30)} ${month(count.alarms)}   (better or fixed: ${month(count.better)})`);
}

const within = [1, 2, 3, 7, 14];
const changes = [
  [0, 0.002],
  [0, 0.01],
  [0, 0.05],
  [0, 0.3],
  [0, 1],
  [0.01, 0.03],
  [0.01, 0.1],
  [0.05, 0.5],
  [0.1, 0],
  [0.01, 0],
  [1, 0],
];
print(`\nShare of ${values.times} planted changes that are named within so many nights`);
for (const runs of [30, 300]) {
  for (const past of [2, 30]) {
    print(`  ${runs} runs a night, ${past} nights before`.padEnd(40) + within.map((n) => `${n}`.padStart(5)).join(''));
    for (const [index, [before, after]] of changes.entries()) {
      const named = within.map(() => 0);
      for (let time = 0; time < Number(values.times); time++) {
        const soon = nightsUntilNamed({ test: 0, from: past, runs, before, after }, 1000 * index + time);
        for (const [column, nights] of within.entries()) if (soon <= nights) named[column]++;
      }
      const shares = named.map((count) => (count / Number(values.times)).toFixed(2).padStart(5));
      print(`    ${before} -> ${after}`.padEnd(40) + shares.join(''));
    }
  }
}

/** Nights until the change is named, the first with it counted; infinite: not within the longest time that is asked for. */
function nightsUntilNamed(change, index) {
  const suite = { ...usual, tests: 64, runs: { least: 20, most: 500 }, planted: [change] };
  let named = Number.POSITIVE_INFINITY;
  nights(suite, index, (tests, night) => {
    const after = night - change.from + 1;
    const { verdict } = tests[0];
    if (after > 0 && (isAlarm({ verdict }) || (change.after === 0 && verdict === 'fixed'))) named = after;
    return named < Number.POSITIVE_INFINITY || after === within.at(-1);
  });
  return named;
}

function nights(suite, index, visit) {
  const history = new NightHistory(alpha);
  let night = 0;
  for (const { place, cells } of simulateNights(suite, seededUniform(mixSeed(values.seed, index)))) {
    if (visit(judgeTests(history.add(place, cells)), night++)) return;
  }
}

function isAlarm({ verdict }) {
  return verdict === 'new-failure' || verdict === 'new-flake' || verdict === 'worse';
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
