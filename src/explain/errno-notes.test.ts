import { expect, it } from 'vitest';
import { type ErrnoEvidence, errnoNotes } from './errno-notes.ts';

const evidence: ErrnoEvidence = { errnos: ['EEXIST'], calls: ['io_uring_enter'], foreignTask: true, lines: [] };

it('tells of EEXIST where another task entered the ring', () => {
  expect(errnoNotes(evidence).map(({ errno }) => errno)).toEqual(['EEXIST']);
});

it.each<[what: string, but: Partial<ErrnoEvidence>]>([
  ['the task owns the ring', { foreignTask: false }],
  ['no ring is entered', { calls: ['read', 'openat'] }],
  ['the failure has no such error', { errnos: ['ENOENT'] }],
])('says nothing where %s', (_, but) => {
  expect(errnoNotes({ ...evidence, ...but })).toEqual([]);
});
