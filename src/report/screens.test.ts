import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { HuntHeader } from '../model/hunt.ts';
import type { HuntState, HuntSummary } from '../model/summary.ts';
import type { Judgement } from '../model/verdict.ts';
import { displayWidth } from './display-text.ts';
import { renderHeader } from './header.ts';
import { renderResult } from './result.ts';
import { armHunts } from './sample-arms.ts';
import { case1135, pass, sampleHeader, sampleMachine, sampleSummary } from './sample-summary.ts';

const dir = '/state/flakehunt/hunts/k3f9';
const plain80 = { columns: 80, color: false, unicode: true };

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for.
const escapeSequence = /\u001b\[([0-9;]*)m/g;

const masked: Judgement = {
  ...case1135,
  verdict: 'masked',
  signature: { id: 'aa', kind: 'masked', title: 'wait cqe -17 (EEXIST)', errnos: [], lines: ['wait cqe -17'] },
};
const segv: Judgement = {
  ...pass,
  verdict: 'fail',
  signature: { id: 'cc', kind: 'signal', title: 'SIGSEGV', errnos: [], lines: [] },
};
const hang: Judgement = {
  ...pass,
  verdict: 'hang',
  signature: { id: 'bb', kind: 'hang', title: 'time limit: io_cqring_wait', errnos: [], lines: [] },
};
const noRevision = { tree: null, commit: null, name: null, subject: null, date: null, treeId: null };
const hostile = 'größe 漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字 \u001b[31mred\u001b[2J\u202e\0 …';

function jobs(count: number) {
  return { condition: 'plain', jobs: count };
}

function because(verdict: 'skip' | 'invalid', reason: string | null): Judgement {
  return { verdict, signature: null, known: null, reason };
}

/** One of each kind of hunt. */
const hunts: Record<string, HuntSummary> = {
  'one signature': sampleSummary([
    { count: 4000, judgement: pass },
    { count: 42, judgement: case1135 },
    { count: 5958, judgement: pass },
  ]),
  'masked in every run': sampleSummary([{ count: 10_000, judgement: masked, event: { excerpt: 'wait cqe -17' } }]),
  'several signatures, interrupted': sampleSummary(
    [
      { count: 4000, judgement: pass },
      { count: 42, judgement: case1135 },
      { count: 3, judgement: masked, event: { excerpt: 'wait cqe -17' } },
      {
        count: 1,
        judgement: hang,
        event: { ending: { kind: 'timeout' }, excerpt: 'thread in io_cqring_wait', stacks: 'msg-ring.t' },
      },
      {
        count: 1,
        judgement: segv,
        event: { ending: { kind: 'signal', signal: 11, core: true }, excerpt: '', core: 'core.4044' },
      },
    ],
    {},
    { reason: 'interrupted', abandoned: 2 },
  ),
  'several strata': sampleSummary(
    [
      { count: 120, judgement: pass, stratum: jobs(1) },
      { count: 230, judgement: pass, stratum: jobs(2) },
      { count: 1, judgement: case1135, stratum: jobs(2) },
      { count: 9600, judgement: pass, stratum: jobs(16) },
      { count: 41, judgement: case1135, stratum: jobs(16) },
    ],
    { jobs: 'auto' },
  ),
  'several strata, clean': sampleSummary(
    [
      { count: 120, judgement: pass, stratum: jobs(1) },
      { count: 9600, judgement: pass, stratum: jobs(16) },
    ],
    { jobs: 'auto' },
  ),
  clean: sampleSummary([{ count: 10_000, judgement: pass }]),
  'all skipped': sampleSummary(
    [{ count: 20, judgement: because('skip', 'Need ethtool installed') }],
    {},
    {
      reason: 'skipped',
    },
  ),
  'all invalid': sampleSummary(
    [{ count: 20, judgement: because('invalid', 'io_uring refused: kernel.io_uring_disabled=2') }],
    { machine: { ...sampleMachine, ioUring: 'EPERM', ioUringDisabled: 2, governor: 'powersave' } },
    { reason: 'invalid' },
  ),
  killed: sampleSummary([{ count: 500, judgement: pass }], {}, null),
  'without a run': sampleSummary([], {}, { reason: 'interrupted' }),
  'a command that prints anything': sampleSummary(
    [
      { count: 10, judgement: pass },
      {
        count: 2,
        judgement: { ...segv, signature: { id: 'dd', kind: 'exit', title: hostile, errnos: [], lines: [] } },
        event: { excerpt: `${hostile}\n${'漢'.repeat(300)}` },
      },
    ],
    {
      test: './a.out',
      suite: 'command',
      argv: ['./a.out', '--größe', "it's"],
      commandLine: ['flakehunt', 'run', '--', './a.out', '--größe', "it's"],
      revision: noRevision,
      build: null,
      stop: { loops: null, timeMs: 60_000, failures: 5, untilRate: 0.001 },
    },
  ),
  ...armHunts,
};

function render(
  summary: HuntSummary,
  screen: { columns: number; color: boolean; unicode: boolean },
  state: HuntState = summary.ended === null ? 'killed' : 'ended',
): string {
  const kept = { dir, artifactDir: `${dir}/artifacts`, state };
  return `${renderHeader(summary.header, screen)}\n${renderResult(summary, kept, screen)}`;
}

describe.each(Object.entries(hunts))('%s', (_name, summary) => {
  it('at 80 columns', () => {
    expect(render(summary, plain80)).toMatchSnapshot();
  });

  it('at 160 columns', () => {
    expect(render(summary, { ...plain80, columns: 160 })).toMatchSnapshot();
  });

  it('in ASCII', () => {
    const text = render(summary, { ...plain80, unicode: false });
    expect(text).toMatch(/^[\n -~]*$/);
  });

  it('in colour says the same words', () => {
    const text = render(summary, { ...plain80, color: true });
    expect(stripVTControlCharacters(text)).toBe(render(summary, plain80));
    expect(text).not.toBe(stripVTControlCharacters(text));
  });

  it.each([60, 80, 120, 160])('fits %d columns, but for words that are one piece', (columns) => {
    const wide = render(summary, { ...plain80, columns })
      .split('\n')
      .filter((line) => displayWidth(line) > columns);
    expect(wide.filter((line) => !/flakehunt (?:run|show|replay)|\/state\/flakehunt|https:/.test(line))).toEqual([]);
  });
});

it('tells a hunt that is on from one that was killed', () => {
  const cut = sampleSummary([{ count: 500, judgement: pass }], {}, null);
  expect(render(cut, plain80, 'running')).toMatch(/^ended {6}not yet: this is what it has saved so far$/m);
  expect(render(cut, plain80, 'killed')).toMatch(/^ended {6}killed: this is what it had saved$/m);
  expect(render(sampleSummary([], {}, null), plain80, 'running')).toContain('msg-ring: no run has ended yet');
});

describe('masked runs', () => {
  const told = (header: Partial<HuntHeader>, failures: number) => {
    const runs = [
      { count: 90, judgement: pass },
      { count: 8, judgement: masked },
    ];
    const more = failures === 0 ? [] : [{ count: failures, judgement: case1135 }];
    return render(sampleSummary([...runs, ...more], header), { ...plain80, columns: 120 });
  };

  it('are told beside failures, by default', () => {
    expect(told({}, 0)).toContain('msg-ring reports success but prints failure: 8 of 98 runs, 8 %');
    expect(told({}, 2)).toMatch(/^msg-ring fails: 2 of 100 runs, .*; 8 more masked$/m);
  });

  it('are failures with --masked fail', () => {
    expect(told({ masked: 'fail' }, 0)).toMatch(/^msg-ring fails: 8 of 98 runs, .*; 8 of them masked$/m);
    expect(told({ masked: 'fail' }, 2)).toMatch(/^msg-ring fails: 10 of 100 runs, .*; 8 of them masked$/m);
  });

  it('are only counted with --masked ignore', () => {
    const clean = told({ masked: 'ignore' }, 0);
    expect(clean).toMatch(/^msg-ring did not fail in 98 runs: rate below 3\.1 % \(95 %\); 8 masked, ignored$/m);
    expect(clean).toContain('90 pass, 8 masked');
    expect(clean).not.toContain('wait cqe');
    expect(told({ masked: 'ignore' }, 2)).toMatch(/^msg-ring fails: 2 of 100 runs, .*; 8 masked, ignored$/m);
  });
});

describe('colours', () => {
  it('uses bold, red, magenta, green and cyan, which each theme keeps readable, and nothing else', () => {
    const used = Object.values(hunts).flatMap((hunt) =>
      [...render(hunt, { ...plain80, color: true }).matchAll(escapeSequence)].map((match) => match[1]),
    );
    expect([...new Set(used)].sort()).toEqual(['1', '22', '31', '32', '35', '36', '39']);
  });
});

describe('header', () => {
  const lineOf = (label: string, changes: Partial<HuntHeader>) =>
    renderHeader(sampleHeader(changes), { ...plain80, columns: 200 })
      .split('\n')
      .find((line) => line.startsWith(label))
      ?.slice(11);
  const { revision } = sampleHeader();

  it.each([
    ['1cbd4cff', '1cbd4cffa881  2024-04-19  test'],
    ['liburing-2.6-30-g1cbd4cff', '1cbd4cffa881  liburing-2.6-30-g1cbd4cff  2024-04-19  test'],
    ['v2.6', '1cbd4cffa881  v2.6  2024-04-19  test'],
    ['worktree', 'worktree on 1cbd4cffa881  2024-04-19  test'],
  ])('names the revision %s by its commit as well, once', (name, expected) => {
    expect(lineOf('revision', { revision: { ...revision, name, subject: 'test' } })).toBe(expected);
  });

  it('gives a subject that does not fit beside the id a line of its own', () => {
    const name = 'liburing-2.6-30-g1cbd4cff';
    const text = renderHeader(
      sampleHeader({ revision: { ...revision, name, subject: `long ${'word '.repeat(20)}` } }),
      plain80,
    );
    expect(text).toMatch(
      /^revision {3}1cbd4cffa881 {2}liburing-2\.6-30-g1cbd4cff {2}2024-04-19\n {11}long (?:word )+wor…$/m,
    );
  });

  it('shows a folder without history as what it is', () => {
    expect(lineOf('revision', { revision: { ...noRevision, tree: '/src', name: 'folder' } })).toBe('folder');
  });

  it.each([
    [{ loops: 1, timeMs: null, failures: null, untilRate: null }, 'until 1 run,'],
    [
      { loops: 5, timeMs: 90_000, failures: 1, untilRate: 0.001 },
      'until 5 runs or 90 s or 1 failure or a rate below 0.1 %,',
    ],
    [{ loops: null, timeMs: null, failures: null, untilRate: null }, 'until interrupted,'],
  ])('tells the stop rules %j', (stop, expected) => {
    expect(lineOf('plan', { stop })).toContain(expected);
  });

  it('tells what is unusual: masked policy, pinning', () => {
    const plan = lineOf('plan', { masked: 'fail', conditions: ['pin:one'], jobs: 16 });
    expect(plan).toContain('16 workers, pin:one, limit 60 s a run, masked runs count as failures, seed');
  });
});
