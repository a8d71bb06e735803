import type { Paths } from '../../model/settings.ts';
import type { ReadSystemFile } from '../system-files.ts';

/** What every probe may look at. */
export interface ProbeContext {
  read: ReadSystemFile;
  paths: Paths;
  env: Record<string, string>;
  uid: number;
  /** As uname -m: `x86_64`, `aarch64`. */
  arch: string;
  signal: AbortSignal;
}
