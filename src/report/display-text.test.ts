import { describe, expect, it, test } from 'vitest';
import { clip, displayWidth, padEnd, padStart, safe } from './display-text.ts';

describe('safe', () => {
  it.each([
    ['escape sequences are dropped', '\u001b[31mred\u001b[0m \u001b]0;title\u0007x', 'red x'],
    ['control characters become visible', 'a\0b\rc\u007f\nd', 'a^@b^Mc^?^Jd'],
    ['text that runs backwards becomes visible', 'a\u202eb\u2066c', 'a\\u202eb\\u2066c'],
    ['tabs become blanks', 'a\tb', 'a b'],
    ['words of any script stay', 'größe 漢字', 'größe 漢字'],
  ])('%s', (_name, text, expected) => {
    expect(safe(text)).toBe(expected);
  });

  it('keeps to ASCII where the terminal does', () => {
    expect(safe('größe… 😀', false)).toBe('gr\\u00f6\\u00dfe... \\u{1f600}');
  });
});

test.each([
  ['plain', 5],
  ['\u001b[1mbold\u001b[22m', 4],
  ['漢字', 4],
  ['ｆｕｌｌ', 8],
  ['e\u0301', 1],
  ['😀', 2],
  ['👩‍🔧', 2],
  ['한국', 4],
  ['', 0],
])('%j takes %d columns', (text, width) => {
  expect(displayWidth(text)).toBe(width);
});

describe('clip', () => {
  it.each([
    ['short', 10, 'short'],
    ['exactly ten', 11, 'exactly ten'],
    ['a longer text', 9, 'a longer…'],
    ['cut at a blank', 8, 'cut at…'],
    ['漢字漢字', 5, '漢字…'],
    ['漢字漢字', 4, '漢…'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
  ])('%j in %d columns', (text, width, expected) => {
    expect(clip(text, width, '…')).toBe(expected);
    expect(displayWidth(clip(text, width, '…'))).toBeLessThanOrEqual(width);
  });
});

it('pads by columns, not by characters', () => {
  expect(padEnd('漢字', 6)).toBe('漢字  ');
  expect(padStart('漢字', 6)).toBe('  漢字');
  expect(padEnd('long', 2)).toBe('long');
});
