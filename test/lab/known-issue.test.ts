import { expect, it } from 'vitest';
import { judge } from '../../src/oracle/judge.ts';
import { findSuite } from '../../src/suites/index.ts';
import { readTruth } from './truth.ts';

it('the explanation of the race names the commits that truth.json names', () => {
  const bug = readTruth().bugs.find(({ id }) => id === 'msg-ring-race');
  const bytes = Buffer.from(`${bug?.signature.lines.join('\n')}\n`);
  const { known } = judge(
    {
      ending: { kind: 'exit', code: 1 },
      usage: { wallUs: 1, userUs: 1, systemUs: 1, maxRssKiB: 1, voluntarySwitches: 0, involuntarySwitches: 0 },
      output: { bytes, total: bytes.length, cutAt: null },
      stacks: null,
      kernelLog: null,
      core: null,
    },
    findSuite('lab', []).judge,
  );
  expect(known?.fixes.map(({ commit }) => commit)).toEqual(bug?.changes.map(({ commit }) => commit.slice(0, 12)));
});
