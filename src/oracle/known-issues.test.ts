import { expect, it } from 'vitest';
import { judge } from './judge.ts';
import { bareRules, outcomeWith } from './sample-outcome.ts';

const rules = { ...bareRules, project: 'liburing' as const };

function known(output: string, code: number): string | undefined {
  return judge(outcomeWith({ output, ending: { kind: 'exit', code } }), rules).known?.id;
}

it('knows case 1135 whatever the order of its lines', () => {
  expect(known('test_disabled_ring failed\nring flags defer failed\nwait cqe -17\ncqe res 32\n', 1)).toBe(
    'liburing-1135',
  );
});

it.each([
  ['another errno', 'wait cqe -11\ntest_disabled_ring failed\n', 1],
  ['the same function without the wait', 'cqe res 32\ntest_disabled_ring failed\n', 1],
  ['the wait in another test', 'wait cqe -17\ntest_exec failed\n', 1],
  ['a lone wait of a test that fails by itself', 'wait cqe -17\n', 1],
  ['more than the wait in a run that exits 0', 'wait cqe -17\nsubmit: -22\n', 0],
  ['another errno in a run that exits 0', 'wait cqe -11\n', 0],
])('does not take %s for it', (_what, output, code) => {
  expect(known(output, code)).toBeUndefined();
});

it('applies to its project only', () => {
  const outcome = outcomeWith({ output: 'wait cqe -17\n', ending: { kind: 'exit', code: 0 } });
  expect(judge(outcome, bareRules)).toMatchObject({ verdict: 'masked', known: null });
});
