import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/model/verdict.ts';
import { type LaidTree, layTree } from './laid-tree.ts';
import { readTruth, type TrueBug } from './truth.ts';

const truth = readTruth();
const tests = Object.entries(truth.testsAtHead);
const REFUSED = 'io_uring_setup: -1 (EPERM), io_uring is refused here, skipping';
let lab: LaidTree;
/** What nop.t says: does this machine allow io_uring at all? */
let allowed: boolean;

beforeAll(async () => {
  lab = await layTree();
  const { ok, log } = await lab.build(
    'main',
    tests.map(([name]) => name),
  );
  expect(log).not.toContain('warning');
  expect(ok).toBe(true);
  execFileSync('cc', ['-Wall', '-Wextra', '-o', refuse(), join(import.meta.dirname, 'refuse-io-uring.c')]);
  allowed = (await run('nop')).verdict === 'pass';
}, 60_000);
afterAll(() => lab.remove());

describe('the tests of uring-lab at HEAD', () => {
  it('are those of truth.json', async () => {
    const makefile = await lab.git('show', 'main:test/Makefile');
    const sources = [...makefile.matchAll(/^\t(\S+)\.c\b/gm)].map((match) => match[1]);
    expect(sources).toEqual(tests.map(([name]) => name));
  });

  for (const [name, { verdicts, needsIoUring, output = [] }] of tests.filter(
    ([, test]) => test.verdicts.length === 1,
  )) {
    it(`${name} always comes out as ${verdicts[0]}`, async () => {
      for (let i = 0; i < 5; i++) {
        const { verdict, all } = await run(name);
        if (needsIoUring && !allowed) {
          expect([verdict, all]).toEqual(['skip', expect.stringMatching(/^io_uring_setup: -(1|38) \(/)]);
        } else {
          expect([verdict, all]).toEqual([verdicts[0] === 'masked' ? 'pass' : verdicts[0], output.join('\n')]);
        }
      }
    });
  }

  for (const [name, { needsIoUring, verdicts }] of tests.filter(([name]) => name !== 'passthrough')) {
    it(`${name} ${needsIoUring ? 'skips with the reason' : 'runs all the same'} where io_uring is refused`, async () => {
      const { verdict, all } = await run(name, refuse());
      if (needsIoUring) expect([verdict, all]).toEqual(['skip', REFUSED]);
      else expect(verdicts).toContain(verdict);
    }, 20_000);
  }
});

describe('the flaky tests of uring-lab at HEAD', () => {
  // A race needs two CPUs: on one, its window is hit only when a time slice ends inside it.
  const apart = availableParallelism() >= 2;

  const atHead = truth.bugs.filter(({ presentAtHead }) => presentAtHead);
  const rarest = (bug: TrueBug) => bug.changes.at(-1)?.rateAfter[0] ?? 0;

  for (const bug of atHead.filter((bug) => rarest(bug) > 0)) {
    const title = `${bug.test} both passes and shows ${bug.id} as ${bug.verdict}`;
    it.skipIf(!apart)(
      apart ? title : `${title} (not checked: this machine has one CPU)`,
      async ({ skip }) => {
        if (bug.needsIoUring && !allowed) skip('io_uring is refused here');
        const seen = await runUntilSeen(bug.test, ['pass', bug.verdict], capFor(rarest(bug)));
        expect([...seen.keys()].sort()).toEqual(['pass', bug.verdict].sort());
        expect(seen.get(bug.verdict)).toEqual(bug.signature.lines);
      },
      300_000,
    );
  }

  for (const bug of atHead.filter((bug) => rarest(bug) === 0)) {
    it(`${bug.test} passes; ${bug.id} is too rare to wait for`, async () => {
      const seen = await runUntilSeen(bug.test, ['pass', bug.verdict], 100);
      expect(seen.has('pass')).toBe(true);
      expect(seen.get(bug.verdict) ?? bug.signature.lines).toEqual(bug.signature.lines);
    }, 60_000);
  }
});

/** Runs n after which a failure of rate p has not been seen with a probability of 1e-6: (1 - p)^n = 1e-6. */
function capFor(p: number): number {
  return Math.ceil(Math.log(1e-6) / Math.log1p(-p));
}

/** Output lines by verdict: the test runs, two at a time, until all the wanted ones were seen, at most `cap` times. */
async function runUntilSeen(test: string, wanted: Verdict[], cap: number): Promise<Map<Verdict, string[]>> {
  const seen = new Map<Verdict, string[]>();
  for (let runs = 0; runs < cap && !wanted.every((verdict) => seen.has(verdict)); runs += 2) {
    for (const { verdict, all } of await Promise.all([run(test), run(test)])) {
      const lines = all.split('\n').filter((line) => line !== '');
      seen.set(
        verdict,
        lines.map((line) => line.replace(/\b\d+(?= (us|threads)\b)/g, 'N')),
      );
    }
  }
  return seen;
}

/** One run, judged by its exit code alone: a masked failure comes out as `pass`. */
async function run(test: string, ...before: string[]): Promise<{ verdict: Verdict; all: string }> {
  const [file = '', ...args] = [...before, join(lab.path, 'test', `${test}.t`)];
  const { exitCode, timedOut, all } = await execa(file, args, { reject: false, all: true, timeout: 5000 });
  if (timedOut) return { verdict: 'hang', all };
  const verdict = exitCode === 0 ? 'pass' : exitCode === 77 ? 'skip' : exitCode === 1 ? 'fail' : 'invalid';
  return { verdict, all };
}

function refuse(): string {
  return join(lab.path, 'refuse-io-uring');
}
