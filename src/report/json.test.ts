import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { resultJson, summaryJson } from './json.ts';
import { armHunts } from './sample-arms.ts';
import { case1135, pass, sampleSummary } from './sample-summary.ts';

const manual = readFileSync(new URL('../../docs/json.md', import.meta.url), 'utf8');
const kept = { dir: '/state/k3f9', artifactDir: '/state/k3f9/artifacts', state: 'ended' } as const;
const because = { verdict: 'skip', signature: null, known: null, reason: 'no ethtool' } as const;
const summary = sampleSummary([
  { count: 10, judgement: pass },
  { count: 2, judgement: case1135, event: { core: 'core.7' } },
  { count: 1, judgement: because },
]);
const document = summaryJson(summary, kept);
/** Of one condition, and of several: what the one leaves null the others have. */
const documents = [document, ...Object.values(armHunts).map((hunt) => summaryJson(hunt, kept))];

/** Every field of a document by its path, elements of lists merged: `signatures[].rates[].low`. */
function fields(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((element) => fields(element, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = path === '' ? key : `${path}.${key}`;
    return [at, ...fields(inner, at)];
  });
}

it('counts each run once and keeps rates per stratum', () => {
  expect(document).toMatchObject({
    v: 1,
    kind: 'hunt',
    runs: 13,
    eligible: 12,
    counts: { pass: 10, fail: 2, skip: 1 },
    strata: [{ condition: 'plain', jobs: 1, eligible: 12 }],
    signatures: [{ count: 2, rates: [{ condition: 'plain', jobs: 1, failures: 2, runs: 12 }] }],
    reasons: [{ verdict: 'skip', reason: 'no ethtool', count: 1, firstRun: 13 }],
  });
});

it('compares conditions by the failure that plain has, and tells how to see it again', () => {
  const { arms, signatures } = summaryJson(armHunts['two failures'], kept);
  expect(arms).toMatchObject({
    signature: case1135.signature?.id,
    verdict: 'fail',
    best: { condition: 'chaos:pct:2' },
  });
  expect(arms.rows.map(({ condition, gain }) => [condition, gain === null])).toEqual([
    ['plain', true],
    ['chaos:pct:2', false],
    ['chaos:victim', false],
    ['chaos:spawn', false],
  ]);
  expect(signatures[0]?.reproducer).toMatchObject({
    condition: 'chaos:pct:2:25',
    here: expect.stringMatching(/^flakehunt replay \S+:\d+$/),
    elsewhere: expect.stringMatching(/^flakehunt replay --seed \S+ --condition chaos:pct:2:25 --as-run \d+ msg-ring /),
  });
});

it('tells what clean runs exclude', () => {
  const { arms } = summaryJson(armHunts['nothing found'], kept);
  const excluded = arms.rows.find(({ condition }) => condition === 'chaos:pct:3')?.excluded;
  expect(excluded).toMatchObject({ depth: 3, threads: 3, calls: 25, runs: 400 });
  expect(excluded?.probability).toBeCloseTo(1 - (1 - 1 / (3 * 25 ** 2)) ** 400, 12);
  expect(arms).toMatchObject({ signature: null, best: null });
});

it('gives paths that can be opened', () => {
  expect(document).toMatchObject({
    dir: '/state/k3f9',
    signatures: [{ output: '/state/k3f9/artifacts/1.out', core: '/state/k3f9/artifacts/core.7' }],
  });
});

it('has no holes: what does not apply is null', () => {
  expect(JSON.parse(resultJson(summary, kept))).toEqual(document);
  expect(summaryJson(sampleSummary([], {}, null), kept)).toMatchObject({ ended: null, durationUs: null });
});

it('has each of its fields in the manual', () => {
  const named = new Set([...manual.matchAll(/`([A-Za-z0-9.]+)`/g)].flatMap((match) => (match[1] ?? '').split('.')));
  const missing = fields(documents).filter((path) => !named.has(path.split('.').at(-1) ?? ''));
  expect([...new Set(missing)].filter((path) => !path.includes('ending.'))).toEqual([]);
});

it('has the shape of the example in the manual', () => {
  const example: unknown = JSON.parse(
    /```json\n(\{\n {2}"v": 1,\n {2}"kind": "hunt".*?)```/s.exec(manual)?.[1] ?? '{}',
  );
  expect(Object.keys(example as object)).toEqual(Object.keys(document));
  const known = new Set(documents.flatMap((one) => fields(one)));
  const unknown = fields(example).filter((path) => !known.has(path) && !/\.(ending|known|errnos)\b/.test(path));
  expect(unknown).toEqual([]);
});
