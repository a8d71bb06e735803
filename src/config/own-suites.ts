import { resolve } from 'node:path';
import type { BuildRecipe, BuildStep, Suite, TestDiscovery } from '../model/suite.ts';
import type { DescribedSuite } from './file-schema.ts';
import { baseSuite } from './suite-checks.ts';

/** The file's suites made whole, `folder` being the file's. */
export function ownSuites(described: Record<string, DescribedSuite>, folder: string): Suite[] {
  return Object.entries(described).map(([name, given]) => complete(name, given, baseSuite(given), folder));
}

function complete(name: string, given: DescribedSuite, base: Suite, folder: string): Suite {
  const build = given.build === undefined ? base.build : recipe(given.build, base.build);
  const inherited = base.command.length > 0 || build === null ? base.command : ['{artifact}'];
  return {
    ...base,
    name,
    build,
    discovery: given.tests === undefined ? base.discovery : discovery(given.tests),
    command: given.command ?? inherited,
    cwd: given.cwd === undefined ? base.cwd : workingFolder(given.cwd, folder),
    env: { ...base.env, ...given.env },
    limitMs: given.limit ?? base.limitMs,
    ...(given.requires === undefined ? {} : { requires: given.requires }),
    ...(given['guest-files'] === undefined ? {} : { guestFiles: given['guest-files'] }),
    ...(given.serial === undefined ? {} : { serial: given.serial }),
    judge: {
      ...base.judge,
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
