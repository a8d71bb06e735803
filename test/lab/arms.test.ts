import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCondition } from '../../src/perturb/condition-text.ts';
import { Session } from '../supervisor/session.ts';
import { type LaidTree, layTree } from './laid-tree.ts';
import { readTruth, type TrueBug } from './truth.ts';

const bugs = readTruth().bugs.filter(({ presentAtHead }) => presentAtHead);
/** What a hunt of these tests learns: calls made while two threads live, and the time of a run. */
const learnt = { horizon: 20, spanUs: 4000 };
let lab: LaidTree;
let refused: boolean;

beforeAll(async () => {
  lab = await layTree();
  const { ok } = await lab.build('main', ['nop', ...bugs.map(({ test }) => test)]);
  expect(ok).toBe(true);
  refused = (await execa(join(lab.path, 'test', 'nop.t'), { reject: false })).exitCode === 77;
}, 60_000);
afterAll(() => lab.remove());

// Where threads cannot run at the same time, a held call holds up everything.
describe.skipIf(availableParallelism() < 2)('what provokes the bugs of uring-lab', () => {
  for (const bug of bugs) {
    const { raise, cannot, never } = bug.arms;

    for (const [text, share] of Object.entries(raise)) {
      it(`${bug.id} fails under ${text}, in a third of ${Math.round(1000 * share) / 10} % of runs or more`, async ({
        skip,
      }) => {
        if (bug.needsIoUring && refused) skip('io_uring is refused here');
        const runs = share < 0.05 ? 1600 : share < 0.1 ? 400 : 100;
        expect(await failures(bug, text, runs)).toBeGreaterThanOrEqual((runs * share) / 3);
      });
    }

    for (const text of cannot) {
      it(`${bug.id} fails no more often than plainly under ${text}`, async ({ skip }) => {
        if (bug.needsIoUring && refused) skip('io_uring is refused here');
        const most = bug.changes.at(-1)?.rateAfter[1] ?? 0;
        expect(await failures(bug, text, 200)).toBeLessThanOrEqual(200 * most);
      });
    }

    for (const text of never) {
      it(`${bug.id} never fails under ${text}`, async () => {
        expect(await failures(bug, text, 300)).toBe(0);
      });
    }
  }
});

async function failures(bug: TrueBug, text: string, runs: number): Promise<number> {
  const session = await Session.start([join(lab.path, 'test', `${bug.test}.t`)], { limitMs: 1000 });
  await session.run({ runs, condition: parseCondition(text), learnt });
  await session.stop();
  const ends = session.runsByEnding;
  const bad = bug.verdict === 'hang' ? 'timeout' : 'exit:1';
  expect(Object.keys(ends).filter((end) => end !== 'exit:0' && end !== bad)).toEqual([]);
  return ends[bad]?.length ?? 0;
}
