// `node bench/real-trees.js --tree CLONE [--hunts 10] [--time 60s] [--out FILE] TEST@REV... [-- flags of flakehunt run]`:
// what provoking is worth on real flaky tests. Each test is hunted to its first failure, plain and auto in turns so that
// both meet the same weather, each hunt with a seed of its own. Every hunt is a line of FILE (default
// real-trees.ndjson); those already there are not repeated, so an interrupted bench goes on. Prints the table.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median } from './measure.js';

const flakehunt = join(dirname(dirname(fileURLToPath(import.meta.url))), 'bin/flakehunt.js');
const strategies = ['plain', 'auto'];
const { options, cases, flags } = commandLine(process.argv.slice(2));

for (let hunt = 1; hunt <= options.hunts; hunt++) {
  for (const test of cases) for (const strategy of strategies) await huntOnce(test, strategy, hunt);
}
const hunts = recorded();
process.stdout.write(
  `${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} CPUs, Linux ${release()}; ` +
    `${options.hunts} hunts each, at most ${options.time}, to the first failure; medians\n\n`,
);
process.stdout.write(`${['test', 'revision', 'plain', 'auto', 'plain / auto', 'found by', 'failures'].join(' | ')}\n`);
process.stdout.write(`${Array(7).fill('---').join(' | ')}\n`);
for (const test of cases) process.stdout.write(`${tableRow(test)}\n`);

/** One hunt to the first failure; appended to the file unless it is there. */
async function huntOnce(test, strategy, hunt) {
  const key = [test, strategy, hunt, options.time, flags.join(' ')].join(' ').trim();
  if (recorded().some((line) => line.key === key)) return;
  const [name, revision] = test.split('@');
  const [load] = loadavg();
  const seed = createHash('sha256').update(key).digest('hex').slice(0, 16);
  const summary = await flakehuntRun(
    [name, '--tree', options.tree, '--rev', revision, '--strategy', strategy, '--seed', seed].concat(flags),
  );
  const [failure] = [...summary.signatures].sort((a, b) => a.firstRun - b.firstRun);
  const line = {
    key,
    test,
    strategy,
    hunt,
    seed,
    load,
    id: summary.id,
    runs: summary.runs,
    seconds: summary.elapsedMs / 1000,
    counts: summary.counts,
    found: failure !== undefined,
    firstRun: failure?.firstRun ?? null,
    firstSeconds: failure === undefined ? null : (failure.firstAfterMs ?? summary.elapsedMs) / 1000,
    arm: failure?.rates.find((rate) => rate.failures > 0)?.condition ?? null,
    title: failure?.title ?? null,
    signature: failure?.id ?? null,
    strata: summary.strata.map(({ condition, eligible, elapsedMs }) => ({ condition, eligible, elapsedMs })),
    notes: summary.notes,
  };
  appendFileSync(options.out, `${JSON.stringify(line)}\n`);
  const found = line.found
    ? `run ${line.firstRun}, ${line.firstSeconds.toFixed(1)} s, ${line.arm}: ${line.title}`
    : '-';
  process.stderr.write(`${test} ${strategy} ${hunt}: ${found} (${line.runs} runs)\n`);
}

/** The hunt as `--json` prints it. Throws when flakehunt learnt nothing (exit codes other than 0, 1 and 5). */
async function flakehuntRun(argv) {
  const stop = ['--failures', '1', '--time', options.time];
  const child = spawn(process.execPath, [flakehunt, 'run', ...argv, ...stop, '--json', '--quiet'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (![0, 1, 5].includes(code)) throw new Error(`flakehunt run ${argv.join(' ')} ended with exit code ${code}`);
  return JSON.parse(out);
}

function tableRow(test) {
  const [plain, auto] = strategies.map((strategy) =>
    hunts.filter((hunt) => hunt.test === test && hunt.strategy === strategy && hunt.hunt <= options.hunts),
  );
  const seconds = [plain, auto].map((those) => median(those.map((hunt) => hunt.firstSeconds ?? Infinity)));
  return [
    ...test.split('@'),
    toFirst(plain),
    toFirst(auto),
    ratio(seconds),
    tally(auto, 'arm'),
    titles(plain, auto),
  ].join(' | ');
}

/** `10/10: run 812, 3.1 s (0.4 to 9.9), 260 runs/s`. */
function toFirst(those) {
  const found = those.filter((hunt) => hunt.found);
  const rate = `${perSecond(those)} runs/s`;
  if (found.length === 0)
    return `0/${those.length}: none in ${those.reduce((sum, hunt) => sum + hunt.runs, 0)} runs, ${rate}`;
  const runs = median(those.map((hunt) => hunt.firstRun ?? Infinity));
  const seconds = median(those.map((hunt) => hunt.firstSeconds ?? Infinity));
  const middle = runs === Infinity ? `> ${options.time}` : `run ${Math.round(runs)}, ${seconds.toFixed(2)} s`;
  const all = found.map((hunt) => hunt.firstSeconds);
  return `${found.length}/${those.length}: ${middle} (${Math.min(...all).toFixed(2)} to ${Math.max(...all).toFixed(2)} s), ${rate}`;
}

function perSecond(those) {
  const [runs, seconds] = ['runs', 'seconds'].map((field) => those.reduce((sum, hunt) => sum + hunt[field], 0));
  return (runs / seconds).toPrecision(2);
}

/** Of the medians; a bound where one side's median is beyond the time allowed, nothing where both are. */
function ratio([plain, auto]) {
  const [limit] = [/^([\d.]+)s$/.exec(options.time)?.[1] ?? NaN].map(Number);
  if (plain === Infinity && auto === Infinity) return '-';
  if (plain === Infinity) return `> ${(limit / auto).toPrecision(2)}`;
  if (auto === Infinity) return `< ${(plain / limit).toPrecision(2)}`;
  return (plain / auto).toPrecision(2);
}

function titles(plain, auto) {
  return `plain: ${tally(plain, 'title')}; auto: ${tally(auto, 'title')}`.replaceAll('|', '/');
}

/** `4 x chaos:pct:2, 1 x plain`, most frequent first. */
function tally(those, field) {
  const counts = new Map();
  for (const hunt of those.filter((each) => each.found)) counts.set(hunt[field], (counts.get(hunt[field]) ?? 0) + 1);
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  return sorted.map(([what, count]) => `${count} x ${what}`).join(', ') || '-';
}

function recorded() {
  if (!existsSync(options.out)) return [];
  return readFileSync(options.out, 'utf8')
    .trimEnd()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

function commandLine(argv) {
  const end = argv.indexOf('--');
  const { values, positionals } = parseArgs({
    args: end === -1 ? argv : argv.slice(0, end),
    options: {
      tree: { type: 'string' },
      hunts: { type: 'string', default: '10' },
      time: { type: 'string', default: '60s' },
      out: { type: 'string', default: 'real-trees.ndjson' },
    },
    allowPositionals: true,
  });
  if (values.tree === undefined || positionals.length === 0 || !positionals.every((test) => test.includes('@'))) {
    throw new Error(
      'usage: node bench/real-trees.js --tree CLONE [--hunts N] [--time T] [--out FILE] TEST@REV... [-- FLAGS]',
    );
  }
  return {
    options: { ...values, hunts: Number(values.hunts) },
    cases: positionals,
    flags: end === -1 ? [] : argv.slice(end + 1),
  };
}
