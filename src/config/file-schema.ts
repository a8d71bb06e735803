import { z } from 'zod';
import type { OutputPattern } from '../model/suite.ts';
import { runKeys } from './run-keys.ts';
import { mapOr, optional, strict, text, value } from './schema-parts.ts';
import { type Reader, readDuration } from './values.ts';

const environment = z.record(z.string(), z.string()).superRefine((variables, context) => {
  for (const name of Object.keys(variables)) {
    if (!/^[^=\0]+$/.test(name))
      context.addIssue({ code: 'custom', path: [name], message: 'is no name of a variable' });
  }
});

const argv = z.array(text()).min(1);

/** `[make, -C, src]`, or a map where a folder or an environment is needed. */
const step = mapOr(strict({ run: argv, cwd: optional(insideTree()), env: optional(environment) }), argv);

/** A regular expression, or a map that also says what a match means. */
const pattern = mapOr(strict({ pattern: regex(), why: optional(text()) }), regex()).transform(
  (given): OutputPattern => {
    if (typeof given === 'string') return { pattern: given };
    return { pattern: given.pattern, ...(given.why === undefined ? {} : { why: given.why }) };
  },
);

const suite = strict({
  extends: optional(text()),
  build: optional(
    strict({
      steps: optional(z.array(step)),
      'test-steps': optional(z.array(step)),
      artifact: optional(insideTree()),
      irrelevant: optional(z.array(text())),
    }),
  ),
  tests: optional(
    strict({
      'make-variable': optional(strict({ file: insideTree(), variable: text() })),
      glob: optional(text()),
      names: optional(z.array(text()).min(1)),
    }).superRefine((given, context) => {
      if (Object.values(given).filter((way) => way !== undefined).length !== 1) {
        context.addIssue({ code: 'custom', message: 'must have exactly one of make-variable, glob, names' });
      }
    }),
  ),
  command: optional(argv),
  cwd: optional(text()),
  env: optional(environment),
  limit: optional(value(readDuration)),
  'pass-codes': optional(z.array(value(readExitCode))),
  'skip-codes': optional(z.array(value(readExitCode))),
  'failure-patterns': optional(z.array(pattern)),
  'ignore-patterns': optional(z.array(pattern)),
  'invalid-patterns': optional(z.array(pattern)),
  'test-prefixes': optional(z.array(text())),
  'test-suffixes': optional(z.array(text())),
});

const run = strict(
  Object.fromEntries(Object.values(runKeys).map(({ key, read }) => [key, optional(value(read as Reader<unknown>))])),
);

/** The configuration file; every scalar in it is still the text that was written (located-yaml.ts). */
export const fileSchema = strict({
  run: optional(run),
  suites: optional(z.record(z.string(), suite)),
});

/** A suite as the file describes it. */
export type DescribedSuite = z.output<typeof suite>;

function insideTree() {
  return text().refine((path) => !path.startsWith('/') && !path.split('/').includes('..'), {
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
