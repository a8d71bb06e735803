import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { noDefaults } from '../config/run-keys.ts';
import type { CommandContext } from '../model/settings.ts';
import { parseCondition } from '../perturb/condition-text.ts';
import { builtInConditions } from '../perturb/named-conditions.ts';
import type { ConditionRow } from '../report/conditions.ts';
import { conditions } from './conditions.ts';

const own = [
  { name: 'crowd', condition: parseCondition('chaos:victim,noise:futex:2'), about: 'as on the build machine' },
  { name: 'far', condition: parseCondition('pin:4000'), about: 'of the configuration file' },
];

/** Without a compiler and without stress-ng. */
async function printed(json: boolean): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'flakehunt-conditions-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  let text = '';
  const out = (more: string) => {
    text += more;
  };
  const screen = { out, columns: 130, color: false, unicode: true };
  const paths = { cache: root, state: root, packageRoot: process.cwd(), cwd: root };
  const settings = { paths, env: { PATH: root }, conditions: own, run: noDefaults };
  const context = { settings, screen, signal: new AbortController().signal } as unknown as CommandContext;
  expect(await conditions({ json }, context)).toBe(0);
  return text;
}

it('lists built-in conditions, then those of the configuration, and what is in the way', async () => {
  const document = JSON.parse(await printed(true)) as { v: number; kind: string; conditions: ConditionRow[] };
  expect(document).toMatchObject({ v: 1, kind: 'conditions' });
  expect(document.conditions.map(({ name }) => name)).toEqual([...builtInConditions, ...own].map(({ name }) => name));
  const rows = new Map(document.conditions.map((row) => [row.name, row]));
  expect(rows.get('plain')).toMatchObject({ text: 'plain', own: false, auto: true, obstacle: null });
  expect(rows.get('pct-4')).toMatchObject({ text: 'chaos:pct:4', own: false, auto: false });
  expect(rows.get('crowd')).toEqual({
    name: 'crowd',
    text: 'noise:futex:2@free,chaos:victim',
    about: 'as on the build machine',
    own: true,
    auto: false,
    obstacle: 'futex needs stress-ng, which is not installed',
  });
  expect(rows.get('preempt-full')).toMatchObject({
    text: 'preempt:full',
    obstacle: expect.stringContaining('--kernel'),
  });
  expect(rows.get('far')?.obstacle).toContain('CPU 4000 may not be used here');
});

it('says the same to people', async () => {
  const text = await printed(false);
  expect(text).toMatch(/^\+ plain +plain +nothing is perturbed: how often the test fails by itself$/m);
  expect(text).toContain('- cannot work here: crowd (futex needs stress-ng, which is not installed).');
  expect(text).toContain('- cannot work here: far (CPU 4000 may not be used here; the allowed CPUs are ');
});
