/** One entry of an initramfs. Folders above it are made by themselves. */
export type CpioEntry =
  | { path: string; kind: 'file'; mode: number; content: Uint8Array }
  | { path: string; kind: 'folder'; mode: number }
  | { path: string; kind: 'link'; target: string }
  /** A character device. */
  | { path: string; kind: 'device'; mode: number; major: number; minor: number };

const fileTypes = { file: 0o100000, folder: 0o040000, link: 0o120000, device: 0o020000 } as const;

/**
 * An archive as the kernel unpacks it into its first file system (`newc`: Documentation/driver-api/early-userspace/
 * buffer-format.rst), everything owned by root, without times: equal entries give equal bytes.
 */
export function* cpioArchive(entries: readonly CpioEntry[]): Generator<Uint8Array> {
  let inode = 1;
  for (const entry of withFolders(entries)) yield* member(entry, inode++);
  yield* member({ path: 'TRAILER!!!', kind: 'file', mode: 0, content: new Uint8Array() }, 0);
}

function withFolders(entries: readonly CpioEntry[]): CpioEntry[] {
  const made = new Map<string, CpioEntry>();
  for (const entry of entries) {
    const names = relative(entry.path).split('/');
    for (let depth = 1; depth < names.length; depth++) {
      const path = names.slice(0, depth).join('/');
      if (!made.has(path)) made.set(path, { path, kind: 'folder', mode: 0o755 });
    }
    made.set(names.join('/'), { ...entry, path: names.join('/') });
  }
  return [...made.values()];
}

function relative(path: string): string {
  return path.split('/').filter(Boolean).join('/');
}

function* member(entry: CpioEntry, inode: number): Generator<Uint8Array> {
  const content = contentOf(entry);
  const name = Buffer.from(`${entry.path}\0`);
  const mode = fileTypes[entry.kind] | (entry.kind === 'link' ? 0o777 : entry.mode);
  const [major, minor] = entry.kind === 'device' ? [entry.major, entry.minor] : [0, 0];
  const fields = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, major, minor, name.length, 0];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`;
  yield padded(Buffer.concat([Buffer.from(header), name]));
  yield padded(content);
}

function contentOf(entry: CpioEntry): Uint8Array {
  if (entry.kind === 'file') return entry.content;
  return entry.kind === 'link' ? Buffer.from(entry.target) : Buffer.alloc(0);
}

/** To a multiple of four bytes. */
function padded(bytes: Uint8Array): Uint8Array {
  const missing = (4 - (bytes.length % 4)) % 4;
  return missing === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(missing)]);
}
