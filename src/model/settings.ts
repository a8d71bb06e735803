import type { Condition } from './condition.ts';
import type { Quarantine } from './night.ts';
import type { Suite } from './suite.ts';
import type { MaskedPolicy } from './verdict.ts';

/** Folders, absolute; made on first use. */
export interface Paths {
  /** `$XDG_CACHE_HOME/flakehunt`: rebuildable. */
  cache: string;
  /** `$XDG_STATE_HOME/flakehunt`: hunts. */
  state: string;
  /** Where package.json, src/native and fixtures/uring-lab lie. */
  packageRoot: string;
  cwd: string;
}

/** Settings that a configuration file or the environment may give and a flag overrides. */
export interface RunDefaults {
  tree: string | null;
  rev: string | null;
  suite: string | null;
  jobs: number | 'auto' | null;
  pin: string | null;
  noise: string | null;
  chaos: string | null;
  quota: string | null;
  preempt: string | null;
  strategy: string | null;
  loops: number | null;
  timeMs: number | null;
  failures: number | null;
  untilRate: number | null;
  limitMs: number | null;
  masked: MaskedPolicy | null;
  /** Which kernel the guests boot; null or `host`: no guests. */
  kernel: string | null;
  guests: number | null;
  guestCpus: number | null;
  guestMemoryMiB: number | null;
  kernelArgs: string | null;
}

/** A condition under a name that `--strategy` takes. */
export interface NamedCondition {
  name: string;
  condition: Condition;
  /** What kind of bug it provokes, in one line. */
  about: string;
}

/** Defaults < file < environment, merged and validated once; flags are laid over `run` by the command. */
export interface Settings {
  paths: Paths;
  /** The file that was read, or null. */
  configFile: string | null;
  run: RunDefaults;
  /** Suites of the configuration file. */
  suites: Suite[];
  /** Conditions the configuration file names. */
  conditions: NamedCondition[];
  /** Failures that are known, of the configuration file. */
  quarantine: Quarantine[];
  /** The environment the tests and builds inherit. */
  env: Record<string, string>;
}

/** Where text goes; the only way a command prints. */
export interface Screen {
  /** Bytes go out as they are. */
  out(text: string | Uint8Array): void;
  err(text: string): void;
  columns: number;
  /** stdout is a terminal that can move its cursor (not `dumb`). */
  tty: boolean;
  /** stderr likewise: progress goes there. */
  errTty: boolean;
  color: boolean;
  unicode: boolean;
}

/** What every command gets beside its own options. */
export interface CommandContext {
  /** Of flakehunt. */
  version: string;
  /** As typed, `flakehunt` first. */
  commandLine: string[];
  settings: Settings;
  screen: Screen;
  /**
   * Tells what becomes of the result if standard output breaks, in a sentence. Until then, and without it, it is that a hunt
   * is kept.
   */
  kept(sentence: string): void;
  /** Aborted by the first SIGINT or SIGTERM. */
  signal: AbortSignal;
}
