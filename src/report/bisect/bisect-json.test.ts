import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { bisectJson } from './bisect-json.ts';
import { confirmJson } from './confirm-json.ts';
import { bisects, confirms, sampleConfirm } from './sample-bisect.ts';

const manual = readFileSync(fileURLToPath(new URL('../../../docs/json.md', import.meta.url)), 'utf8');
const kept = { dir: '/state/flakehunt/bisects/b7x2' };

/** The manual's section on the documents of a kind. */
function section(kind: string): string {
  return manual.split(/^## /m).find((text) => text.includes(`| \`kind\` | \`${kind}\` |`)) ?? '';
}

function fields(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(fields);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...fields(inner)]);
}

const documents = [
  ...Object.entries(bisects).map(([name, summary]) => [`bisect: ${name}`, bisectJson(summary, kept, 0)] as const),
  ...Object.entries(confirms).map(([name, summary]) => [`confirm: ${name}`, confirmJson(summary, kept, 5)] as const),
];

it.each(documents)('describes every field of %s in the manual', (name, text) => {
  const document = JSON.parse(text);
  expect([document.v, `${document.kind}:`]).toEqual([1, name.split(' ')[0]]);
  const names = (kind: string) =>
    [...section(kind).matchAll(/`([A-Za-z.[\]]+)`/g)].flatMap((m) => m[1]?.split('.') ?? []);
  const told = new Set([...names(document.kind), ...names('hunt')]);
  expect([...new Set(fields(document))].filter((field) => !told.has(field))).toEqual([]);
});

it('keeps the masses and counts as they are', () => {
  const document = JSON.parse(bisectJson(bisects['two steps'] ?? expect.fail(), kept, 0));
  expect(document).toMatchObject({ commits: 430, outcome: 'decided', exitCode: 0, dir: kept.dir });
  expect(document.findings.map(({ verb }: { verb: string }) => verb)).toEqual(['reduced', 'fixed']);
  expect(document.rows).toHaveLength(431);
  expect(JSON.parse(confirmJson(sampleConfirm(), kept, 0)).after.rate).toMatchObject({ failures: 0, runs: 1534 });
});
