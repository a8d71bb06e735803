import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Bench } from './flakehunt.ts';

/** What a commit of a small history is like: the test fails every third time, never, is not there, or its build does not come to an end well. */
export type CoinCommit = 'fails' | 'passes' | 'no test' | 'does not build' | 'builds for ever';

const config = `suites:
  coins:
    build:
      test-steps:
        - [sh, build.sh, '{test}']
      artifact: out/{test}
    tests:
      glob: tests/*.sh
    limit: 2s
`;
const build = 'mkdir -p out && cp tests/$1.sh out/$1 && chmod +x out/$1\n';
const coin = (every: number) =>
  `#!/bin/sh\n[ $((FLAKEHUNT_RUN % ${every})) -eq 0 ] && { echo "coin failed" >&2; exit 1; }\nexit 0\n`;
const neverTrue = 1_000_000_000;

/** Lays down a history of the test `coin` in the place's folder `tree`, with tags c1, c2 and so on. */
export async function layCoins(place: Bench, commits: readonly CoinCommit[]): Promise<string> {
  const tree = join(place.dir, 'tree');
  writeFileSync(join(place.dir, 'flakehunt.config.yaml'), config);
  rmSync(tree, { recursive: true, force: true });
  mkdirSync(join(tree, 'tests'), { recursive: true });
  await git(tree, 'init', '-q', '-b', 'main');
  for (const [at, commit] of commits.entries()) {
    writeFileSync(join(tree, 'tests/other.sh'), `# ${at}\n`);
    if (commit === 'no test') rmSync(join(tree, 'tests/coin.sh'), { force: true });
    else writeFileSync(join(tree, 'tests/coin.sh'), `${coin(commit === 'fails' ? 3 : neverTrue)}# ${at}\n`);
    writeFileSync(join(tree, 'build.sh'), commit === 'does not build' ? 'echo coin.c: error: no >&2; exit 1\n' : build);
    if (commit === 'builds for ever') writeFileSync(join(tree, 'build.sh'), 'sleep 1000\n');
    await commitAll(tree, `c${at + 1}: ${commit}`);
    await git(tree, 'tag', `c${at + 1}`);
  }
  return tree;
}

export async function commitAll(tree: string, message: string): Promise<void> {
  await git(tree, 'add', '-A');
  await git(tree, 'commit', '-q', '--allow-empty', '-m', message);
}

const someone = {
  ...{
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@x.example',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@x.example',
  },
  ...{ GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
};

export async function git(tree: string, ...args: string[]): Promise<string> {
  return (await execa('git', args, { cwd: tree, env: someone })).stdout;
}
