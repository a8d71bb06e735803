import type { BuildRecipe, TestDiscovery } from '../model/suite.ts';

/**
 * Trees shaped like liburing: `configure`, a library under src/, one program a test under test/.
 *
 * Until April 2022 (liburing 2.1) the test programs had no `.t`. The rule given to make copies such a program to the
 * name that later trees build directly; where the tree has a rule of its own for `.t`, make prefers that one, for its
 * prerequisites exist and ours is still to be built. With it every release since 0.1 builds unpatched (make >= 3.82).
 * No fallbacks are given, for none was needed: with GCC 12, 90 revisions spread over the history build poll or msg-ring as
 * they are, and 0.7, 2.0, 2.1 and 2.2 build all their tests with the warnings that GCC 14 made errors being errors.
 */
export const liburingLikeBuild: Omit<BuildRecipe, 'irrelevant'> = {
  version: 1,
  // `sh`, for the cache may lie on a noexec mount. MAKEFLAGS: a make above us must not lend its job slots or options.
  base: [
    { argv: ['sh', './configure'], cwd: '.', env: { LC_ALL: 'C', MAKEFLAGS: '' } },
    { argv: ['make', '-j{jobs}', '-C', 'src'], cwd: '.', env: { LC_ALL: 'C', MAKEFLAGS: '' } },
  ],
  test: [
    {
      argv: ['make', '-C', 'test', '--eval', '%.t: % ; cp $< $@', '{test}.t'],
      cwd: '.',
      env: { LC_ALL: 'C', MAKEFLAGS: '' },
    },
  ],
  artifact: 'test/{test}.t',
};

export const liburingLikeTests: TestDiscovery = { kind: 'make-variable', file: 'test/Makefile', variable: 'test_srcs' };

export const liburingLikeNames = { prefixes: ['./test/', 'test/', './'], suffixes: ['.cc', '.t', '.c'] };
