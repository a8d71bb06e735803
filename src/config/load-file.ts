import { dirname, relative, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import type { Quarantine } from '../model/night.ts';
import type { NamedCondition, RunDefaults } from '../model/settings.ts';
import type { Suite } from '../model/suite.ts';
import { didYouMean } from '../nearest.ts';
import { chooseStrategy } from '../perturb/strategy.ts';
import { parseTreeSpec } from '../source/tree-spec.ts';
import { builtInSuites } from '../suites/index.ts';
import { fileSchema } from './file-schema.ts';
import { type Path, type Problem, parseLocated } from './located-yaml.ts';
import { ownSuites } from './own-suites.ts';
import { runKeys } from './run-keys.ts';
import { type Complaint, check } from './schema-parts.ts';
import { contradiction, partsOf } from './strategy-layers.ts';

export interface ConfiguredSettings {
  run: Partial<RunDefaults>;
  suites: Suite[];
  conditions: NamedCondition[];
  quarantine: Quarantine[];
}

/** More would scroll the first, which is the one to begin with, off the screen. */
const SHOWN_PROBLEMS = 20;

/**
 * Reads the text of the configuration file `file`; messages name it relative to `cwd` when it lies below.
 * Throws UsageError that lists every problem, each as `file:line:column: key: what`.
 */
export function parseConfigFile(text: string, file: string, cwd: string): ConfiguredSettings {
  const { value, problems, locate } = parseLocated(text);
  const fail = (found: readonly Problem[]) => new UsageError(problemText(found, shownPath(file, cwd)));
  if (problems.length > 0) throw fail(problems);
  const place = (complaints: readonly Complaint[]) =>
    complaints.map((complaint) => ({ ...complaint, ...locate(complaint.path) }));
  const checked = check(fileSchema, value ?? {});
  if (Array.isArray(checked)) throw fail(place(checked));
  const suites = ownSuites(checked.suites ?? {}, dirname(file));
  const run = runDefaults(checked.run ?? {}, dirname(file));
  const conditions = checked.conditions ?? [];
  const complaints = [...unknownSuite(run.suite, suites), ...strategyComplaints(run, conditions)];
  if (complaints.length > 0) throw fail(place(complaints));
  return { run, suites, conditions, quarantine: checked.quarantine ?? [] };
}

function runDefaults(given: Record<string, unknown>, folder: string): Partial<RunDefaults> {
  const entries = Object.entries(runKeys).flatMap(([field, { key }]) =>
    given[key] === undefined ? [] : [[field, given[key]] as const],
  );
  const run: Partial<RunDefaults> = Object.fromEntries(entries);
  if (typeof run.tree === 'string') run.tree = fromFolder(run.tree, folder);
  return run;
}

/** A path in the file is meant from the file's folder, wherever flakehunt is called. */
function fromFolder(tree: string, folder: string): string {
  return parseTreeSpec(tree).kind === 'path' ? resolve(folder, tree) : tree;
}

function unknownSuite(name: string | null | undefined, suites: readonly Suite[]): Complaint[] {
  if (name === undefined || name === null) return [];
  const names = [...suites, ...builtInSuites].map((suite) => suite.name);
  if (names.includes(name)) return [];
  const guess = didYouMean(name, names) || `; the suites are ${names.join(', ')}`;
  return [{ path: ['run', 'suite'], message: `"${name}" is not a suite${guess}` }];
}

function strategyComplaints(run: Partial<RunDefaults>, own: readonly NamedCondition[]): Complaint[] {
  const both = contradiction(run, (key) => key);
  if (both !== null) return [{ path: ['run', 'strategy'], message: both }];
  const { strategy = null } = run;
  try {
    chooseStrategy({ strategy, parts: partsOf(run) }, { own, quota: false, preempt: false, boundsRate: false });
    return [];
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return [{ path: strategy === null ? ['run'] : ['run', 'strategy'], message: error.message }];
  }
}

function problemText(problems: readonly Problem[], file: string): string {
  const sorted = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
  const lines = sorted.slice(0, SHOWN_PROBLEMS).map(({ line, column, path, message }) => {
    const key = keyText(path);
    return `${file}:${line}:${column}: ${key === '' ? '' : `${key}: `}${message}`;
  });
  if (lines.length === 1) return lines.join('');
  const more = sorted.length - lines.length;
  return [`${sorted.length} problems in the configuration:`, ...lines, ...(more > 0 ? [`and ${more} more`] : [])].join(
    '\n',
  );
}

/** `suites.mine.failure-patterns[0]` */
function keyText(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}

function shownPath(file: string, cwd: string): string {
  const below = relative(cwd, file);
  return below.startsWith('..') ? file : below;
}
