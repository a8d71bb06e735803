import { resolve } from 'node:path';
import type { BuildRecipe, BuildStep, Suite, TestDiscovery } from '../model/suite.ts';
import { didYouMean } from '../nearest.ts';
import { builtInSuites, findSuite } from '../suites/index.ts';
import type { DescribedSuite } from './file-schema.ts';
import { misplacedPlaceholders } from './placeholders.ts';
import type { Complaint } from './schema-parts.ts';

/** The file's suites made whole, `folder` being the file's; a suite with complaints is left out. */
export function ownSuites(
  described: Record<string, DescribedSuite>,
  folder: string,
): { suites: Suite[]; complaints: Complaint[] } {
  const results = Object.entries(described).map(([name, description]) => {
    const base = baseOf(description);
    const complaints = [
      ...nameComplaints(name),
      ...(base === null ? [unknownBase(String(description.extends))] : missingParts(description, base)),
      ...misplacedPlaceholders(description),
    ].map(({ path, message }) => ({ path: ['suites', name, ...path], message }));
    return { complaints, suite: base === null ? null : complete(name, description, base, folder) };
  });
  return {
    suites: results.flatMap(({ suite, complaints }) => (suite !== null && complaints.length === 0 ? [suite] : [])),
    complaints: results.flatMap(({ complaints }) => complaints),
  };
}

/** What a suite is without a word about it: runs in a scratch folder, and judged like any command. */
function blankSuite(): Suite {
  return { ...findSuite('command', []), cwd: 'scratch' };
}

function baseOf({ extends: name }: DescribedSuite): Suite | null {
  if (name === undefined) return blankSuite();
  return builtInSuites.find((suite) => suite.name === name) ?? null;
}

function nameComplaints(name: string): Complaint[] {
  if (builtInSuites.some((suite) => suite.name === name)) {
    const message = `"${name}" is built in; give yours another name, with \`extends: ${name}\` to change parts of it`;
    return [{ path: [], message }];
  }
  if (/^\w[\w.-]*$/.test(name)) return [];
  return [{ path: [], message: 'is no name of a suite; use letters, digits, "-", "_" and "."' }];
}

function unknownBase(name: string): Complaint {
  const names = builtInSuites.map((suite) => suite.name);
  const guess = didYouMean(name, names) || `; they are ${names.join(', ')}`;
  return { path: ['extends'], message: `"${name}" is not a built-in suite${guess}` };
}

function missingParts({ build, command }: DescribedSuite, base: Suite): Complaint[] {
  const complaints: Complaint[] = [];
  if (build !== undefined && build.artifact === undefined && base.build === null) {
    complaints.push({
      path: ['build', 'artifact'],
      message: 'is missing; it is the path of the built test, like test/{test}.t',
    });
  }
  const hasBuild = build !== undefined || base.build !== null;
  if (command === undefined && base.command.length === 0 && !hasBuild) {
    complaints.push({ path: ['command'], message: 'is missing; it is the command that runs a test, as a list' });
  }
  if (!hasBuild && command?.some((argument) => argument.includes('{artifact}'))) {
    complaints.push({ path: ['command'], message: 'uses {artifact}, which needs a build' });
  }
  return complaints;
}

function complete(name: string, given: DescribedSuite, base: Suite, folder: string): Suite {
  const build = given.build === undefined ? base.build : recipe(given.build, base.build);
  const inherited = base.command.length > 0 || build === null ? base.command : ['{artifact}'];
  return {
    name,
    build,
    discovery: given.tests === undefined ? base.discovery : discovery(given.tests),
    command: given.command ?? inherited,
    cwd: given.cwd === undefined ? base.cwd : workingFolder(given.cwd, folder),
    env: { ...base.env, ...given.env },
    limitMs: given.limit ?? base.limitMs,
    judge: {
      passCodes: given['pass-codes'] ?? base.judge.passCodes,
      skipCodes: given['skip-codes'] ?? base.judge.skipCodes,
      failurePatterns: given['failure-patterns'] ?? base.judge.failurePatterns,
      ignorePatterns: given['ignore-patterns'] ?? base.judge.ignorePatterns,
      invalidPatterns: given['invalid-patterns'] ?? base.judge.invalidPatterns,
    },
    nameForms: {
      prefixes: longestFirst(given['test-prefixes'] ?? base.nameForms.prefixes),
      suffixes: longestFirst(given['test-suffixes'] ?? base.nameForms.suffixes),
    },
  };
}

function recipe(given: NonNullable<DescribedSuite['build']>, base: BuildRecipe | null): BuildRecipe {
  return {
    version: base?.version ?? 1,
    irrelevant: given.irrelevant ?? base?.irrelevant ?? [],
    base: given.steps?.map(buildStep) ?? base?.base ?? [],
    test: given['test-steps']?.map(buildStep) ?? base?.test ?? [],
    artifact: given.artifact ?? base?.artifact ?? '',
  };
}

function buildStep(step: NonNullable<NonNullable<DescribedSuite['build']>['steps']>[number]): BuildStep {
  if (Array.isArray(step)) return { argv: step, cwd: '.', env: {} };
  return { argv: step.run, cwd: step.cwd ?? '.', env: step.env ?? {} };
}

function discovery(tests: NonNullable<DescribedSuite['tests']>): TestDiscovery {
  const { 'make-variable': variable, glob, names } = tests;
  if (variable !== undefined) return { kind: 'make-variable', ...variable };
  if (glob !== undefined) return { kind: 'glob', pattern: glob };
  return { kind: 'fixed', names: names ?? [] };
}

function workingFolder(cwd: string, folder: string): Suite['cwd'] {
  return cwd === 'scratch' || cwd === 'tree' ? cwd : { path: resolve(folder, cwd) };
}

function longestFirst(forms: readonly string[]): string[] {
  return [...forms].sort((a, b) => b.length - a.length);
}
