import { expect, it } from 'vitest';
import { failureWords } from './failure-words.ts';
import { bareRules } from './sample-outcome.ts';

function wordsOf(text: string): string | null {
  const bytes = new TextEncoder().encode(text);
  return failureWords({ bytes, total: bytes.length, cutAt: null }, bareRules);
}

it.each([
  ['the first failing line, without its numbers', 'ring ready\nwait cqe -17\ntest_disabled_ring failed\n', 'wait cqe'],
  [
    'its longest part between them',
    '12: got -5 instead of what was expected, 0x7f3a\n',
    'instead of what was expected,',
  ],
  ['what is new in it', 'cqe res 4\nok\ncqe res -5 unexpected\n', 'unexpected'],
  ['a sign too, where that is new', 'cqe res 4\ncqe res -5\n', 'cqe res -'],
  ['what was written, in spite of colours', '\u001b[31mtest_poll failed\u001b[0m\n', 'test_poll failed'],
  [
    "a tool's report before anything else",
    'a failed\n==12==ERROR: AddressSanitizer: heap-use-after-free on address 0x60200000eff0 at pc 0x55\n    #0 0x55 in main a.c:1\n',
    'AddressSanitizer: heap-use-after-free on address',
  ],
])('are %s', (_, output, words) => {
  expect(wordsOf(output)).toBe(words);
});

it.each(['', 'all is well\n', '\n\n'])('are none of %j', (output) => {
  expect(wordsOf(output)).toBeNull();
});
