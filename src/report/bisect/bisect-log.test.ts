import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BisectFinding, BisectSummary } from '../../model/bisect.ts';
import { rateInterval } from '../../stats/interval.ts';
import { bisectLog } from './bisect-log.ts';
import { bisects, sampleBisect, sampleBisectHeader, sampleCheck, sampleRows } from './sample-bisect.ts';

let repository: string;
beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'bisect-log-'));
});
afterEach(() => rmSync(repository, { recursive: true }));

function git(...words: string[]): string {
  const who = [
    '-c',
    'user.name=A',
    '-c',
    'user.email=a@b.c',
    '-c',
    'init.defaultBranch=main',
    '-c',
    'advice.detachedHead=false',
  ];
  return execFileSync('git', [...who, ...words], {
    cwd: repository,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null', LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** A history with a branch that is merged: ids in topological order, the branch's two commits in the middle. */
function history(): string[] {
  git('init', '--quiet');
  const commit = (subject: string) => git('commit', '--quiet', '--allow-empty', '-m', subject);
  for (let i = 0; i < 6; i++) commit(`main ${i}`);
  git('checkout', '--quiet', '-b', 'side', 'HEAD~3');
  for (let i = 0; i < 2; i++) commit(`side ${i}`);
  git('checkout', '--quiet', 'main');
  git('merge', '--quiet', '--no-edit', '--no-ff', 'side');
  for (let i = 6; i < 12; i++) commit(`main ${i}`);
  return git('rev-list', '--topo-order', '--reverse', 'HEAD').trim().split('\n');
}

/** A bisect over that history; where `seen` says so a commit failed in so many of its runs. */
function bisect(
  ids: string[],
  direction: 'fix' | 'regression',
  seen: Record<number, [number, number]>,
  finding: (commits: BisectSummary['rows']) => BisectFinding,
): BisectSummary {
  const rows = sampleRows(ids.length, seen, {}).map((row, i) => ({
    ...row,
    commit: { ...row.commit, commit: ids[i] ?? '', subject: `it's number ${i}` },
  }));
  return sampleBisect({ header: sampleBisectHeader({ direction }), rows, findings: [finding(rows)] });
}

function replay(log: string): string {
  const file = join(repository, '.git', 'a log');
  writeFileSync(file, log);
  return git('bisect', 'replay', file);
}

function suspect(rows: BisectSummary['rows'], index: number) {
  return { commit: rows[index]?.commit ?? expect.fail(), files: [], mass: 0.5 };
}

describe('git bisect replay', () => {
  it('ends at the commit that fixed it', () => {
    const ids = history();
    const at = ids.length - 4;
    const summary = bisect(
      ids,
      'fix',
      { 0: [40, 100], [at - 1]: [38, 100], [at]: [0, 300], [at + 2]: [0, 12] },
      (rows) => {
        const check = sampleCheck([0, [38, 100]], [0, [0, 300]]);
        const before = { ...check.before, commit: suspect(rows, at - 1).commit };
        return {
          verb: 'fixed',
          state: 'found',
          posterior: 0.99,
          suspects: [suspect(rows, at)],
          check: { ...check, before },
        };
      },
    );
    const log = bisectLog(summary);
    expect(replay(log)).toContain(`${ids[at]} is the first fixed commit`);
    expect(log).toContain(`# first fixed commit: [${ids[at]}] it's number ${at}`);
    expect(git('bisect', 'log')).toContain(`git bisect broken ${ids[at - 1]}`);
  });

  it('ends at the commit that introduced it, on a branch that was merged', () => {
    const ids = history();
    const second = git('rev-parse', 'side').trim();
    const at = ids.indexOf(second);
    const summary = bisect(
      ids,
      'regression',
      { 0: [0, 100], [at - 1]: [0, 100], [at]: [40, 100], [ids.length - 3]: [38, 100], [at + 1]: [0, 100] },
      (rows) => ({ verb: 'introduced', state: 'found', posterior: 0.99, suspects: [suspect(rows, at)], check: null }),
    );
    const parent = git('rev-parse', 'side~1').trim();
    expect(ids[at - 1]).toBe(parent);
    expect(replay(bisectLog(summary))).toContain(`${second} is the first bad commit`);
  });

  it('is left with the commits that cannot be told apart', () => {
    const ids = history();
    const at = ids.length - 5;
    const skipped = [at, at + 1];
    const summary = {
      ...bisect(ids, 'fix', { 0: [40, 100], [at - 1]: [38, 100], [at + 2]: [0, 300] }, (rows) => ({
        verb: 'fixed',
        state: 'undecided',
        posterior: 0.97,
        suspects: [at, at + 1, at + 2].map((i) => suspect(rows, i)),
        check: null,
      })),
    };
    summary.unusable = skipped.map((i) => ({
      commit: suspect(summary.rows, i).commit,
      kind: 'build',
      reason: 'error: no\nsecond line',
      log: null,
    }));
    const file = join(repository, '.git', 'a log');
    writeFileSync(file, bisectLog(summary));
    const { stdout } = spawnSync('git', ['bisect', 'replay', file], { cwd: repository, encoding: 'utf8' });
    expect(stdout).toContain("There are only 'skip'ped commits left to test.");
    expect(stdout).toContain(ids[at + 2]);
    expect(bisectLog(summary)).toContain(`# possible first fixed commit: [${ids[at]}]`);
  });
});

describe('what runs say', () => {
  it('is left open where they do not speak clearly', () => {
    const rows = sampleRows(5, { 0: [40, 100], 2: [0, 3], 3: [0, 100] }, {});
    const log = bisectLog(sampleBisect({ rows, findings: [] }));
    expect(log).toContain(`# 0 of 3 runs failed\n# not decided: [${rows[2]?.commit.commit}]`);
    expect(log).toContain(`git bisect fixed ${rows[3]?.commit.commit}`);
  });

  it('is told of the step in the direction of the bisect: a reduced rate is still broken', () => {
    const two = bisects['two steps'] ?? expect.fail();
    const reduced = two.rows.find(({ rate }) => rate?.failures === 9);
    expect(bisectLog(two)).toContain(`git bisect broken ${reduced?.commit.commit}`);
  });

  it('is nothing git could use where there is no culprit', () => {
    const rows = [...sampleRows(3, { 0: [1, 10] }, {})];
    const log = bisectLog(sampleBisect({ rows, findings: [], outcome: 'both-fail' }));
    expect(log).toBe("git bisect start '--term-old' 'broken' '--term-new' 'fixed'\n# no commit was found: both-fail\n");
  });

  it('names one commit of those that are built alike: the youngest that is old, the oldest that is new', () => {
    const seen = { 0: [40, 100], 1: [40, 100], 2: [40, 100], 3: [0, 100], 4: [0, 100] } as const;
    const rows = sampleRows(6, {}, {}).map((row, i) => {
      const [failures, runs] = seen[i as keyof typeof seen] ?? [0, 100];
      return { ...row, build: i < 3 ? 0 : 1, state: 'seen' as const, rate: rateInterval(failures, runs) };
    });
    const told = [...bisectLog(sampleBisect({ rows, findings: [] })).matchAll(/^git bisect (\w+) (\w+)/gm)];
    const place = (id = '') => rows.findIndex(({ commit }) => commit.commit === id);
    expect(told.map(([, word, id]) => `${word} ${place(id)}`)).toEqual(['fixed 3', 'broken 2']);
  });
});
