import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { Check } from '../model/check.ts';
import { renderChecks } from './doctor.ts';

const plain = { columns: 80, color: false, unicode: true };

const fine: Check = { name: 'make', group: 'needed', state: 'ok', found: 'GNU Make 4.3', cost: null, remedy: null };
const gdb: Check = {
  name: 'gdb',
  group: 'diagnosis',
  state: 'warn',
  found: 'gdb is not installed',
  cost: 'hangs show the kernel state of each thread but no user backtraces',
  remedy: 'apt-get install gdb (Debian)',
};

test('each finding has a line, its cost and remedy below it, and nothing is wider than the screen', () => {
  const text = renderChecks([fine, gdb], plain);
  expect(text).toContain('Needed by every hunt\n  ok    make               GNU Make 4.3\n');
  expect(text).toContain(`  warn  gdb                gdb is not installed
                           costs: hangs show the kernel state of each thread but
                           no user backtraces
                           remedy: apt-get install gdb (Debian)
`);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});

test('it comes to whether hunts can work, and what to do next', () => {
  expect(renderChecks([fine], plain)).toContain('Hunts can work here, and nothing is missing. Next: flakehunt run');
  expect(renderChecks([fine, gdb], plain)).toContain('1 of 2 findings cost something');
  const bad = { ...fine, name: 'compiler', state: 'bad' as const };
  expect(renderChecks([bad, gdb], plain)).toContain('No hunt can work on this machine until compiler is mended');
});

test('a group without findings is not shown', () => {
  expect(renderChecks([fine], plain)).not.toContain('This machine');
});

test('escape sequences of a wrapper do not reach the terminal, and colour says nothing that words do not', () => {
  const odd = { ...gdb, found: '\x1b[2Jgdb\x07 1.0' };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
  expect(renderChecks([odd], plain)).not.toMatch(/[\x1b\x07]/);
  const coloured = renderChecks([fine, gdb], { ...plain, color: true });
  expect(coloured).toContain('\x1b[');
  expect(stripVTControlCharacters(coloured)).toBe(renderChecks([fine, gdb], plain));
});
