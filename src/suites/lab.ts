import type { Suite } from '../model/suite.ts';
import { liburingLikeBuild, liburingLikeNames, liburingLikeTests } from './liburing-like.ts';
import { liburingJudge } from './liburing-output.ts';

/** The bundled tree uring-lab: built, named and judged like liburing, so that what works on it works there. */
export const lab: Suite = {
  name: 'lab',
  build: {
    ...liburingLikeBuild,
    irrelevant: ['/.github/', '/.gitignore', '/CHANGELOG', '/CONTRIBUTING', '/LICENSE', '/README', '/man/'],
  },
  discovery: liburingLikeTests,
  command: ['{artifact}'],
  cwd: 'scratch',
  env: {},
  limitMs: 10_000,
  judge: { ...liburingJudge, project: 'uring-lab' },
  nameForms: liburingLikeNames,
};
