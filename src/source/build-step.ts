import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { copyFile, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
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
  /** Laid over the variables of every step; the log goes on where a try without them left it. Null: the plain build. */
  again: { why: string; env: Record<string, string> } | null;
  /** Niceness, and number of compile jobs; without them as any other process, and one for each CPU. */
  nice?: number | undefined;
  jobs?: number | undefined;
}

/** A build that ended by itself, with files in a state that make understands; any other end leaves half-written ones. */
export class StepFailure extends BuildError {
  /** The log has a complaint of a compiler or linker. */
  readonly compiling: boolean;

  constructor(message: string, logPath: string, compiling: boolean) {
    super(message, logPath);
    this.compiling = compiling;
  }
}

const minuteMs = 60_000;
const defaultLimits = { silenceMs: 10 * minuteMs, totalMs: 30 * minuteMs };

/**
 * Runs build steps one after the other; their output goes to the log.
 * @throws StepFailure when a command fails; BuildError when it hangs; EnvironmentError when a tool is missing or the disk
 *   is full; the signal's reason when aborted.
 */
export async function runSteps(steps: readonly BuildStep[], place: StepPlace, context: SourceContext): Promise<void> {
  const { again, nice } = place;
  const limits = context.buildLimits ?? defaultLimits;
  const deadline = performance.now() + limits.totalMs;
  const output = openSync(place.log, again === null ? 'w' : 'a');
  try {
    if (again !== null) writeSync(output, `# with flags for ${again.why}\n`);
    for (const step of steps) {
      const { argv, cwd, env } = fill(step, place);
      context.progress(`building ${place.what}: ${shown(argv)}`);
      writeSync(output, `$ ${shown(argv)}\n`);
      const { ending } = await runChild(argv, {
        cwd: join(place.tree, cwd),
        env: { ...place.env, ...env, ...again?.env },
        signal: context.signal,
        output,
        silenceMs: limits.silenceMs,
        limitMs: Math.max(1, deadline - performance.now()),
        ...(nice === undefined ? {} : { nice }),
      });
      if (ending.kind !== 'exit' || ending.code !== 0) throw await failure(argv, ending, place, context);
    }
  } finally {
    closeSync(output);
  }
}

/** Puts the test's stem and the number of compile jobs (at most the CPUs this process may use) into a step. */
function fill(step: BuildStep, { test, jobs = Number.POSITIVE_INFINITY }: StepPlace): BuildStep {
  const parallel = String(Math.max(1, Math.min(jobs, availableParallelism())));
  const values: Record<string, string> = { jobs: parallel, ...(test === null ? {} : { test }) };
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
    `${place.what} does not build: \`${shown(argv)}\` ${endingText(ending, context.buildLimits ?? defaultLimits)}.`,
    ...lines.map((line) => `  ${line}`),
    `Whole log: ${kept}`,
  ].join('\n');
  return ending.kind === 'exit'
    ? new StepFailure(message, kept, await hasCompileError(kept))
    : new BuildError(message, kept);
}

/** As gcc, clang and their linkers word it under LC_ALL=C; make's own `Error 1` follows whatever fails. */
async function hasCompileError(log: string): Promise<boolean> {
  return /(?:^|\s)(?:fatal )?error: /m.test(await readFile(log, 'utf8'));
}

function endingText(ending: ChildResult['ending'], limits: typeof defaultLimits): string {
  switch (ending.kind) {
    case 'exit':
      return `ended with exit code ${ending.code}`;
    case 'signal':
      return `was killed by ${ending.name}`;
    case 'timeout':
      return ending.after === 'silence'
        ? `printed nothing for ${duration(limits.silenceMs)} and was ended`
        : `was ended, for it took longer than the ${duration(limits.totalMs)} that a build may take`;
    case 'spawn':
      return ending.code === 'ENOENT' ? 'is not in the tree' : `cannot be started (${ending.code})`;
  }
}

function duration(ms: number): string {
  return ms < minuteMs ? `${ms / 1000} s` : `${Math.round(ms / minuteMs)} minutes`;
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
