import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = dirname(fileURLToPath(import.meta.url));

/** Floors of the house; imports point down only. */
const floors: Record<string, number> = {
  model: 0,
  stats: 1,
  oracle: 1,
  perturb: 1,
  search: 1,
  replay: 1,
  explain: 1,
  report: 1,
  suites: 1,
  source: 2,
  exec: 2,
  kernel: 2,
  store: 2,
  hunt: 3,
  commands: 4,
  config: 4,
};
const edge = new Set(['main.ts', 'cli.ts']);
/** Words that every floor uses. */
const common = new Set(['errors.ts', 'make-folders.ts', 'nearest.ts', 'process-identity.ts']);
const mayUseStats = new Set(['search', 'explain', 'report']);

describe('the house', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !/(?:^|\/)sample-/.test(file),
  );

  it('has a floor for every room', () => {
    const rooms = new Set(files.filter((file) => file.includes('/')).map(room));
    expect([...rooms].filter((name) => floors[name] === undefined && name !== 'native')).toEqual([]);
  });

  it('imports downwards only, and no room imports another of its floor', () => {
    expect(
      files.flatMap((file) =>
        imports(file)
          .filter((target) => !allowed(file, target))
          .map((t) => `${file} -> ${t}`),
      ),
    ).toEqual([]);
  });

  it.each([
    ['chalk', ['report/style.ts']],
    ['cli-progress', ['report/progress.ts']],
  ])('%s lives in one file', (name, homes) => {
    expect(files.filter((file) => read(file).includes(`'${name}'`))).toEqual(homes);
  });

  it('reads the process environment and working folder at the edge only', () => {
    const readers = files.filter((file) => /process\.(env|cwd|exit|exitCode)\b/.test(read(file)));
    expect(readers).toEqual(['main.ts']);
  });
});

function room(file: string): string {
  return file.split('/')[0] ?? '';
}

function read(file: string): string {
  return readFileSync(join(src, file), 'utf8');
}

/** Relative imports of a file, static and dynamic, as paths below src. */
function imports(file: string): string[] {
  const found = read(file).matchAll(/(?:from|import\()\s*'(\.[^']+)'/g);
  return [...found].map((match) => relative(src, join(src, dirname(file), match[1] ?? '')));
}

function allowed(file: string, target: string): boolean {
  if (edge.has(file) || common.has(target)) return true;
  const [from, to] = [room(file), room(target)];
  if (from === to) return true;
  const [fromFloor, toFloor] = [floors[from] ?? 0, floors[to] ?? 99];
  return toFloor < fromFloor || (to === 'stats' && mayUseStats.has(from)) || (from === 'commands' && to === 'config');
}
