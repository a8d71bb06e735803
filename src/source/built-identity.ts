import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve, sep } from 'node:path';
import type { Suite } from '../model/suite.ts';
import type { BuiltTest } from './build-test.ts';
import { type ElfFile, type ElfSection, readElf, SHF_ALLOC } from './elf.ts';

/**
 * Identity of a built test, 40 hex digits: equal for tests that behave alike, wherever they were built. It is a digest of
 * what is loaded when it runs: the allocated sections, without the build id, of the program and of every shared library
 * of the tree that it needs. So a comment that moves no line number, another test or another file of the library that is
 * not linked in changes nothing.
 *
 * The folder of the build, where it is part of the program (`__FILE__`, a search path of libraries), is taken out here.
 * Compilers can map it away (-ffile-prefix-map), but that would have to go into the flags of the user and the suite,
 * would change what is built, and is not known to every compiler that old trees need. Debug information, where the folder
 * mostly is, does not matter when it runs.
 *
 * Some tests are more than what is loaded: scripts, what runs inside the tree, and programs that know a path of it other
 * than a source's. Of these only the build's key is the identity, equal for equal files of the tree and nothing else.
 */
export async function builtIdentity(built: BuiltTest, suite: Suite): Promise<string> {
  const { treeDir, artifact, facts } = built;
  const tops = [...new Set([treeDir, await realpath(treeDir)])];
  const parts = runsAlone(suite) ? await loadedParts(await realpath(artifact), tops) : null;
  const hash = createHash('sha256');
  for (const part of parts ?? ['key', facts.key]) hash.update(part).update('\0');
  return hash.digest('hex').slice(0, 40);
}

/** The program is told of no other file of the tree, and does not run among them. */
function runsAlone({ cwd, command }: Suite): boolean {
  const away = cwd === 'scratch' || (cwd !== 'tree' && isAbsolute(cwd.path));
  return away && command.includes('{artifact}') && command.every((word) => word === '{artifact}' || !/[/{]/.test(word));
}

interface Loaded {
  path: string;
  /** DT_RPATH of who loads it. */
  inherited: string[];
}

/** Null where the files do not tell all. */
async function loadedParts(program: string, tops: readonly string[]): Promise<(string | Buffer)[] | null> {
  const parts: (string | Buffer)[] = [];
  const queue: Loaded[] = [{ path: program, inherited: [] }];
  const seen = new Set<string>();
  for (const { path, inherited } of queue) {
    if (seen.has(path)) continue;
    seen.add(path);
    const elf = readElf(await readFile(path));
    if (elf === null || elf.sections.some((section) => knowsPlace(section, tops))) return null;
    if (mayLoadMore(elf, dirname(path), tops)) return null;
    parts.push(elf.layout, ...elf.sections.filter(isLoaded).flatMap((section) => partsOf(section, tops)));
    const origins = { ...elf, rpath: [...elf.rpath, ...inherited] };
    for (const name of elf.needed) {
      const library = await findLibrary(name, origins, dirname(path));
      if (library !== null && isInside(library, tops)) queue.push({ path: library, inherited: origins.rpath });
    }
  }
  return parts;
}

function isLoaded({ name, flags }: ElfSection): boolean {
  return (flags & SHF_ALLOC) !== 0n && name !== '.note.gnu.build-id';
}

function partsOf({ name, type, flags, address, size, alignment, content }: ElfSection, tops: readonly string[]) {
  return [[name, type, flags, address, size, alignment].join(' '), withoutPlace(content, tops)];
}

function withoutPlace(content: Buffer, tops: readonly string[]): Buffer {
  if (!tops.some((top) => content.includes(top))) return content;
  const places = tops.map((top) => Buffer.from(top).toString('latin1'));
  return Buffer.from(
    places.reduce((text, place) => text.replaceAll(place, '{tree}'), content.toString('latin1')),
    'latin1',
  );
}

/** A path of a source is there to be printed; any other may be opened. The search path of libraries was followed. */
function knowsPlace(section: ElfSection, tops: readonly string[]): boolean {
  const { name, content } = section;
  if (!isLoaded(section) || name === '.dynstr') return false;
  return tops.some((top) => {
    for (let at = content.indexOf(top); at !== -1; at = content.indexOf(top, at + top.length)) {
      const end = content.indexOf(0, at);
      const path = content.toString('latin1', at, end === -1 ? undefined : end);
      if (!/\.(?:[chly]|cc|cpp|cxx|hh|hpp|hxx|inc|inl|ipp|rs|S)$/i.test(path)) return true;
    }
    return false;
  });
}

/** Null: where the system's libraries are, or nowhere. */
async function findLibrary(name: string, elf: Pick<ElfFile, 'runpath' | 'rpath'>, origin: string) {
  const folders = elf.runpath.length > 0 ? elf.runpath : elf.rpath;
  const candidates = name.includes('/') ? [name] : folders.map((folder) => join(folder, name));
  for (const candidate of candidates) {
    const found = await realpath(fromOrigin(candidate, origin)).catch(() => null);
    if (found !== null) return found;
  }
  return null;
}

function fromOrigin(path: string, origin: string): string {
  return path.replace(/^\$(?:ORIGIN|\{ORIGIN\})/, origin);
}

/** It opens libraries by itself, and would find those of the tree. */
function mayLoadMore({ sections, runpath, rpath }: ElfFile, origin: string, tops: readonly string[]): boolean {
  const folders = [...runpath, ...rpath].map((folder) => resolve(origin, fromOrigin(folder, origin)));
  const opens = sections.some(({ name, content }) => name === '.dynstr' && content.includes('\0dlopen\0'));
  return opens && folders.some((folder) => isInside(folder, tops));
}

function isInside(path: string, tops: readonly string[]): boolean {
  return tops.some((top) => path.startsWith(top + sep));
}
