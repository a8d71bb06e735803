// `npm run bench:replay [-- --seeds N] [-- --times N] [-- --user UID] [-- --condition TEXT] [-- --program PATH]`: how many
// seeds give the same outcome, and the same schedule, each time they are run; on the bundled tree's msg-ring.t. With
// --user (as root) the supervisor runs as that user, without any privilege.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPaths } from '../dist/config/paths.js';
import { localEngine } from '../dist/exec/local-engine.js';
import { allowedCpus } from '../dist/exec/machine.js';
import { ensureSupervisor } from '../dist/exec/supervisor-binary.js';
import { parseCondition } from '../dist/perturb/condition-text.js';
import { rateInterval } from '../dist/stats/interval.js';
import { mixSeed } from '../dist/stats/random.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? otherwise : process.argv[at + 1];
};
const seeds = Number(option('seeds', '200'));
const times = Number(option('times', '5'));
const condition = option('condition', 'chaos:pct:2:20');
const user = option('user');
const work = mkdtempSync(join(tmpdir(), 'flakehunt-replays-'));

try {
  chmodSync(work, 0o755);
  if (user === undefined) await measure(option('supervisor') ?? (await supervisorPath()), testPath());
  else await asUser(Number(user));
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** The same script under another user; what it needs is made by us, for that user may not build. */
async function asUser(uid) {
  const own = mkdtempSync(join(work, 'own-'));
  for (const path of [work, own]) chmodSync(path, 0o777);
  const copies = [await supervisorPath(), testPath()].map((path, i) => {
    const copy = join(own, `copy-${i}`);
    spawnSync('cp', [path, copy]);
    chmodSync(copy, 0o755);
    return copy;
  });
  const flags = ['--seeds', String(seeds), '--times', String(times), '--condition', condition];
  const argv = [fileURLToPath(import.meta.url), ...flags, '--supervisor', copies[0], '--program', copies[1]];
  const { status } = spawnSync(process.execPath, argv, {
    uid,
    gid: uid,
    stdio: 'inherit',
    cwd: '/',
    env: { TMPDIR: own },
  });
  if (status !== 0) process.exitCode = 1;
}

async function measure(supervisor, program) {
  const [scratchDir, artifactDir] = ['scratch', 'artifacts'].map((name) => join(work, name));
  for (const folder of [scratchDir, artifactDir]) mkdirSync(folder);
  const session = await localEngine(supervisor).start({
    argv: [program],
    env: { PATH: '/usr/bin:/bin' },
    cwd: { kind: 'scratch' },
    scratchDir,
    artifactDir,
    limitMs: 60_000,
    seed: '0000000000000000',
    firstRun: 1,
    cpus: allowedCpus(),
    maxCores: 0,
    maxStacks: 0,
    gdb: null,
    kernelLog: false,
    stressNg: null,
    cgroup: null,
  });
  const outcomes = new Map();
  const schedules = new Map();
  const endings = new Map();
  const next = (id) =>
    session.submit({
      id,
      condition: parseCondition(condition),
      jobs: 1,
      runs: times,
      ms: null,
      learnt: { horizon: 20, spanUs: 4000 },
      replay: { run: 1, seed: mixSeed('5eed000000000000', id), haltAt: null },
    });
  next(1);
  for await (const record of session.records) {
    if (record.type === 'class') endings.set(record.id, JSON.stringify(record.outcome.ending));
    if (record.type === 'class') note(outcomes, record.batch, record.id);
    if (record.type === 'tally') note(outcomes, record.batch, record.class);
    if (record.type === 'trace') note(schedules, record.batch, record.schedule);
    if (record.type === 'batch-end' && record.id < seeds) next(record.id + 1);
    if (record.type === 'batch-end' && record.id === seeds) session.stop(0);
  }
  const alike = (map) => [...map.values()].filter((values) => values.size === 1).length;
  const failing = [...outcomes.values()].filter((values) =>
    [...values].some((id) => !endings.get(id).includes('"code":0')),
  );
  print(`${condition}, ${seeds} seeds x ${times}, uid ${process.getuid()}:`);
  print(`  same outcome   ${share(alike(outcomes))}`);
  print(`  same schedule  ${share(alike(schedules))}`);
  print(`  ${failing.length} of the seeds fail`);
}

function note(map, key, value) {
  if (!map.has(key)) map.set(key, new Set());
  map.get(key).add(value);
}

function share(alike) {
  const { low, high } = rateInterval(alike, seeds);
  return `${alike} of ${seeds}, ${((100 * alike) / seeds).toFixed(1)} % [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`;
}

function flakehunt(...args) {
  const { stdout } = spawnSync(process.execPath, [join(root, 'bin/flakehunt.js'), ...args], {
    encoding: 'utf8',
    env: { ...process.env, XDG_STATE_HOME: join(work, 'state'), NO_COLOR: '1' },
  });
  return stdout;
}

/** The bundled tree's test, built. */
function testPath() {
  const named = option('program');
  if (named !== undefined) return named;
  return JSON.parse(flakehunt('run', 'msg-ring.t', '--tree', 'lab', '--strategy', 'plain', '--loops', '1', '--json'))
    .argv[0];
}

async function supervisorPath() {
  const { path } = await ensureSupervisor(findPaths(process.env, process.cwd(), root), process.env);
  return path;
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
