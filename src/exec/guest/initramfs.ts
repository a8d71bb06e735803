import { createWriteStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { EnvironmentError, UsageError } from '../../errors.ts';
import { type CpioEntry, cpioArchive } from './cpio.ts';

/** Where the guest's supervisor finds room for runs, and for what they leave. */
export const guestScratch = '/.flakehunt/scratch';
export const guestArtifacts = '/.flakehunt/artifacts';

export interface GuestContents {
  /** The static supervisor. */
  init: string;
  /** Files and folders (with all in them), at the same absolute paths as here. */
  files: string[];
  /** Folders that are only to be there. */
  folders: string[];
}

/**
 * Writes the guest's first and only file system to `path`.
 * @returns its size unpacked, in bytes
 * @throws UsageError for a file that is not there, EnvironmentError when the disk is full
 */
export async function writeInitramfs(path: string, contents: GuestContents): Promise<number> {
  const entries = [...skeleton, ...(await entriesOf(contents))];
  await pipeline(Readable.from(cpioArchive(entries)), createGzip({ level: 1 }), createWriteStream(path)).catch(
    (error: NodeJS.ErrnoException) => {
      throw new EnvironmentError(
        `The guest's file system cannot be written to ${path} (${error.code}). Make room, or set XDG_CACHE_HOME to another folder.`,
        { cause: error },
      );
    },
  );
  return entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.content.length : 0), 0);
}

const text = (path: string, content: string): CpioEntry => {
  return { path, kind: 'file', mode: 0o644, content: Buffer.from(content) };
};

/** What programs take for granted. The console comes first: without it init would have no standard error. */
const skeleton: CpioEntry[] = [
  { path: '/dev/console', kind: 'device', mode: 0o600, major: 5, minor: 1 },
  ...['/proc', '/sys', '/run', guestScratch, guestArtifacts].map(
    (path): CpioEntry => ({ path, kind: 'folder', mode: 0o755 }),
  ),
  ...['/tmp', '/var/tmp'].map((path): CpioEntry => ({ path, kind: 'folder', mode: 0o1777 })),
  text('/etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n'),
  text('/etc/group', 'root:x:0:\nnogroup:x:65534:\n'),
  text('/etc/hosts', '127.0.0.1 localhost guest\n::1 localhost\n'),
  text('/etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files\n'),
];

async function entriesOf({ init, files, folders }: GuestContents): Promise<CpioEntry[]> {
  const lists = await Promise.all(files.map(filesAt));
  const program: CpioEntry = { path: '/init', kind: 'file', mode: 0o755, content: await readFile(init) };
  return [program, ...folders.map((path): CpioEntry => ({ path, kind: 'folder', mode: 0o755 })), ...lists.flat()];
}

/** Links are followed: what matters is that something is found under the name. */
async function filesAt(path: string): Promise<CpioEntry[]> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${path} is to be put into the guest and cannot be read (${error.code}).`, { cause: error });
  });
  if (found.isDirectory()) {
    const names = await readdir(path);
    const lists = await Promise.all(names.map((name) => filesAt(join(path, name))));
    return [{ path, kind: 'folder', mode: found.mode & 0o7777 }, ...lists.flat()];
  }
  if (!found.isFile())
    throw new UsageError(
      `${path} is to be put into the guest and is neither a file nor a folder; guests have no devices of this machine.`,
    );
  return [{ path, kind: 'file', mode: found.mode & 0o7777, content: await readFile(path) }];
}
