import { expect, it } from 'vitest';
import { labelledFacts } from './labelled.ts';

it('puts as many facts on a line as fit, and breaks one that does not fit on a line', () => {
  const facts = ['built in 2.5 s', 'gcc (Some Distribution 13.3.0-6somewhat2~24.04) 13.3.0'];
  expect(labelledFacts('build', facts, 80)).toEqual([
    'build      built in 2.5 s,',
    '           gcc (Some Distribution 13.3.0-6somewhat2~24.04) 13.3.0',
  ]);
  expect(labelledFacts('build', facts, 60)).toEqual([
    'build      built in 2.5 s,',
    '           gcc (Some Distribution 13.3.0-6somewhat2~24.04)',
    '           13.3.0',
  ]);
  expect(labelledFacts('build', [...facts, 'x'], 60).at(-1)).toBe('           13.3.0, x');
});
