import { expect, it } from 'vitest';
import { BootFold } from './fold-boots.ts';

it('counts boots, and names each console once', () => {
  const fold = new BootFold();
  expect(fold.summary()).toBeNull();
  fold.add({ type: 'boot', guest: 1, ms: 3000, console: 'console.1' });
  expect(fold.summary()).toEqual({ count: 1, medianMs: 3000, slowestMs: 3000, consoles: ['console.1'] });
  fold.add({ type: 'boot', guest: 2, ms: 1000, console: 'console.2' });
  expect(fold.summary()).toMatchObject({ count: 2, medianMs: 2000, slowestMs: 3000 });
  fold.add({ type: 'boot', guest: 1, ms: 1500, console: 'console.1' });
  expect(fold.summary()).toEqual({
    count: 3,
    medianMs: 1500,
    slowestMs: 3000,
    consoles: ['console.1', 'console.2'],
  });
});
