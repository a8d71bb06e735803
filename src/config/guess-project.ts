import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What a folder looks like to someone who has to build and test it. */
export interface ProjectGuess {
  /** What it was told by, for the screen: `CMakeLists.txt`; null when nothing was known. */
  by: string | null;
  /** Name for its suite: the folder's, of the letters a name may have. */
  name: string;
  /** Null for a tree that a built-in suite knows, and for an unknown one. */
  suite: { steps: string[][]; testSteps: string[][]; artifact: string; glob: string } | null;
  builtIn: 'liburing' | null;
}

/** Looks at the names of files in `folder` only; what it says is to be checked by a person. */
export function guessProject(folder: string): ProjectGuess {
  const has = (name: string) => existsSync(join(folder, name));
  const name = suiteName(folder);
  if (has('src/include/liburing.h')) return { by: 'src/include/liburing.h', name, suite: null, builtIn: 'liburing' };
  const system = buildSystems.find(({ files }) => files.every(has));
  if (system === undefined) return { by: null, name, suite: null, builtIn: null };
  const tests = ['test', 'tests', 't'].find(has) ?? 'test';
  const glob = `${tests}/*${testExtension(join(folder, tests))}`;
  return { by: system.files.join(' and '), name, suite: { ...system.suite(tests), glob }, builtIn: null };
}

interface BuildSystem {
  files: string[];
  suite(tests: string): { steps: string[][]; testSteps: string[][]; artifact: string };
}

/** The first whose files are all there wins: the more telling ones come first. */
const buildSystems: BuildSystem[] = [
  {
    files: ['meson.build'],
    suite: (tests) => ({
      steps: [['meson', 'setup', 'build']],
      testSteps: [['meson', 'compile', '-C', 'build', '-j', '{jobs}']],
      artifact: `build/${tests}/{test}`,
    }),
  },
  {
    files: ['CMakeLists.txt'],
    suite: (tests) => ({
      steps: [['cmake', '-S', '.', '-B', 'build']],
      testSteps: [['cmake', '--build', 'build', '-j', '{jobs}']],
      artifact: `build/${tests}/{test}`,
    }),
  },
  {
    files: ['configure', 'Makefile'],
    suite: (tests) => ({
      steps: [['./configure'], ['make', '-j{jobs}']],
      testSteps: [['make', '-C', tests, '{test}']],
      artifact: `${tests}/{test}`,
    }),
  },
  {
    files: ['Makefile'],
    suite: (tests) => ({
      steps: [['make', '-j{jobs}']],
      testSteps: [['make', '-C', tests, '{test}']],
      artifact: `${tests}/{test}`,
    }),
  },
];

function testExtension(folder: string): string {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return (
    ['.c', '.cc', '.cpp', '.rs', '.sh'].find((extension) => names.some((name) => name.endsWith(extension))) ?? '.c'
  );
}

function suiteName(folder: string): string {
  const name = basename(folder)
    .replaceAll(/[^\w.-]+/g, '-')
    .replace(/^[-.]+/, '');
  // A built-in suite's name, or nothing left of it.
  return ['', 'liburing', 'lab', 'command'].includes(name) ? 'mine' : name;
}
