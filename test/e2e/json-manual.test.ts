import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { bench } from './flakehunt.ts';

const manual = readFileSync(fileURLToPath(new URL('../../docs/json.md', import.meta.url)), 'utf8');

/** The manual's section on the documents of a kind. */
function section(kind: string): string {
  return manual.split(/^## /m).find((text) => new RegExp(`\\| \`kind\` \\| .*\`${kind}\``).test(text)) ?? '';
}

/** Names of all fields of a document. */
function fields(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(fields);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...fields(inner)]);
}

/** Names in backticks, alone or as keys of a short example; the long example explains nothing. */
function named(text: string): Set<string> {
  const prose = text.replaceAll(/```.*?```/gs, '');
  const names = [...prose.matchAll(/`([A-Za-z0-9.]+)`|"(\w+)":/g)].map((match) => match[1] ?? match[2] ?? '');
  return new Set(names.flatMap((name) => name.split('.')));
}

it('describes every field of every document in its section of the manual, or where it speaks of a hunt', async () => {
  const place = bench();
  const log = 'Running test a.t      cqe res -5\nTest a.t failed with ret 1\n';
  const documents = [
    await place.json(['run', '--loops', '3', '--json', '--', 'sh', '-c', 'echo "cqe res -5"; exit 1']),
    await place.json(['list', '--json']),
    await place.json(['show', 'last:1', '--json']),
    await place.json(['doctor', '--json']),
    await place.json(['cache', '--json']),
    await place.json(['cache', '--prune', '--all', '--dry-run', '--json']),
    await place.json(['parse', '--json'], { input: log }),
    await place.json(['conditions', '--json']),
  ] as { v: number; kind: string }[];
  const kinds = documents.map(({ kind }) => kind);
  expect(kinds).toEqual(['hunt', 'hunts', 'run', 'doctor', 'cache', 'prune', 'log', 'conditions']);
  const inHunt = named(section('hunt'));
  for (const document of documents) {
    const inSection = named(section(document.kind));
    const missing = fields(document).filter((field) => !inSection.has(field) && !inHunt.has(field));
    expect([document.kind, document.v, [...new Set(missing)]]).toEqual([document.kind, 1, []]);
  }
});
