import { expect, it } from 'vitest';
import { threadOf, tracedEvents } from './traced-events.ts';

it('reads the calls of a trace; one is done when its thread makes the next', () => {
  const lines = [
    '0/0 clone3 8d9 0 100 110 - -',
    '0.1/0 futex 0b4 1 130 1230 h1000 futex1',
    '0/1 io_uring_enter 829 0 140 150 p ring1',
    '',
  ].join('\n');
  expect(tracedEvents(lines)).toEqual([
    { key: '0/0:clone3:8d9:0', thread: '0', call: 'clone3', object: null, releasedUs: 110, doneUs: 140 },
    { key: '0.1/0:futex:0b4:1', thread: '0.1', call: 'futex', object: 'futex1', releasedUs: 1230, doneUs: null },
    {
      key: '0/1:io_uring_enter:829:0',
      thread: '0',
      call: 'io_uring_enter',
      object: 'ring1',
      releasedUs: 150,
      doneUs: null,
    },
  ]);
});

it('is empty for a run in which nothing was intercepted', () => {
  expect(tracedEvents('')).toEqual([]);
});

it('knows the thread of a key', () => {
  expect(threadOf('0.2.1/3:read:45b:0')).toBe('0.2.1');
});
