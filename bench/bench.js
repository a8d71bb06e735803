// `npm run bench [-- --million] [-- --test PATH]`: what a run costs beside a bare loop and beside the looping tools that
// are installed. Every figure is a ratio from interleaved rounds of one call; absolute times are this machine's. Also
// writes bench-results.json.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, timed } from './measure.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const flakehunt = [process.execPath, join(root, 'bin/flakehunt.js')];
const work = mkdtempSync(join(tmpdir(), 'flakehunt-bench-'));
const env = { ...process.env, XDG_STATE_HOME: join(work, 'state'), NO_COLOR: '1' };
const rounds = 7;
const results = { machine: machine(), rounds, rows: [] };

try {
  const bareLoop = compileBareLoop();
  print(`${results.machine}; medians of ${rounds} interleaved rounds`);
  await startUp();
  await costPerRun('/bin/true', ['/bin/true'], 2000, bareLoop);
  const test = await fourMillisecondTest();
  await costPerRun('4 ms test', test, 500, bareLoop);
  for (const arm of ['chaos:note', 'chaos:handoff', 'chaos:pct:1', 'chaos:pct:3']) await costOfArm(arm, test);
  for (const arm of ['chaos:note/rest', 'chaos:handoff/rest']) await costOfCall(arm, compileCalls());
  await peers(2000, bareLoop);
  await memory(process.argv.includes('--million') ? 1_000_000 : 50_000);
} finally {
  rmSync(work, { recursive: true, force: true });
}
writeFileSync(join(root, 'bench-results.json'), `${JSON.stringify(results, null, 2)}\n`);

/** `flakehunt --version` beside the interpreter doing nothing. */
async function startUp() {
  const [ours, node] = await interleave(
    async () => (await timed([...flakehunt, '--version'])).seconds,
    async () => (await timed([process.execPath, '-e', '0'])).seconds,
  );
  row('start-up', `flakehunt --version ${ms(ours)}, node -e 0 ${ms(node)}`, {
    versionMs: median(ours) * 1000,
    nodeMs: median(node) * 1000,
  });
}

/** Seconds a run under flakehunt (jobs 1, hunting time only) beside the bare vfork+exec+wait loop. */
async function costPerRun(name, command, runs, bareLoop) {
  const [ours, bare] = await interleave(
    () => huntSeconds(command, runs),
    () => bareSeconds(bareLoop, command, runs),
  );
  const ratios = ours.map((value, i) => value / bare[i]);
  row(`run of ${name}`, `flakehunt ${us(ours, runs)}, bare loop ${us(bare, runs)}, ratio ${spread(ratios)}`, {
    ratio: median(ratios),
    ratios,
    oursUs: (median(ours) / runs) * 1e6,
    bareUs: (median(bare) / runs) * 1e6,
  });
}

/** Seconds a run under an arm beside plain runs of the same hunt, in alternating batches. */
async function costOfArm(arm, command) {
  const { strata } = await hunted(['--strategy', arm, '--time', '12s', '--', ...command]);
  const [plain, perturbed] = [strata.find(isPlain), strata.find((one) => one.condition === arm)];
  const ratio = plain.runsPerSecond / perturbed.runsPerSecond;
  row(
    `run under ${arm}`,
    `${usOf(perturbed).toFixed(0)} us (${perturbed.eligible} runs), plain ${usOf(plain).toFixed(0)} us (${plain.eligible}), ratio ${ratio.toFixed(2)}`,
    { arm, ratio, armUs: usOf(perturbed), plainUs: usOf(plain) },
  );
}

/** Microseconds that one intercepted call costs: 20000 calls of getppid, less the same program under plain. */
async function costOfCall(arm, program) {
  const { strata } = await hunted(['--strategy', arm, '--time', '8s', '--', program]);
  const [plain, perturbed] = [strata.find(isPlain), strata.find((one) => one.condition === arm)];
  const calls = perturbed.effect.events / perturbed.effect.runs;
  const each = (usOf(perturbed) - usOf(plain)) / calls;
  row(`call under ${arm}`, `${each.toFixed(1)} us more than plain (${calls.toFixed(0)} calls a run)`, {
    arm,
    us: each,
  });
}

async function hunted(args) {
  const { out } = await timed([...flakehunt, 'run', '--json', ...args], { env });
  return JSON.parse(out);
}

function isPlain({ condition }) {
  return condition === 'plain';
}

function usOf({ runsPerSecond }) {
  return 1e6 / runsPerSecond;
}

/** Other loopers on /bin/true, whole process, beside ours, whole process. */
async function peers(runs, bareLoop) {
  const command = ['/bin/true'];
  const contestants = {
    'bare C loop': [bareLoop, String(runs), ...command],
    flakehunt: [...flakehunt, 'run', '--quiet', '--strategy', 'plain', '--loops', String(runs), '--', ...command],
    'shell loop': ['sh', '-c', `i=0; while [ $i -lt ${runs} ]; do /bin/true || echo failed; i=$((i+1)); done`],
    hyperfine: ['hyperfine', '-N', '--warmup', '0', '--runs', String(runs), '--style', 'none', ...command],
    'GNU parallel': ['sh', '-c', `seq ${runs} | parallel -j1 -N0 /bin/true`],
    'golang stress': ['stress', '-p', '1', '-count', String(runs), ...command],
  };
  const present = Object.entries(contestants).filter(([name, argv]) => installed(name, argv));
  const seconds = await interleave(
    ...present.map(
      ([, argv]) =>
        async () =>
          (await timed(argv, { env, quiet: true })).seconds,
    ),
  );
  const base = median(seconds[0]);
  present.forEach(([name], i) => {
    const rate = runs / median(seconds[i]);
    row(
      `loop ${runs} x /bin/true`,
      `${name}: ${rate.toFixed(0)} runs/s, ${(median(seconds[i]) / base).toFixed(2)} x bare`,
      {
        name,
        runsPerSecond: rate,
        overBare: median(seconds[i]) / base,
      },
    );
  });
}

/** Highest memory of flakehunt, supervisor and workers together over a long hunt. */
async function memory(runs) {
  const argv = [
    ...flakehunt,
    'run',
    '--quiet',
    '--strategy',
    'plain',
    '--jobs',
    String(availableParallelism()),
    '--loops',
    String(runs),
    '--',
    '/bin/true',
  ];
  const { peakKiB, seconds, code } = await timed(argv, { env, memory: true });
  if (code !== 0) throw new Error(`the hunt of ${runs} runs ended with exit code ${code}`);
  row(
    'memory',
    `${runs} runs of /bin/true in ${seconds.toFixed(0)} s: at most ${(peakKiB / 1024).toFixed(0)} MiB in all`,
    {
      runs,
      peakMiB: peakKiB / 1024,
      seconds,
    },
  );
}

async function huntSeconds(command, runs) {
  const argv = [...flakehunt, 'run', '--json', '--strategy', 'plain', '--loops', String(runs), '--', ...command];
  const { out } = await timed(argv, { env });
  const hunt = JSON.parse(out);
  const [stratum] = hunt.strata;
  if (hunt.runs !== runs) throw new Error(`asked for ${runs} runs of ${command[0]}, got ${hunt.runs}`);
  return stratum.elapsedMs / 1000;
}

async function bareSeconds(bareLoop, command, runs) {
  const { out } = await timed([bareLoop, String(runs), ...command]);
  return (Number.parseFloat(out) * runs) / 1e6;
}

/** `--test PATH`, or the bundled tree's msg-ring.t. */
async function fourMillisecondTest() {
  const at = process.argv.indexOf('--test');
  if (at !== -1) return [process.argv[at + 1]];
  return (await hunted(['msg-ring.t', '--tree', 'lab', '--loops', '1'])).argv;
}

async function interleave(...measures) {
  const series = measures.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, measure] of measures.entries()) series[i].push(await measure());
  }
  return series;
}

function compileBareLoop() {
  return compile('bare-loop.c');
}

function compileCalls() {
  return compile('many-calls.c');
}

function compile(source) {
  const path = join(work, source.replace('.c', ''));
  execFileSync('cc', ['-std=c11', '-O2', '-D_GNU_SOURCE', join(root, 'bench', source), '-o', path]);
  return path;
}

function installed(name, argv) {
  const program = name === 'GNU parallel' ? 'parallel' : argv[0];
  if (program.includes('/')) return true;
  const found = (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
  if (!found) print(`${name}: not installed`);
  return found;
}

function row(what, text, figures) {
  results.rows.push({ what, ...figures });
  print(`${what.padEnd(28)} ${text}`);
}

function machine() {
  return `${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} CPUs, Linux ${release()}, Node ${process.version}`;
}

function ms(values) {
  return `${(median(values) * 1000).toFixed(0)} ms`;
}

function us(values, runs) {
  return `${((median(values) / runs) * 1e6).toFixed(0)} us`;
}

function spread(ratios) {
  return `${median(ratios).toFixed(3)} (${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)})`;
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
