import { describe, expect, it } from 'vitest';
import type { BisectTarget } from '../../model/bisect.ts';
import type { Judgement, Signature } from '../../model/verdict.ts';
import { holds, isTarget, mayHide } from './same-failure.ts';
import { sampleTarget as target } from './sample-range.ts';

function judged(verdict: Judgement['verdict'], changes: Partial<Signature> | null = {}): Judgement {
  const signature = changes === null ? null : { ...target.signature, id: 'another', ...changes };
  return { verdict, signature, known: null, reason: null };
}

const like = { by: 'like' } as const;

describe('like', () => {
  it('is the same signature, or one of its kind that begins with the same line', () => {
    expect(isTarget(judged('fail', { id: target.signature.id, lines: [] }), target, like)).toBe(true);
    expect(isTarget(judged('fail', { lines: ['wait cqe -17', 'line 77'] }), target, like)).toBe(true);
    expect(isTarget(judged('fail', { lines: ['wait cqe -11'] }), target, like)).toBe(false);
    expect(isTarget(judged('fail', { kind: 'signal', lines: ['wait cqe -17'] }), target, like)).toBe(false);
  });

  it('takes no two failures without a line for one', () => {
    const silent: BisectTarget = { ...target, signature: { ...target.signature, lines: [] } };
    expect(isTarget(judged('fail', { lines: [] }), silent, like)).toBe(false);
  });

  it('takes a hang for any other, wherever its threads stand', () => {
    const hang: BisectTarget = { verdict: 'hang', signature: { ...target.signature, kind: 'hang', lines: ['wait4'] } };
    expect(isTarget(judged('hang', { kind: 'hang', lines: ['poll'] }), hang, like)).toBe(true);
  });
});

it('only the same verdict counts, whatever the rule', () => {
  for (const rule of [like, { by: 'any' }, { by: 'text', text: 'wait' }] as const) {
    expect(isTarget(judged('masked', { id: target.signature.id }), target, rule)).toBe(false);
    expect(isTarget(judged('pass', null), target, rule)).toBe(false);
  }
});

it('any needs no signature; a text does', () => {
  expect(isTarget(judged('fail', null), target, { by: 'any' })).toBe(true);
  expect(isTarget(judged('fail', null), target, { by: 'text', text: 'wait' })).toBe(false);
  expect(isTarget(judged('fail'), target, { by: 'text', text: 'CQE -17' })).toBe(true);
});

it('a text is an id, or a part of the title in either case of letters', () => {
  expect(holds(target.signature, '0123456789ab')).toBe(true);
  expect(holds(target.signature, '0123456789a')).toBe(false);
  expect(holds(target.signature, 'eexist')).toBe(true);
});

it('a masked failure ends no run early, so it hides only a masked one', () => {
  expect(mayHide('masked', target)).toBe(false);
  expect(mayHide('masked', { ...target, verdict: 'masked' })).toBe(true);
  expect(mayHide('hang', target)).toBe(true);
});
