import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sampleEntries } from '../hunt/bisect/sample-range.ts';
import type { HuntEvent } from '../model/events.ts';
import type { CommandContext } from '../model/settings.ts';
import { sampleBisectHeader } from '../report/bisect/sample-bisect.ts';
import { createBisect } from '../store/bisect-log.ts';
import { createHunt } from '../store/hunt-log.ts';
import { sampleClass, sampleFailure, sampleHeader, sampleSession, sampleTally } from '../store/sample-hunt.ts';
import { list } from './list.ts';

let top: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'flakehunt-list-'));
});
afterEach(() => rmSync(top, { recursive: true }));

const eventful: HuntEvent[] = [
  sampleSession(1),
  { type: 'batch', t: 0, batch: 0, stratum: { condition: 'plain', jobs: 1 }, purpose: 'hunt' },
  sampleClass({ class: 1, run: 1 }),
  sampleTally(1, [[2, 8]]),
  sampleClass({ class: 2, run: 9, ending: { kind: 'exit', code: 1 }, judgement: sampleFailure() }),
  sampleTally(2, [[10, 10]]),
  { type: 'end', t: 9000, reason: 'loops', abandoned: 0, exitCode: 1 },
];

test('without hunts it says how to start one', async () => {
  expect(await listed({})).toContain('flakehunt run');
  expect(JSON.parse(await listed({ json: true }))).toEqual({
    ...{ v: 1, kind: 'hunts', total: 0, hunts: [] },
    ...{ totalBisects: 0, bisects: [] },
  });
});

test('each hunt is one line with its runs and what it found; a running and a killed one say so', async () => {
  await keep('251123-a-aaaa', eventful);
  await keep('251123-b-bbbb', eventful.slice(0, 3));
  const running = await createHunt({ state: top }, sampleHeader({ id: '251123-c-cccc' }));
  const text = await listed({});
  await running.close();
  expect(text).toMatch(/^251123-a-aaaa .* 10 {2}2 failed: wait cqe -17/m);
  expect(text).toMatch(/^251123-b-bbbb .* 1 {2}killed, nothing found$/m);
  expect(text).toMatch(/^251123-c-cccc .* 0 {2}running, no runs yet$/m);
});

test('JSON tells what was found, and what cannot be read', async () => {
  await keep('251123-a-aaaa', eventful);
  const dir = await keep('251123-b-bbbb', []);
  appendFileSync(join(dir, 'events.ndjson'), 'rubbish\n');
  const document = JSON.parse(await listed({ json: true }));
  expect(document).toMatchObject({ v: 1, total: 2 });
  const byId = Object.fromEntries(document.hunts.map((hunt: { id: string }) => [hunt.id, hunt]));
  expect(byId['251123-a-aaaa']).toMatchObject({
    state: 'ended',
    reason: 'loops',
    exitCode: 1,
    runs: 10,
    counts: { pass: 8, fail: 2 },
    signatures: [{ id: '0123456789ab', verdict: 'fail', count: 2, firstRun: 9 }],
  });
  expect(byId['251123-b-bbbb'].problem).toContain('line 2 is not an event');
  expect(Object.keys(byId['251123-b-bbbb'])).toEqual(Object.keys(byId['251123-a-aaaa']));
});

test('JSON tells of bisects, too: what each came to, or why it cannot be read', async () => {
  const bisect = await createBisect({ state: top }, sampleBisectHeader({ id: '251124-a-aaaa' }));
  bisect.append({ type: 'range', t: 0, entries: sampleEntries('abc') });
  const suspects = [1, 2].map((node) => ({ node, mass: 0.5, files: [] }));
  const finding = { verb: 'fixed', state: 'undecided', suspects, posterior: 0.97, check: null } as const;
  bisect.append({ type: 'finding', t: 0, ...finding });
  bisect.append({ type: 'end', t: 0, outcome: 'undecided', exitCode: 5 });
  await bisect.close();
  const damaged = await createBisect({ state: top }, sampleBisectHeader({ id: '251124-b-bbbb' }));
  await damaged.close();
  appendFileSync(join(damaged.dir, 'events.ndjson'), 'rubbish\n');
  const document = JSON.parse(await listed({ json: true }));
  expect(document).toMatchObject({ total: 0, hunts: [], totalBisects: 2 });
  const byId = Object.fromEntries(document.bisects.map((one: { id: string }) => [one.id, one]));
  expect(byId['251124-a-aaaa']).toMatchObject({
    ...{ dir: bisect.dir, direction: 'fix', outcome: 'undecided', exitCode: 5, runs: 0, problem: null },
    findings: [{ verb: 'fixed', state: 'undecided', suspects: 2, posterior: 0.97, commit: { name: 'c1' } }],
  });
  expect(byId['251124-b-bbbb'].problem).toContain('line 2');
  expect(Object.keys(byId['251124-b-bbbb'])).toEqual(Object.keys(byId['251124-a-aaaa']));
});

test('the newest twenty are shown, and how many more there are', async () => {
  for (let i = 0; i < 22; i++) await keep(`251123-x-${1000 + i}`, []);
  expect((await listed({})).match(/^251123-x-/gm)).toHaveLength(20);
  expect(await listed({})).toContain('2 older ones: flakehunt list --all');
  expect((await listed({ all: true })).match(/^251123-x-/gm)).toHaveLength(22);
});

async function keep(id: string, events: HuntEvent[]): Promise<string> {
  const log = await createHunt({ state: top }, sampleHeader({ id }));
  for (const event of events) log.append(event);
  await log.close();
  return log.dir;
}

/** What `list` writes to standard output, 80 columns wide. */
async function listed(options: Parameters<typeof list>[0]): Promise<string> {
  const parts: (string | Uint8Array)[] = [];
  const screen = { out: (part: string | Uint8Array) => void parts.push(part), columns: 80 } as CommandContext['screen'];
  const paths = { state: top, cache: top, packageRoot: top, cwd: top };
  const settings = { paths } as CommandContext['settings'];
  const context = { settings, screen, signal: new AbortController().signal } as CommandContext;
  expect(await list(options, context)).toBe(0);
  return parts.join('');
}
