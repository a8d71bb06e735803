import type { Paths } from '../model/settings.ts';

/** What every function of this room needs beside its own arguments. */
export interface SourceContext {
  paths: Paths;
  /** The user's environment: PATH, CC, CFLAGS, proxies. Git and builds see only the parts that concern them. */
  env: Record<string, string>;
  /** Aborting it kills what is being cloned or built; the pending call then rejects with the signal's reason. */
  signal: AbortSignal;
  /** What is going on now, a few words: `cloning https://...`, `building liburing-2.6: make -C src`. */
  progress(text: string): void;
  /** Something the user should read afterwards as well: a mirror that is out of date, submodules left empty. */
  note(text: string): void;
  /** How long the commands of a build may be silent, and take in all. Default: 10 and 30 minutes. */
  buildLimits?: { silenceMs: number; totalMs: number };
}
