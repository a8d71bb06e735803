import { readFile } from 'node:fs/promises';

/** What a kernel's build configuration lacks. */
export interface MissingOptions {
  /** Options without which it cannot be a guest. */
  needed: string[];
  /** What works less without others, a sentence each. */
  notes: string[];
}

const needed = [
  'SERIAL_8250',
  'SERIAL_8250_CONSOLE',
  'BLK_DEV_INITRD',
  'RD_GZIP',
  'DEVTMPFS',
  'TMPFS',
  'PROC_FS',
  'SYSFS',
  'BINFMT_ELF',
];

const wanted: Record<string, string> = {
  IO_URING: 'it has no io_uring (CONFIG_IO_URING), so tests of io_uring will be refused.',
  SECCOMP_FILTER: 'it has no seccomp filters (CONFIG_SECCOMP_FILTER), so there is no chaos.',
  CGROUPS: 'it has no control groups (CONFIG_CGROUPS), so there is no quota.',
};

/** What is built in (`=y`; a guest loads no modules); null where the file cannot be read or is none. */
export async function readKernelConfig(path: string): Promise<ReadonlySet<string> | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  return text === null ? null : builtInOptions(text);
}

/** Null for a text without a single option. */
export function builtInOptions(text: string): ReadonlySet<string> | null {
  const lines = [...text.matchAll(/^CONFIG_(\w+)=(.*)$/gm)];
  if (lines.length === 0) return null;
  return new Set(lines.flatMap(([, name = '', value]) => (value === 'y' ? [name] : [])));
}

/** @param config options that are built in */
export function missingOptions(config: ReadonlySet<string>): MissingOptions {
  return {
    needed: needed.filter((name) => !config.has(name)),
    notes: Object.entries(wanted).flatMap(([name, note]) => (config.has(name) ? [] : note)),
  };
}
