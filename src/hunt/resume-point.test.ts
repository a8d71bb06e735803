import { expect, it } from 'vitest';
import type { HuntEvent } from '../model/events.ts';
import { advance, freshStart } from './resume-point.ts';

it('goes on behind the highest run, class and batch, in whatever order they were logged', () => {
  const events = [
    { type: 'batch', batch: 3 },
    { type: 'class', class: 2, run: 40 },
    {
      type: 'tally',
      class: 1,
      runs: [
        [1, 39],
        [41, 57],
      ],
    },
    { type: 'tally', class: 2, runs: [[50, 50]] },
    { type: 'note', text: 'x' },
  ] as unknown as HuntEvent[];
  expect(events.reduce(advance, freshStart)).toEqual({ nextRun: 58, nextClass: 3, nextBatch: 4 });
});
