import { expect, it } from 'vitest';
import { splitLines } from './split-lines.ts';

it('finds lines wherever the chunks end, and drops a last one that was cut off', async () => {
  async function* chunks() {
    for (const text of ['one\ntw', '', 'o\nthr', 'e', 'e\nfour\n\ncut']) yield Buffer.from(text);
  }
  const lines: string[] = [];
  for await (const line of splitLines(chunks())) lines.push(line);
  expect(lines).toEqual(['one', 'two', 'three', 'four', '']);
});
