import { mkdir, mkdtemp, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { Suite } from '../model/suite.ts';
import type { SourceContext } from './context.ts';

/** For tests: a small liburing-like tree of our own, and the means to lay it down with real git. */

/** Files by path; a value is the content. */
export type Files = Record<string, string>;

/** Configure writes its absolute path into what it makes, as real ones do. */
export const sampleFiles: Files = {
  configure: '#!/bin/sh\necho "root=$PWD" > config.mak\necho configured >> steps\n',
  'src/include/liburing.h': '#define ANSWER 0\n',
  'src/Makefile': 'all:\n\techo library >> ../steps\n',
  'test/Makefile': [
    'include ../config.mak',
    'test_srcs := \\\n\talpha.c \\\n\tbeta.c \\\n\t# EOL',
    'ifdef CONFIG_X',
    '\ttest_srcs += gamma.c',
    'endif',
    '%.t: %.c',
    '\t$(CC) -I$(root)/src/include -o $@ $<',
    '\techo $@ >> ../steps',
    '',
  ].join('\n'),
  'test/alpha.c': '#include "liburing.h"\nint main(void) { return ANSWER; }\n',
  'test/beta.c': '#include "liburing.h"\nint main(void) { return ANSWER + 1; }\n',
  'test/gamma.c': 'int main(void) { return missing; }\n',
  README: 'read me\n',
};

export const sampleSuite: Suite = {
  name: 'sample',
  build: {
    version: 1,
    irrelevant: ['README', 'docs/'],
    base: [
      { argv: ['sh', './configure'], cwd: '.', env: {} },
      { argv: ['make', '-s', '-j{jobs}', '-C', 'src'], cwd: '.', env: {} },
    ],
    test: [{ argv: ['make', '-s', '{test}.t'], cwd: 'test', env: {} }],
    artifact: 'test/{test}.t',
  },
  discovery: { kind: 'make-variable', file: 'test/Makefile', variable: 'test_srcs' },
  command: ['{artifact}'],
  cwd: 'scratch',
  env: {},
  limitMs: 1000,
  judge: { passCodes: [0], skipCodes: [77], failurePatterns: [], ignorePatterns: [], invalidPatterns: [] },
  nameForms: { prefixes: ['test/'], suffixes: ['.t', '.c'] },
};

export interface SampleContext extends SourceContext {
  /** A folder of the test's own; `cache`, `state` and the working folder `cwd` lie in it. */
  root: string;
  notes: string[];
  steps: string[];
}

/** A context in a new temporary folder. `env` is laid over PATH and HOME. */
export async function sampleContext(path: string, env: Record<string, string> = {}): Promise<SampleContext> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'flakehunt-source-')));
  const place = (name: string) => join(root, name);
  for (const name of ['home', 'cwd', 'package']) await mkdir(place(name));
  const paths = { cache: place('cache'), state: place('state'), cwd: place('cwd'), packageRoot: place('package') };
  const notes: string[] = [];
  const steps: string[] = [];
  return {
    root,
    paths,
    notes,
    steps,
    env: { PATH: path, HOME: place('home'), ...env },
    signal: new AbortController().signal,
    progress: (text) => void steps.push(text),
    note: (text) => void notes.push(text),
  };
}

/** Git with a fixed author and clock, and nothing of the user's configuration. */
export async function sampleGit(cwd: string, ...args: string[]): Promise<string> {
  const date = '2024-04-20T12:00:00+00:00';
  const who = { NAME: 'Sam Sample', EMAIL: 'sam@example.org', DATE: date };
  const env = Object.fromEntries(
    Object.entries(who).flatMap(([key, value]) => [
      [`GIT_AUTHOR_${key}`, value],
      [`GIT_COMMITTER_${key}`, value],
    ]),
  );
  const settings = ['-c', 'init.defaultBranch=main', '-c', 'protocol.file.allow=always'];
  const nobody = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' };
  const { stdout } = await execa('git', [...settings, ...args], { cwd, env: { ...env, ...nobody } });
  return stdout;
}

export async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** A repository with the sample tree as its first commit, tagged `v1`; a second commit changes the README only. */
export async function sampleRepository(folder: string, files: Files = sampleFiles): Promise<string> {
  await mkdir(folder, { recursive: true });
  await sampleGit(folder, 'init', '--quiet');
  await commitFiles(folder, 'first', files);
  await sampleGit(folder, 'tag', 'v1');
  await commitFiles(folder, 'explain more', { README: 'read me twice\n' });
  return folder;
}

export async function commitFiles(folder: string, message: string, files: Files): Promise<void> {
  await writeFiles(folder, files);
  await sampleGit(folder, 'add', '--all');
  await sampleGit(folder, 'commit', '--quiet', '--allow-empty', '-m', message);
}
