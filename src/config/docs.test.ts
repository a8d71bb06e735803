import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseConfigFile } from './load-file.ts';
import { environmentName, runKeys } from './run-keys.ts';

const text = readFileSync(new URL('../../docs/config.md', import.meta.url), 'utf8');

function blocks(language: string): string[] {
  return text
    .split(/^```/m)
    .filter((_, index) => index % 2 === 1)
    .flatMap((block) => (block.startsWith(`${language}\n`) ? [block.slice(language.length + 1)] : []));
}

function parse(block: string) {
  return parseConfigFile(block, '/home/u/flakehunt.config.yaml', '/home/u');
}

describe('docs/config.md', () => {
  it('shows configurations that are valid', () => {
    expect(blocks('yaml').map((block) => parse(block).suites.map(({ name }) => name))).toEqual([
      ['events'],
      [],
      [],
      ['slow-machine'],
    ]);
    expect(blocks('yaml').flatMap((block) => parse(block).conditions.map(({ name }) => name))).toEqual([
      'crowded',
      'first-cpu',
    ]);
  });

  it('shows what a wrong one is answered with', () => {
    const [wrong = ''] = blocks('yaml wrong');
    const [answer = ''] = blocks('text');
    expect(() => parse(wrong)).toThrow(answer.trimEnd());
  });

  it('names every default of run and its variable', () => {
    for (const { key } of Object.values(runKeys)) {
      expect(text).toContain(`| \`${key}\` | \`${environmentName(key)}\` |`);
    }
  });
});
