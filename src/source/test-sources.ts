import { posix } from 'node:path';
import type { TestDiscovery } from '../model/suite.ts';
import { digest } from './cache-layout.ts';
import { testStem } from './list-tests.ts';
import { makeVariable, withoutVariable } from './make-variable.ts';
import { wholePathPattern } from './path-pattern.ts';
import type { TreeFile } from './tree-files.ts';

/** How the files of a revision relate to one of its tests. */
export interface TestSources {
  /** The suite names the test here. */
  exists: boolean;
  /** Sources of other tests, which this one does not include. */
  others: ReadonlySet<string>;
  /** The file that names the tests, with an id of what it says beside that. */
  list: { path: string; id: string } | null;
}

type Files = ReadonlyMap<string, TreeFile>;

/**
 * A function that tells this of the files of a revision, by path.
 * @param texts content by id of the makefiles and of the test's own sources, as far as they are there
 */
export function testSources(
  discovery: TestDiscovery,
  test: string,
  texts: ReadonlyMap<string, string>,
): (files: Files) => TestSources {
  switch (discovery.kind) {
    case 'none':
      return () => ({ exists: true, others: new Set(), list: null });
    case 'fixed':
      return () => ({ exists: discovery.names.includes(test), others: new Set(), list: null });
    case 'glob': {
      const matches = wholePathPattern(discovery.pattern);
      return (files) => {
        const { own, rest } = split([...files.keys()].filter(matches), test);
        return { exists: own.length > 0, others: without(rest, included(own, files, texts)), list: null };
      };
    }
    case 'make-variable': {
      const { file: path, variable } = discovery;
      const lists = remember((makefile: string) => readList(makefile, variable, path, test));
      return (files) => {
        const makefile = texts.get(files.get(path)?.id ?? '');
        if (makefile === undefined) return { exists: false, others: new Set(), list: null };
        const { own, others, id } = lists(makefile);
        return { exists: own.length > 0, others: others(included(own, files, texts).join('\0')), list: { path, id } };
      };
    }
  }
}

/** What a version of the makefile says, with the sources of other tests as a function of the names that are included. */
function readList(makefile: string, variable: string, path: string, test: string) {
  const sources = makeVariable(makefile, variable).map((word) => posix.join(posix.dirname(path), word));
  const { own, rest } = split(sources, test);
  // Adding a test to the list changes no other test, so the id is that of the rest.
  const id = digest(withoutVariable(makefile, variable), 40);
  return { own, id, others: remember((names: string) => without(rest, names.split('\0'))) };
}

function split(sources: readonly string[], test: string): { own: string[]; rest: string[] } {
  const isOwn = (path: string) => testStem(posix.basename(path)) === test;
  return { own: sources.filter(isOwn), rest: sources.filter((path) => !isOwn(path)) };
}

function without(paths: readonly string[], names: readonly string[]): Set<string> {
  return new Set(paths.filter((path) => !names.includes(posix.basename(path))));
}

/** Names of the files that the sources include by quotes; a test may be made of another's source. */
function included(own: readonly string[], files: Files, texts: ReadonlyMap<string, string>): string[] {
  return own.flatMap((path) => {
    const source = texts.get(files.get(path)?.id ?? '') ?? '';
    return [...source.matchAll(/^\s*#\s*include\s+"([^"]+)"/gm)].map(([, name = '']) => posix.basename(name));
  });
}

/** A range has few versions of these. */
function remember<T>(compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text) ?? compute(text);
    known.set(text, found);
    return found;
  };
}
