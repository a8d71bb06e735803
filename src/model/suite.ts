/** One command of a build. `{test}` is the test's stem, `{jobs}` the number of parallel compile jobs. No shell. */
export interface BuildStep {
  argv: string[];
  /** Below the tree's top; `.` when the step runs at the top. */
  cwd: string;
  env: Record<string, string>;
}

/** Where a revision's tests are named. */
export type TestDiscovery =
  /** Sources listed in a make variable (`name := a.c b.c \`, `name += c.c`): one test a source. */
  | { kind: 'make-variable'; file: string; variable: string }
  /** One test a file that matches the glob in the revision's tree; the stem is the file name without its extension. */
  | { kind: 'glob'; pattern: string }
  | { kind: 'fixed'; names: string[] }
  /** The command is the test. */
  | { kind: 'none' };

/** Variables for sources that are older than the compiler: flags that make it accept them, never other sources. */
export interface BuildFallback {
  /** Which sources need it, for a person. */
  why: string;
  /** Laid over the environment of every step; `{NAME}` is that variable of it, so that flags can be added to `{CC}`. */
  env: Record<string, string>;
}

export interface BuildRecipe {
  /** Bump to invalidate what older recipes built. */
  version: number;
  /** Paths whose change cannot alter what is built (gitignore-like prefixes or globs): documentation and such. */
  irrelevant: string[];
  /** Once a revision. */
  base: BuildStep[];
  /** Once a test, after `base`. */
  test: BuildStep[];
  /** Built test below the tree's top: `test/{test}.t`. */
  artifact: string;
  /** Tried in order where the plain build ends with a compile error. Not part of a build's key. */
  fallbacks?: BuildFallback[];
}

/** A regular expression (JavaScript, flags `m` set by the oracle) over the decoded output. */
export interface OutputPattern {
  pattern: string;
  /** Shown when it decides a verdict. */
  why?: string;
}

/** What the oracle needs to know of a suite. */
export interface JudgeRules {
  /** Project whose known issues apply. */
  project?: 'liburing' | 'uring-lab';
  passCodes: number[];
  skipCodes: number[];
  /** Output that means failure whatever the exit code says (makes an exit-0 run `masked`). */
  failurePatterns: OutputPattern[];
  /** Lines that never count, though a failure pattern matches them: notices of passing tests. */
  ignorePatterns: OutputPattern[];
  /** Output that means the environment refused the test: `invalid`, with `why` as reason. */
  invalidPatterns: OutputPattern[];
}

export interface Suite {
  name: string;
  build: BuildRecipe | null;
  discovery: TestDiscovery;
  /** `{tree}` is the built tree's top, `{artifact}` the built test's path, `{test}` the stem. */
  command: string[];
  /** `scratch`: a fresh empty folder per run. `tree`: the built tree's top. Else a path. */
  cwd: 'scratch' | 'tree' | { path: string };
  env: Record<string, string>;
  limitMs: number;
  judge: JudgeRules;
  /** What every test of the suite needs: where the kernel refuses it, runs teach nothing, whatever they return. */
  requires?: 'io_uring';
  /** Files that a guest needs beside the test and the libraries it loads: globs and paths, below the built tree or absolute. */
  guestFiles?: string[];
  /** Tests, or globs over tests, that a nightly hunts alone: they need a machine, a port or a device to themselves. */
  serial?: string[];
  /** What the test name's forms have around the stem, longest first: prefixes `test/`, suffixes `.t`, `.c`. */
  nameForms: { prefixes: string[]; suffixes: string[] };
}
