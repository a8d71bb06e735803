/*
 * How often `flakehunt explain` is right, on programs of which it is known why they fail (fixtures/racy). Prints a table and
 * writes bench-explain.json. Needs `npm run build`, cc and binutils.
 *
 *   npm run bench:explain -- [--seeds N] [--only NAME,...]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { execa } from 'execa';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const racy = join(root, 'fixtures', 'racy');
const { values } = parseArgs({ options: { seeds: { type: 'string', default: '20' }, only: { type: 'string' } } });
const only = values.only?.split(',') ?? null;
const dir = mkdtempSync(join(tmpdir(), 'flakehunt-explain-'));

try {
  await main();
} finally {
  rmSync(dir, { recursive: true, force: true });
}

async function main() {
  const { programs } = JSON.parse(readFileSync(join(racy, 'truth.json'), 'utf8'));
  const rows = [];
  print(row('program', 'kind', 'right', 'none', 'FALSE', 'seconds'));
  for (const { name, kind, needsIoUring = false } of programs) {
    if (only !== null && !only.includes(name)) continue;
    const source = join(racy, `${name}.c`);
    const program = join(dir, name);
    execFileSync('cc', ['-std=gnu11', '-g', '-O1', '-pthread', '-o', program, source]);
    const counts = { right: 0, none: 0, false: 0, seconds: 0 };
    const causes = {};
    for (let seed = 1; seed <= Number(values.seeds); seed++) {
      const began = performance.now();
      const { cause, failure } = await explained(program, seed);
      counts.seconds += (performance.now() - began) / 1000 / Number(values.seeds);
      const verdict = cause === null ? 'none' : isTrue(cause, kind, source) ? 'right' : 'false';
      counts[verdict]++;
      const said = cause?.sentence ?? (failure === null ? 'it did not fail' : 'no cause');
      causes[said] = (causes[said] ?? 0) + 1;
    }
    rows.push({ name, kind, needsIoUring, ...counts, causes });
    print(row(name, kind, counts.right, counts.none, counts.false, counts.seconds.toFixed(1)));
  }
  writeFileSync('bench-explain.json', `${JSON.stringify({ seeds: Number(values.seeds), rows }, null, 2)}\n`);
}

async function explained(program, seed) {
  const argv = [join(root, 'bin', 'flakehunt.js'), 'explain', '--json', '--seed', seed.toString(16), '--', program];
  const env = { XDG_STATE_HOME: join(dir, 'state') };
  const { stdout, exitCode, stderr } = await execa(process.execPath, argv, { cwd: dir, env, reject: false });
  if (exitCode !== 0 && exitCode !== 5) throw new Error(`${program}, seed ${seed}: exit code ${exitCode}\n${stderr}`);
  return JSON.parse(stdout);
}

/** Whether both points are on lines that the source marks. */
function isTrue({ first, second }, kind, source) {
  const lines = readFileSync(source, 'utf8').split('\n');
  const marked = (point, mark) =>
    point.frames.some(({ file, line }) => file === source && lines[line - 1]?.includes(`/* ${mark} */`));
  if (kind === 'none') return false;
  if (lines.some((line) => line.includes('/* either */'))) return marked(first, 'either') && marked(second, 'either');
  return (
    (marked(first, 'first') && marked(second, 'second')) ||
    (kind === 'interleaving' && marked(first, 'second') && marked(second, 'first'))
  );
}

function row(name, kind, ...figures) {
  return `${name.padEnd(18)}${kind.padEnd(14)}${figures.map((figure) => `${figure}`.padStart(8)).join('')}`;
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
