import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { BuildError } from '../errors.ts';
import { makeFolders } from '../make-folders.ts';
import type { BuildStep } from '../model/suite.ts';
import { missingTool } from './build-tools.ts';
import { cacheErrorFromText, fullDiskError } from './cache-error.ts';
import { cacheLayout } from './cache-layout.ts';
import { type ChildResult, runChild } from './child.ts';
import type { SourceContext } from './context.ts';

/** Where steps run and what they are about. */
export interface StepPlace {
  /** Top of the tree that is built. */
  tree: string;
  log: string;
  env: Record<string, string>;
  /** Stem of the test, or null for the base steps. */
  test: string | null;
  /** The revision, for messages. */
  what: string;
  /** Folder name of the log that is kept when a step fails. */
  key: string;
}

/** A build that ended by itself, with files in a state that make understands; any other end leaves half-written ones. */
export class StepFailure extends BuildError {}

/**
 * Runs build steps one after the other; their output goes to the log.
 * @throws StepFailure when a command fails; EnvironmentError when a tool is missing or the disk is full; the signal's
 *   reason when aborted.
 */
export async function runSteps(steps: readonly BuildStep[], place: StepPlace, context: SourceContext): Promise<void> {
  const output = openSync(place.log, 'w');
  try {
    for (const step of steps) {
      const { argv, cwd, env } = fill(step, place);
      context.progress(`building ${place.what}: ${shown(argv)}`);
      writeSync(output, `$ ${shown(argv)}\n`);
      const options = { cwd: join(place.tree, cwd), env: { ...place.env, ...env }, signal: context.signal, output };
      const { ending } = await runChild(argv, options);
      if (ending.kind !== 'exit' || ending.code !== 0) throw await failure(argv, ending, place, context);
    }
  } finally {
    closeSync(output);
  }
}

/** Puts the test's stem and the number of compile jobs (the CPUs this process may use) into a step. */
function fill(step: BuildStep, { test }: StepPlace): BuildStep {
  const values: Record<string, string> = { jobs: String(availableParallelism()), ...(test === null ? {} : { test }) };
  const put = (text: string) => text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  const env = Object.fromEntries(Object.entries(step.env).map(([name, value]) => [name, put(value)]));
  return { argv: step.argv.map(put), cwd: put(step.cwd), env };
}

/** As one would type it. */
function shown(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}

async function failure(
  argv: readonly string[],
  ending: ChildResult['ending'],
  place: StepPlace,
  context: SourceContext,
): Promise<Error> {
  const [command = ''] = argv;
  if (ending.kind === 'spawn' && !command.includes('/')) return missingTool(command, place.what, ending.code);
  const lines = lastLines(place.log);
  const full = cacheErrorFromText(context.paths.cache, lines.join('\n')) ?? (await fullDiskError(place.tree));
  if (full !== null) return full;
  const kept = await keepLog(place, context);
  const message = [
    `${place.what} does not build: \`${shown(argv)}\` ${endingText(ending)}.`,
    ...lines.map((line) => `  ${line}`),
    `Whole log: ${kept}`,
  ].join('\n');
  return ending.kind === 'exit' ? new StepFailure(message, kept) : new BuildError(message, kept);
}

function endingText(ending: ChildResult['ending']): string {
  switch (ending.kind) {
    case 'exit':
      return `ended with exit code ${ending.code}`;
    case 'signal':
      return `was killed by ${ending.name}`;
    case 'timeout':
      return 'took too long';
    case 'spawn':
      return ending.code === 'ENOENT' ? 'is not in the tree' : `cannot be started (${ending.code})`;
  }
}

/** Enough to see the compiler's complaint and make's. */
const shownLines = 15;

function lastLines(log: string): string[] {
  return stripVTControlCharacters(readFileSync(log, 'utf8'))
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-shownLines)
    .map((line) => line.replaceAll(/\p{Cc}/gu, ' ').slice(0, 300));
}

/** The build's folder goes, or is built again; the log of a failure stays. */
async function keepLog({ log, key }: StepPlace, context: SourceContext): Promise<string> {
  const kept = join(cacheLayout(context.paths).logs, `${key}-${basename(log)}`);
  makeFolders(dirname(kept));
  await copyFile(log, kept);
  return kept;
}
