import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
  const names = [...prose.matchAll(/`([A-Za-z0-9.-]+)`|"(\w+)":/g)].map((match) => match[1] ?? match[2] ?? '');
  return new Set(names.flatMap((name) => name.split('.')));
}

/** A test that fails under one condition, does something under it, and meets a refusal under another. */
const script = {
  outcomes: [
    { ending: { kind: 'exit', code: 0 }, weight: 1, weights: { 'chaos:pct:2': 1 } },
    { ending: { kind: 'exit', code: 1 }, output: 'cqe res -5\n', weight: 0, weights: { 'chaos:pct:2': 1 } },
  ],
  effects: {
    'chaos:pct:2': { threads: 3, events: 40, concurrent: 25, held: 38, heldUs: 900, releases: 37, points: 1 },
  },
  refuses: { part: 'noise', text: 'there is no stress-ng' },
  guest: { boots: [2000] },
};

/** A cache with a kernel in it. */
function withKernel(dir: string): string {
  const folder = join(dir, 'cache/flakehunt/kernels/linux-image-6.1.0-1-cloud-amd64_6.1.9-1');
  const [release, version, packageVersion] = ['6.1.0-1-cloud-amd64', '6.1.9', '6.1.9-1'];
  const note = {
    v: 1,
    release,
    version,
    package: `linux-image-${release}`,
    packageVersion,
    suites: ['sid'],
    sha256: '',
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'vmlinuz'), '');
  writeFileSync(join(folder, 'kernel.json'), JSON.stringify(note));
  return join(dir, 'cache');
}

const claim = ['claim', '--tree', 'lab', '--condition', 'chaos:handoff', '--seed', '1'];

const night = ['nightly', '--tree', 'lab', '--condition', 'plain', '--overload', 'count', '--time', '8s'];
const quarantine = `quarantine:
  - {test: claim, signature: slot claimed, reason: r, owner: o, expires: 2999-01-01}
`;

it('describes every field of every document in its section of the manual, or where it speaks of a hunt', async () => {
  const place = bench();
  const log = 'Running test a.t      cqe res -5\nTest a.t failed with ret 1\n';
  const path = join(place.dir, 'script.json');
  writeFileSync(path, JSON.stringify(script));
  const engine = `--engine=fake:${path}`;
  const known = { FLAKEHUNT_CONFIG: join(place.dir, 'quarantine.yaml') };
  writeFileSync(known.FLAKEHUNT_CONFIG, quarantine);
  const documents = [
    await place.json(['run', engine, '--loops', '3000', '--strategy', 'auto', '--json', '--', '/bin/true']),
    await place.json([
      'run',
      engine,
      '--kernel',
      '6.1',
      '--loops',
      '10',
      '--strategy',
      'plain',
      '--json',
      '--',
      '/bin/true',
    ]),
    await place.json(['run', '--loops', '3', '--json', '--', 'sh', '-c', 'echo "cqe res -5"; exit 1']),
    await place.json(['list', '--json']),
    await place.json(['show', 'last:1', '--json']),
    await place.json(['doctor', '--json']),
    await place.json(['cache', '--json']),
    await place.json(['cache', '--prune', '--all', '--dry-run', '--json']),
    await place.json(['parse', '--json'], { input: log }),
    await place.json(['conditions', '--json']),
    await place.json(['kernels', '--cached', '--json'], { env: { XDG_CACHE_HOME: withKernel(place.dir) } }),
    await place.json(['replay', 'last', '--json']),
    await place.json([
      'replay',
      '--seed',
      '1',
      '--condition',
      'chaos:spawn',
      '--json',
      '--',
      'sh',
      '-c',
      'true | true',
    ]),
    await place.json(['explain', 'claim', '--tree', 'lab', '--json']),
    await place.json(['bisect', ...claim, '--good', '4b6594f0', '--bad', 'v0.4', '--json']),
    await place.json(['confirm', '4b6594f0', ...claim, '--json']),
    await place.json([...night, '--rev', '4b6594f0', 'claim', '--json'], { env: known }),
    await place.json([...night, '--rev', 'v0.4', 'claim', '--shard', '1/1', '--json'], { env: known }),
    await place.json(['history', '--json']),
    await place.json(['history', 'claim', '--json']),
    await place.json(['history', 'last', '--json']),
  ] as { v: number; kind: string }[];
  const kinds = documents.map(({ kind }) => kind);
  expect(kinds).toEqual([
    ...['hunt', 'hunt', 'hunt', 'hunts', 'run', 'doctor', 'cache', 'prune', 'log', 'conditions', 'kernels'],
    ...['replay', 'replay', 'explain', 'bisect', 'confirm', 'night', 'night', 'history', 'trend', 'night'],
  ]);
  expect(fields(documents[0])).toEqual(expect.arrayContaining(['horizon', 'elsewhere', 'part']));
  expect(fields(documents.find(({ kind }) => kind === 'kernels'))).toContain('suites');
  const inHunt = named(section('hunt'));
  for (const document of documents) {
    const inSection = named(section(document.kind));
    const missing = fields(document).filter((field) => !inSection.has(field) && !inHunt.has(field));
    expect([document.kind, document.v, [...new Set(missing)]]).toEqual([document.kind, 1, []]);
  }
});
