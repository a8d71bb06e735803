import { describe, expect, test } from 'vitest';
import type { RevisionFacts } from '../model/hunt.ts';
import { type RunView, renderRun } from './show.ts';

const revision: RevisionFacts = {
  tree: '/src/liburing',
  commit: '1cbd4cffa881772d54d7d1a98755101253a66d0a',
  name: 'liburing-2.6',
  subject: 'test: something',
  date: '2024-04-19T10:00:00Z',
  treeId: null,
};
const noRevision = { tree: null, commit: null, name: null, subject: null, date: null, treeId: null };

function view(changes: Partial<RunView> = {}): RunView {
  return {
    hunt: '251123-msg-ring-k3f9',
    run: 477,
    test: 'msg-ring',
    revision,
    verdict: 'fail',
    title: 'wait cqe -17 (EEXIST) > test_disabled_ring failed',
    signature: '0123456789ab',
    ending: { kind: 'exit', code: 1 },
    limitMs: 60_000,
    wallUs: 4125,
    condition: 'plain, 1 worker',
    seed: '00000000000000aa',
    schedule: null,
    again: 'flakehunt replay 251123-msg-ring-k3f9:477',
    elsewhere: 'flakehunt replay --seed 00000000000000aa --condition plain --as-run 477 msg-ring',
    errnos: ['-17 EEXIST: File exists'],
    known: null,
    core: null,
    stacks: null,
    kernelLog: null,
    classRun: 477,
    exact: true,
    output: { total: 31, kept: 31, cutAt: null, missing: null },
    ...changes,
  };
}

const wide = { columns: 80, color: false, unicode: true };

test('a failure is told line by line, its output announced', () => {
  expect(renderRun(view(), wide)).toBe(`run 477 of 251123-msg-ring-k3f9: msg-ring
revision    1cbd4cffa881  liburing-2.6  2024-04-19
            test: something
verdict     fail: wait cqe -17 (EEXIST) > test_disabled_ring failed
ending      exit 1 after 4.1 ms
errno       -17 EEXIST: File exists
signature   0123456789ab
condition   plain, 1 worker
seed        00000000000000aa
again       flakehunt replay 251123-msg-ring-k3f9:477
elsewhere   flakehunt replay --seed 00000000000000aa --condition plain --as-run 477 msg-ring

output (31 bytes):
`);
});

test('the schedule of a run under chaos stands below its seed', () => {
  const text = renderRun(view({ condition: 'chaos:pct:2:25, 1 worker', schedule: 'feedc0de00000001' }), wide);
  expect(text).toContain(
    'condition   chaos:pct:2:25, 1 worker\nseed        00000000000000aa\nschedule    feedc0de00000001\n',
  );
});

test('what is not known has no line', () => {
  const text = renderRun(
    view({
      verdict: 'pass',
      title: null,
      signature: null,
      errnos: [],
      wallUs: null,
      condition: null,
      revision: noRevision,
    }),
    wide,
  );
  expect(text).toContain('run 477 of 251123-msg-ring-k3f9: msg-ring\nverdict     pass\nending      exit 1\nseed  ');
});

test('a known issue comes with explanation, links and fixes, wrapped to the screen', () => {
  const known = {
    id: 'x',
    title: 'Title',
    explanation: 'word '.repeat(40).trim(),
    links: ['https://example.org/1135'],
    fixes: [{ commit: '33312903', what: 'closes the window' }],
  };
  const lines = renderRun(view({ known, elsewhere: '' }), wide).split('\n');
  expect(lines).toContain('known       Title');
  expect(lines).toContain('            33312903 closes the window');
  expect(lines).toContain('            https://example.org/1135');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});

describe('the output is announced for what it is', () => {
  test.each<[string, Partial<RunView>, string]>([
    [
      'cut',
      { output: { total: 1_000_000, kept: 65_536, cutAt: 32_768, missing: null } },
      'output (65536 of 1000000 bytes, cut in the middle):',
    ],
    ['of an equal run', { classRun: 12 }, "output (31 bytes; that of run 12, to which this run's was equal):"],
    [
      'of a run that differs',
      { classRun: 12, exact: false },
      "that of run 12: this run's ended alike, differed in digits at least, and was not kept",
    ],
    ['none', { output: { total: 0, kept: 0, cutAt: null, missing: null } }, 'output: none'],
    [
      'gone',
      { output: { total: 5, kept: 0, cutAt: null, missing: 'F cannot be read (ENOENT)' } },
      'output: F cannot be read (ENOENT)',
    ],
  ])('%s', (_name, changes, expected) => {
    expect(renderRun(view(changes), wide)).toContain(expected);
  });
});

test('core and threads of another run of the class are said to be of that run', () => {
  const text = renderRun(view({ classRun: 12, core: '/x/core.1', stacks: 'thread 1\n' }), wide);
  expect(text).toContain('core        /x/core.1 (of run 12, which ended alike)');
  expect(text).toContain('threads when the time limit struck (of run 12, which ended alike):\nthread 1\n');
});

test('nothing in it can steer a terminal', () => {
  const bell = 'x\x1b]0;y\x07\x9b2J\u202e';
  const changes = {
    title: bell,
    test: bell,
    revision: { ...revision, name: bell, subject: bell },
    stacks: bell,
    core: bell,
    errnos: [bell],
    condition: bell,
    elsewhere: bell,
  };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
  expect(renderRun(view(changes), wide)).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
});
