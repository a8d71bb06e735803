import type { Suite } from '../model/suite.ts';
import { liburingLikeBuild, liburingLikeNames, liburingLikeTests } from './liburing-like.ts';
import { liburingJudge } from './liburing-output.ts';

/** The tests of liburing (github.com/axboe/liburing), every release. */
export const liburing: Suite = {
  name: 'liburing',
  build: {
    ...liburingLikeBuild,
    // Traced at 0.6, 0.7, 2.0, 2.1, 2.3 and 2.15: the build opens none of these, and goes through without them.
    // liburing.spec is not among them: the Makefiles take the version from it.
    irrelevant: [
      '/.github/',
      '/.travis.yml',
      '/.gitignore',
      '/CHANGELOG',
      '/CITATION.cff',
      '/CONTRIBUTING.md',
      '/COPYING',
      '/COPYING.GPL',
      '/LICENSE',
      '/README',
      '/README.md',
      '/SECURITY.md',
      '/debian/',
      '/examples/',
      '/liburing.pc.in',
      '/liburing-ffi.pc.in',
      '/make-debs.sh',
      '/man/',
      '/test/config',
      '/test/runtests*.sh',
    ],
  },
  discovery: liburingLikeTests,
  command: ['{artifact}'],
  cwd: 'scratch',
  env: {},
  // As test/runtests.sh.
  limitMs: 60_000,
  judge: liburingJudge,
  requires: 'io_uring',
  nameForms: liburingLikeNames,
};
