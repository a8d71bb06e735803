// `npm run bench:bisect-lab [-- --seeds S] [-- --only TEXT]... [-- --minutes M] [-- --seed-from N] [-- --confidence C]`:
// whether `flakehunt bisect` names the culprits of the bundled tree, as users call it, one seed after the other. Every
// bisect begins with nothing known but the builds. With --minutes none is begun after that long. Also writes
// bench-bisect-lab.json.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median, timed } from './measure.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    only: { type: 'string', multiple: true },
    minutes: { type: 'string', default: 'Infinity' },
    'seed-from': { type: 'string', default: '1' },
    confidence: { type: 'string', default: '0.95' },
  },
});
const work = mkdtempSync(join(tmpdir(), 'flakehunt-bisect-lab-'));
const ends = performance.now() + 60_000 * Number(values.minutes);
const outcomes = ['right', 'undecided', 'wrong', 'nothing'];
const truth = JSON.parse(readFileSync(join(root, 'fixtures/uring-lab/truth.json'), 'utf8'));
const culprits = truth.bugs
  .flatMap(culpritsOf)
  .filter(({ name }) => values.only?.some((text) => name.includes(text)) ?? true);
const answers = [];

try {
  for (let seed = Number(values['seed-from']), n = 0; n < Number(values.seeds); seed++, n++) {
    for (const culprit of culprits) {
      if (performance.now() >= ends) break;
      const answer = await searched(culprit, seed);
      answers.push(answer);
      process.stderr.write(`${culprit.name}, seed ${seed}: ${describe(answer)}\n`);
    }
  }
  for (const line of table()) process.stdout.write(`${line}\n`);
  writeFileSync(join(root, 'bench-bisect-lab.json'), `${JSON.stringify(answers, null, 2)}\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Each between the change before it and the one after it, without what only reduced the rate: that is found beside. */
function culpritsOf({ id, test, verdict, signature, changes }) {
  const steps = changes.filter(({ what }) => what !== 'reduced');
  const text = signature.lines[0]?.replace(/ *\bN\b.*$/, '');
  return steps.map(({ what, commit }, i) => {
    const [old, young] = [
      steps[i - 1]?.commit ?? 'v0.1',
      steps[i + 1] ? `${steps[i + 1].commit}~1` : truth.head.commit,
    ];
    const isFix = what === 'removed';
    const before = changes[changes.findIndex((one) => one.commit === commit) - 1];
    return {
      name: `${id} ${what} ${commit.slice(0, 8)}`,
      commit,
      verb: isFix ? 'fixed' : 'introduced',
      reduced: isFix && before.what === 'reduced' ? before.commit : null,
      args: [
        ...[test, '--tree', 'lab', '--old', old, '--new', young, isFix ? '--fix' : '--regression'],
        ...(verdict === 'hang' ? ['--limit', '1s'] : ['--signature', text]),
      ],
    };
  });
}

async function searched({ name, args, commit, verb, reduced }, seed) {
  const state = mkdtempSync(join(work, 'state-'));
  const env = {
    ...{ PATH: process.env.PATH, HOME: state, NO_COLOR: '1' },
    ...{ XDG_STATE_HOME: state, XDG_CACHE_HOME: join(work, 'cache'), FLAKEHUNT_STRATEGY: 'auto' },
  };
  const own = ['--seed', seed.toString(16), '--confidence', values.confidence, '--json'];
  const argv = [process.execPath, join(root, 'bin/flakehunt.js'), 'bisect', ...args, ...own];
  const { out, code, seconds } = await timed(argv, { env });
  rmSync(state, { recursive: true, force: true });
  const found = out === '' ? null : JSON.parse(out);
  const spent = found?.spent ?? { runs: 0, builds: 0, cachedBuilds: 0 };
  return {
    ...{ name, seed, code, seconds, runs: spent.runs, builds: spent.builds + spent.cachedBuilds },
    condition: found?.calibration?.condition ?? null,
    answer: found === null ? 'nothing' : judge(found, verb, commit, reduced),
    step: reduced === null || found === null ? null : judgeStep(found, reduced),
    findings: (found?.findings ?? []).map((one) => ({
      ...{ verb: one.verb, state: one.state, posterior: one.posterior, agrees: one.check?.agrees ?? null },
      suspects: one.suspects.slice(0, 3).map((suspect) => suspect.commit.commit.slice(0, 8)),
    })),
    outcome: found?.outcome ?? null,
  };
}

/** Wrong: another commit, a range without one, or a step beside it that there is not. */
function judge({ findings, outcome }, verb, commit, reduced) {
  const own = findings.find((one) => one.verb === verb);
  const steps = findings.filter((one) => one.verb !== verb && one.state === 'found');
  if (steps.some(({ suspects }) => suspects[0].commit.commit !== reduced)) return 'wrong';
  if (own === undefined) return outcome === 'undecided' || outcome === 'interrupted' ? 'undecided' : 'wrong';
  return judgeFinding(own, commit);
}

/** One that is not mentioned is undecided. */
function judgeStep({ findings }, commit) {
  const own = findings.find(({ verb }) => verb === 'reduced');
  return own === undefined ? 'undecided' : judgeFinding(own, commit);
}

function judgeFinding({ state, suspects }, commit) {
  if (state === 'found') return suspects[0].commit.commit === commit ? 'right' : 'wrong';
  return suspects.some((one) => one.commit.commit === commit) ? 'undecided' : 'wrong';
}

function describe({ answer, step, seconds, runs, builds, condition, findings, outcome }) {
  const told = findings.map(({ verb, state, suspects }) => `${verb} ${state} ${suspects[0]}`).join(', ');
  const beside = step === null ? '' : `, reduction ${step}`;
  return `${answer}${beside} in ${seconds.toFixed(0)} s, ${runs} runs, ${builds} builds under ${condition} (${told || outcome})`;
}

function table() {
  const rows = culprits.flatMap(({ name, reduced }) => {
    const own = answers.filter((one) => one.name === name);
    const figures = ['seconds', 'runs', 'builds'].map((what) =>
      own.length === 0 ? '' : Math.round(median(own.map((one) => one[what]))),
    );
    const counts = (of) => outcomes.map((outcome) => own.filter((one) => of(one) === outcome).length);
    const row = [name, ...counts(({ answer }) => answer), ...figures];
    return reduced === null
      ? [row]
      : [row, [`  reduced ${reduced.slice(0, 8)}`, ...counts(({ step }) => step), '', '', '']];
  });
  const head = ['culprit', ...outcomes, 'seconds', 'runs', 'builds'];
  return [head, ...rows].map(
    ([name, ...cells]) => `${name.padEnd(38)}${cells.map((cell) => String(cell).padStart(11)).join('')}`,
  );
}
