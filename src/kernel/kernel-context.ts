import type { Paths } from '../model/settings.ts';

/** What every function of this room needs beside its own arguments. */
export interface KernelContext {
  paths: Paths;
  /** The user's environment: PATH, proxies. */
  env: Record<string, string>;
  /** Aborting it kills what is being fetched or unpacked; the pending call then rejects with the signal's reason. */
  signal: AbortSignal;
  /** What is going on now, a few words: `fetching linux-image-6.1.0-50-cloud-amd64 6.1.176-1 (25 MiB)`. */
  progress(text: string): void;
  /** Something the user should read afterwards as well: the network is away and the newest of the cache is used. */
  note(text: string): void;
}
