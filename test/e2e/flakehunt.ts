import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';

const packageRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Lab builds and the supervisor are shared by all tests of a run; hunts are not. */
const sharedCache = join(tmpdir(), `flakehunt-e2e-cache-${process.ppid}`);

export interface CallOptions {
  cwd?: string;
  env?: Record<string, string>;
  input?: string | Uint8Array;
  /** Shell text around the call, which is "$@" in it: `ulimit -n 64; exec "$@"`. */
  around?: string;
}

export interface Outcome {
  code: number | undefined;
  out: string;
  err: string;
}

/** A call that is on. */
export type RunningCall = ReturnType<typeof call>;

/** A place of its own for one test: state, working folder, the real program. */
export interface Bench {
  dir: string;
  env: Record<string, string>;
  /** Calls `flakehunt ARGS` to its end. */
  run(args: string[], options?: CallOptions): Promise<Outcome>;
  /** Calls it and hands over the process. */
  start(args: string[], options?: CallOptions): RunningCall;
  /** Parsed `--json` output of a call; the exit code is not looked at. */
  json(args: string[], options?: CallOptions): Promise<unknown>;
  /** Events of the newest hunt. */
  events(): Record<string, unknown>[];
}

export function bench(overrides: Record<string, string> = {}): Bench {
  const dir = mkdtempSync(join(tmpdir(), 'flakehunt e2é '));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: dir,
    LANG: 'C.UTF-8',
    XDG_CACHE_HOME: sharedCache,
    XDG_STATE_HOME: join(dir, 'state'),
    // What most tests are about does not depend on how failures are provoked; those of `auto` say so.
    FLAKEHUNT_STRATEGY: 'plain',
    ...overrides,
  };
  const start = (args: string[], options: CallOptions = {}) =>
    call(args, options.around ?? 'exec "$@"', {
      cwd: options.cwd ?? dir,
      env: { ...env, ...options.env },
      input: options.input ?? '',
    });
  const run = async (args: string[], options: CallOptions = {}): Promise<Outcome> => {
    const { exitCode, stdout, stderr } = await start(args, options);
    return { code: exitCode, out: stdout, err: stderr };
  };
  return {
    dir,
    env,
    run,
    start,
    json: async (args, options) => JSON.parse((await run(args, options)).out),
    events: () => newestEvents(join(dir, 'state', 'flakehunt', 'hunts')),
  };
}

function call(args: string[], around: string, options: Required<Omit<CallOptions, 'around'>>) {
  const argv = [process.execPath, join(packageRoot, 'bin/flakehunt.js'), ...args];
  return execa('/bin/sh', ['-c', around, 'sh', ...argv], { ...options, extendEnv: false, reject: false });
}

function newestEvents(hunts: string): Record<string, unknown>[] {
  const newest = readdirSync(hunts).at(-1) ?? '';
  return readFileSync(join(hunts, newest, 'events.ndjson'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
