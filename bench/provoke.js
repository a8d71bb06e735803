// `npm run bench:provoke [-- --test NAME] [-- --tree TREE] [-- --rev REV] [-- --seconds N]`: how much faster a failure
// comes under an arm, and under the default strategy, than under plain. The base rate first. Also writes
// bench-provoke.json.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { poissonRateInterval, rateRatioInterval } from '../dist/stats/speed.js';
import { timed } from './measure.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? otherwise : process.argv[at + 1];
};
const test = option('test', 'msg-ring.t');
const where = ['--tree', option('tree', 'lab'), ...(option('rev') ? ['--rev', option('rev')] : [])];
const seconds = Number(option('seconds', '30'));
const arm = option('arm', 'chaos:pct:1');
const work = mkdtempSync(join(tmpdir(), 'flakehunt-provoke-'));
const env = { ...process.env, XDG_STATE_HOME: work, NO_COLOR: '1' };

try {
  const base = await counted('plain', ['--strategy', 'plain', '--time', `${2 * seconds}s`]);
  show('plain', base, null);
  const results = [{ what: 'plain', ...base }];
  for (const [what, flags] of [
    [arm, ['--strategy', arm, '--time', `${seconds}s`]],
    ['auto', ['--strategy', 'auto', '--time', `${seconds}s`]],
  ]) {
    const all = await counted(what, flags);
    const gain = rateRatioInterval(all, base);
    show(what, all, gain);
    results.push({ what, ...all, gain });
  }
  writeFileSync(join(root, 'bench-provoke.json'), `${JSON.stringify(results, null, 2)}\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/**
 * Failures of a hunt's most frequent failing signature and the seconds they took: of the arm alone where one is named, of
 * the whole hunt, its plain share included, for `auto`.
 */
async function counted(what, flags) {
  const argv = [process.execPath, join(root, 'bin/flakehunt.js'), 'run', test, ...where, ...flags, '--json'];
  const { out, code } = await timed(argv, { env });
  if (code !== 0 && code !== 1) throw new Error(`exit code ${code} from ${argv.join(' ')}`);
  const hunt = JSON.parse(out);
  const strata = what === 'auto' ? hunt.strata : hunt.strata.filter(({ condition }) => condition === what);
  const rates = hunt.signatures[0]?.rates.filter(({ condition }) => what === 'auto' || condition === what) ?? [];
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  return {
    failures: sum(rates.map(({ failures }) => failures)),
    runs: sum(strata.map(({ eligible }) => eligible)),
    seconds: sum(strata.map(({ elapsedMs }) => elapsedMs)) / 1000,
  };
}

function show(what, { failures, runs, seconds: took }, gain) {
  const { low, high } = poissonRateInterval(failures, took);
  const speed = `${(failures / took).toPrecision(3)}/s [${low.toPrecision(3)}, ${high.toPrecision(3)}]`;
  const times = gain === null ? '' : `, ${gainText(gain)} x plain`;
  process.stdout.write(`${what.padEnd(14)} ${failures} of ${runs} runs in ${took.toFixed(1)} s: ${speed}${times}\n`);
}

function gainText({ observed, low, high }) {
  return `${observed === null ? '' : observed.toPrecision(3)} [${low.toPrecision(3)}, ${high === null ? 'no upper bound' : high.toPrecision(3)}]`;
}
