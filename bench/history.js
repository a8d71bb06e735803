// `npm run bench:history [-- --tests N] [-- --nights N] [-- --flaky SHARE]`: what a past of so many nights costs whoever asks
// it. Logs of a seeded simulated suite under two conditions are laid into a state folder of their own, then the real commands
// are run on them, each beside `flakehunt --version`, the time that starting takes.
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { simulateNights } from '../dist/search/night/simulated-nights.js';
import { mixSeed, seededUniform } from '../dist/stats/random.js';
import { sampleNightHeader } from './build/store/sample-night.js';
import { timed } from './measure.js';

const { values } = parseArgs({
  options: {
    tests: { type: 'string', default: '256' },
    nights: { type: 'string', default: '90' },
    flaky: { type: 'string', default: '0.1' },
    seed: { type: 'string', default: '00000000000f1a4e' },
  },
});
const state = mkdtempSync(join(tmpdir(), 'flakehunt-bench-'));
const env = { ...process.env, XDG_STATE_HOME: state };
try {
  const last = layNights(join(state, 'flakehunt', 'nights'));
  const bundle = join(state, 'bundle');
  const page = join(state, 'page.html');
  process.stdout.write(
    `${values.nights} nights of ${values.tests} tests under 2 conditions, ${100 * Number(values.flaky)} % of them flaky\n`,
  );
  await told('flakehunt --version', ['--version']);
  await told('history rebuild', ['history', 'rebuild']);
  await told('history', ['history']);
  await told('history TEST', ['history', 't0']);
  await told('history NIGHT', ['history', last]);
  await told('report NIGHT --html', ['report', last, '--html', page], page);
  await told('history export', ['history', 'export', bundle], bundle);
} finally {
  rmSync(state, { recursive: true });
}

/** @returns id of the last night */
function layNights(folder) {
  const suite = {
    ...{ tests: Number(values.tests), flaky: Number(values.flaky), runs: { least: 20, most: 2000 } },
    ...{ drift: { machine: 0.2, test: 0.3 }, persistence: 0.6 },
  };
  const nights = simulateNights(suite, seededUniform(mixSeed(values.seed, 0)));
  const first = Date.UTC(2026, 0, 1, 3);
  let id = '';
  for (let night = 0; night < Number(values.nights); night++) {
    const { cells } = nights.next().value;
    const t = first + 86_400_000 * night;
    const started = new Date(t).toISOString();
    id = `${started.slice(2, 10).replaceAll('-', '')}-night-suite-${String(night).padStart(4, '0')}`;
    const tests = [...new Set(cells.map(({ test }) => test))];
    const conditions = [...new Set(cells.map(({ condition }) => condition))];
    const header = sampleNightHeader({ id, started, suite: 'suite', tests, conditions });
    header.revision = { ...header.revision, commit: String(night).padStart(40, '0') };
    const events = [
      { type: 'night', v: 1, t, header },
      { type: 'session', t },
      ...cells.map((cell) => ({ type: 'cell', t, cell: { ...cell, elapsedMs: 2000 } })),
      { type: 'end', t: t + 1_200_000, reason: 'time', exitCode: 0 },
    ];
    mkdirSync(join(folder, id), { recursive: true });
    writeFileSync(join(folder, id, 'events.ndjson'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  }
  return id;
}

async function told(name, words, file) {
  const { seconds, code } = await timed([process.execPath, 'bin/flakehunt.js', ...words], { env });
  if (code !== 0) throw new Error(`flakehunt ${words.join(' ')} ended with ${code}`);
  const size = file === undefined ? '' : `, ${(statSync(file).size / 1e6).toFixed(2)} MB`;
  process.stdout.write(`  ${name.padEnd(22)} ${seconds.toFixed(2).padStart(6)} s${size}\n`);
}
