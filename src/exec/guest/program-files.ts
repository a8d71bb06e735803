import { open, readFile, realpath, stat } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { execa } from 'execa';
import { EnvironmentError, UsageError } from '../../errors.ts';

/** What a program is started with, and where. */
export interface ProgramPlace {
  env: Record<string, string>;
  cwd: string;
}

/**
 * Paths of all files a program needs to be started elsewhere, itself first: its loader and shared libraries as the loader
 * finds them here, the interpreter of a script with its own, and the unwinder, which glibc loads when a thread is cancelled.
 * @throws UsageError for a program that is not there, EnvironmentError when its libraries are not
 */
export async function programFiles(program: string, place: ProgramPlace): Promise<string[]> {
  const found = new Set<string>();
  await addProgram(program, place, found, 0);
  return [...found];
}

/** As the kernel nests them. */
const mostInterpreters = 4;

async function addProgram(path: string, place: ProgramPlace, found: Set<string>, depth: number): Promise<void> {
  if (found.has(path)) return;
  const head = await beginning(path);
  found.add(path);
  if (head.subarray(0, 2).toString('latin1') === '#!') {
    if (depth >= mostInterpreters)
      throw new UsageError(`${path} is a script of a script of a script; run the last one.`);
    for (const next of interpreters(head, place.env))
      await addProgram(await located(next, place.env), place, found, depth + 1);
    return;
  }
  const loader = interpreterOf(await readFile(path));
  if (loader === null) return;
  for (const file of await librariesOf(loader, path, place)) found.add(file);
}

async function beginning(path: string): Promise<Buffer> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${path} cannot be put into the guest (${error.code}); is it there, and readable?`, {
      cause: error,
    });
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** `#!/usr/bin/env python3` names two programs. */
function interpreters(head: Buffer, env: Record<string, string>): string[] {
  const [first = '', ...rest] = (head.toString('latin1').slice(2).split('\n')[0] ?? '').trim().split(/\s+/);
  const second = first.endsWith('/env') ? rest.find((word) => !word.startsWith('-') && !word.includes('=')) : undefined;
  return second === undefined ? [first] : [first, second].filter((name) => name !== '' || env.PATH);
}

async function located(name: string, { PATH = '' }: Record<string, string>): Promise<string> {
  if (isAbsolute(name)) return name;
  for (const folder of PATH.split(delimiter).filter(Boolean)) {
    const path = resolve(folder, name);
    if (await isFile(path)) return path;
  }
  throw new UsageError(`There is no program "${name}" in PATH, which a script names as its interpreter.`);
}

/** PT_INTERP of an ELF program; null for a static one, and for what is no ELF file. */
export function interpreterOf(file: Buffer): string | null {
  const wide = file[4] === 2;
  if (file.length < 64 || file.readUInt32BE(0) !== 0x7f454c46 || file[5] !== 1) return null;
  const word = (at: number) => (wide ? Number(file.readBigUInt64LE(at)) : file.readUInt32LE(at));
  const table = word(wide ? 32 : 28);
  const size = file.readUInt16LE(wide ? 54 : 42);
  for (let i = 0; i < file.readUInt16LE(wide ? 56 : 44); i++) {
    const at = table + i * size;
    if (file.readUInt32LE(at) !== ptInterp) continue;
    const offset = word(at + (wide ? 8 : 4));
    const length = word(at + (wide ? 32 : 16));
    return file.toString('utf8', offset, offset + length).replace(/\0.*$/s, '');
  }
  return null;
}

const ptInterp = 3;

/** The loader says it best (ld.so(8), `--list`): it knows run paths, LD_LIBRARY_PATH and its cache. */
async function librariesOf(loader: string, program: string, { env, cwd }: ProgramPlace): Promise<string[]> {
  const { stdout, exitCode, stderr } = await execa(loader, ['--list', program], {
    ...{ env, extendEnv: false, cwd, reject: false, stdin: 'ignore', timeout: 10_000 },
  });
  const missing = [...`${stdout}`.matchAll(/^\s*(\S+) => not found$/gm)].map(([, name]) => name);
  if (missing.length > 0 || exitCode !== 0) {
    const what = missing.length > 0 ? missing.join(', ') : `${stderr}`.trim().split('\n')[0];
    throw new EnvironmentError(
      `${program} needs shared libraries that are not here: ${what}. Install them, or say where they are with LD_LIBRARY_PATH.`,
    );
  }
  const named = [...`${stdout}`.matchAll(/(?:=> |^\s*)(\/\S+) \(0x[0-9a-f]+\)$/gm)].map(([, path = '']) => path);
  const files = [...new Set([loader, ...named])];
  return [...files, ...(await unwinders(files))];
}

async function unwinders(libraries: string[]): Promise<string[]> {
  const libc = libraries.find((path) => /\/libc\.so\.\d+$/.test(path));
  if (libc === undefined || libraries.some((path) => path.includes('/libgcc_s.so'))) return [];
  const beside = join(dirname(libc), 'libgcc_s.so.1');
  return (await isFile(beside)) ? [beside] : [];
}

async function isFile(path: string): Promise<boolean> {
  return await realpath(path)
    .then(stat)
    .then(
      (found) => found.isFile(),
      () => false,
    );
}
