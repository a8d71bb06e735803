import { z } from 'zod';
import type { OutputPattern } from '../model/suite.ts';
import { conditionsSchema } from './condition-schema.ts';
import { textWith } from './placeholders.ts';
import { quarantineSchema } from './quarantine-schema.ts';
import { runKeys } from './run-keys.ts';
import { mapOr, optional, strict, text, value } from './schema-parts.ts';
import { missingParts, nameComplaint } from './suite-checks.ts';
import { type Reader, readDuration } from './values.ts';

/** `[make, -C, src]`, or a map where a folder or an environment is needed. */
function step(...filled: Parameters<typeof textWith>) {
  const argv = z.array(textWith(...filled)).min(1);
  const variables = optional(environment(textWith(...filled)));
  return mapOr(strict({ run: argv, cwd: optional(insideTree(textWith(...filled))), env: variables }), argv);
}

/** A regular expression, or a map that also says what a match means. */
const pattern = mapOr(strict({ pattern: regex(), why: optional(text()) }), regex()).transform(
  (given): OutputPattern => {
    if (typeof given === 'string') return { pattern: given };
    return { pattern: given.pattern, ...(given.why === undefined ? {} : { why: given.why }) };
  },
);

const described = strict({
  extends: optional(text()),
  build: optional(
    strict({
      steps: optional(z.array(step('jobs'))),
      'test-steps': optional(z.array(step('test', 'jobs'))),
      artifact: optional(insideTree(textWith('test'))),
      irrelevant: optional(z.array(text())),
    }),
  ),
  tests: optional(
    strict({
      'make-variable': optional(strict({ file: insideTree(text()), variable: text() })),
      glob: optional(text()),
      names: optional(z.array(text()).min(1)),
    }).superRefine((given, context) => {
      if (Object.values(given).filter((way) => way !== undefined).length !== 1) {
        context.addIssue({ code: 'custom', message: 'must have exactly one of make-variable, glob, names' });
      }
    }),
  ),
  command: optional(z.array(textWith('tree', 'artifact', 'test')).min(1)),
  cwd: optional(text()),
  env: optional(environment(z.string())),
  limit: optional(value(readDuration)),
  'guest-files': optional(z.array(text())),
  serial: optional(z.array(text())),
  requires: optional(value(readRequirement)),
  'pass-codes': optional(z.array(value(readExitCode))),
  'skip-codes': optional(z.array(value(readExitCode))),
  'failure-patterns': optional(z.array(pattern)),
  'ignore-patterns': optional(z.array(pattern)),
  'invalid-patterns': optional(z.array(pattern)),
  'test-prefixes': optional(z.array(text())),
  'test-suffixes': optional(z.array(text())),
});

const suiteName = z.string().superRefine((name, context) => {
  const message = nameComplaint(name);
  if (message !== null) context.addIssue({ code: 'custom', message });
});

const run = strict(
  Object.fromEntries(Object.values(runKeys).map(({ key, read }) => [key, optional(value(read as Reader<unknown>))])),
);

const suite = described.superRefine((given, context) => {
  for (const { path, message } of missingParts(given)) context.addIssue({ code: 'custom', path: [...path], message });
});

/** The configuration file; every scalar in it is still the text that was written (located-yaml.ts). */
export const fileSchema = strict({
  run: optional(run),
  suites: optional(z.record(suiteName, suite)),
  conditions: optional(conditionsSchema),
  quarantine: optional(quarantineSchema),
});

/** A suite as the file describes it. */
export type DescribedSuite = z.output<typeof described>;

function environment(values: z.ZodType<string>) {
  return z.record(z.string().regex(/^[^=\0]+$/, { error: 'is no name of a variable' }), values);
}

function insideTree(path: z.ZodType<string>) {
  return path.refine((given) => !given.startsWith('/') && !given.split('/').includes('..'), {
    error: 'must lie below the top of the tree',
  });
}

function regex() {
  return text().superRefine((source, context) => {
    try {
      // As the oracle compiles it.
      new RegExp(source, 'gm');
    } catch (error) {
      const reason = (error instanceof Error ? error.message : String(error)).replace(/^.*: /s, '');
      context.addIssue({ code: 'custom', message: `is not a regular expression: ${reason}` });
    }
  });
}

function readExitCode(given: string): ReturnType<Reader<number>> {
  const code = /^\d{1,3}$/.test(given) ? Number(given) : 256;
  return code <= 255 ? { ok: true, value: code } : { ok: false, problem: 'is not an exit code, 0 to 255' };
}

function readRequirement(given: string): ReturnType<Reader<'io_uring'>> {
  return given === 'io_uring'
    ? { ok: true, value: given }
    : { ok: false, problem: 'is not known; what is, is io_uring' };
}
