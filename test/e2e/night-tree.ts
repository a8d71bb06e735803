import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { NightCell, NightHeader, NightReport } from '../../src/model/night.ts';
import { commitAll, git } from './coin-history.ts';
import type { Bench, CallOptions } from './flakehunt.ts';

/** How often each test of a tree fails: every n-th run, or never; `broken`: it does not build; `hangs`: every 20th run does. */
export type Tests = Record<string, number | 'never' | 'broken' | 'hangs'>;

/** What `nightly --json` prints, as far as it is looked at here. */
export type NightDocument = Omit<NightReport, 'header' | 'trend' | 'signatures'> &
  NightHeader & { kind: string; exitCode: number };

const config = (more: string) => `suites:
  coins:
    build:
      test-steps:
        - [sh, build.sh, '{test}']
      artifact: out/{test}
    tests:
      glob: tests/*.sh
    limit: 5s
    serial: [zeta]
${more}`;
const build = [
  'grep -q broken tests/$1.sh && { echo "$1.c:1: error: no" >&2; exit 1; }',
  'mkdir -p out && cp tests/$1.sh out/$1 && chmod +x out/$1',
].join('\n');

/** Lays down, or commits on top of it, a tree of such tests; gives back the commit. */
export async function layTests(place: Bench, tests: Tests, more = ''): Promise<string> {
  const tree = join(place.dir, 'tree');
  const isNew = !existsSync(tree);
  mkdirSync(join(tree, 'tests'), { recursive: true });
  if (isNew) await git(tree, 'init', '-q', '-b', 'main');
  writeFileSync(join(place.dir, 'flakehunt.config.yaml'), config(more));
  writeFileSync(join(tree, 'build.sh'), build);
  for (const [name, every] of Object.entries(tests)) writeFileSync(join(tree, `tests/${name}.sh`), script(name, every));
  await commitAll(tree, JSON.stringify(tests));
  return await git(tree, 'rev-parse', 'HEAD');
}

function script(name: string, every: Tests[string]): string {
  if (every === 'broken') return '#!/bin/sh\n# broken\n';
  if (every === 'hangs') return '#!/bin/sh\n[ $((FLAKEHUNT_RUN % 20)) -eq 0 ] && exec sleep 60\nexit 0\n';
  if (every === 'never') return '#!/bin/sh\nexit 0\n';
  return `#!/bin/sh\n[ $((FLAKEHUNT_RUN % ${every})) -eq 0 ] && { echo "${name} failed" >&2; exit 1; }\nexit 0\n`;
}

const usual = ['--tree', 'tree', '--suite', 'coins', '--condition', 'plain', '--overload', 'count', '--json'];

/** Hunts a night; other machines' loads are none of a test's business. */
export async function nightly(
  place: Bench,
  args: string[],
  options: CallOptions = {},
): Promise<{ code: number | undefined; err: string; night: NightDocument }> {
  const { code, out, err } = await place.run(['nightly', ...usual, ...args], options);
  expect(out, err).not.toBe('');
  return { code, err, night: JSON.parse(out) as NightDocument };
}

/** By test, as `verdict`. */
export function verdicts({ verdicts: all }: NightDocument): Record<string, string> {
  return Object.fromEntries(all.map(({ test, verdict }) => [test, verdict]));
}

export function runsOf({ counts }: NightCell): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Folders of the nights that the place has. */
export function nightFolders({ dir }: Bench): string[] {
  const folder = join(dir, 'state/flakehunt/nights');
  return existsSync(folder)
    ? readdirSync(folder)
        .sort()
        .map((name) => join(folder, name))
    : [];
}
