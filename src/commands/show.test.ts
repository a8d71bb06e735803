import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UsageError } from '../errors.ts';
import type { CommandContext } from '../model/settings.ts';
import { createHunt } from '../store/hunt-log.ts';
import { sampleClass, sampleFailure, sampleHeader, sampleSession, sampleTally } from '../store/sample-hunt.ts';
import { show } from './show.ts';

let top: string;
beforeEach(async () => {
  top = mkdtempSync(join(tmpdir(), 'flakehunt-show-'));
  const log = await createHunt({ state: top }, sampleHeader());
  log.append(sampleSession(1));
  log.append({ type: 'batch', t: 0, batch: 0, stratum: { condition: 'plain', jobs: 1 }, purpose: 'hunt' });
  const output = { file: log.writeOutput(1, Buffer.from('wait cqe -17\n')), total: 13, cutAt: null };
  const ending = { kind: 'exit', code: 1 } as const;
  log.append(sampleClass({ class: 1, run: 1, ending, judgement: sampleFailure(), output, excerpt: 'wait cqe -17' }));
  log.append(sampleTally(1, [[2, 3]]));
  await log.close();
});
afterEach(() => rmSync(top, { recursive: true }));

test('without a target the last hunt is shown again: its header, what it found, and that it was killed', async () => {
  const text = await shown({ target: undefined });
  expect(text).toContain('251123-msg-ring-k3f9');
  expect(text).toContain('wait cqe -17 (EEXIST) > test_disabled_ring failed');
  expect(text).toMatch(/^ended {6}killed/m);
});

test('a hunt that is being written is told from one that was killed, on the screen and in JSON', async () => {
  const running = await createHunt({ state: top }, sampleHeader({ id: '251123-poll-aaaa' }));
  running.append(sampleSession(1));
  expect(await shown({ target: 'aaaa' })).toMatch(/^ended {6}not yet/m);
  expect(JSON.parse(await shown({ target: 'aaaa', json: true }))).toMatchObject({ state: 'running', ended: null });
  await running.close();
  expect(await shown({ target: 'aaaa' })).toMatch(/^ended {6}killed/m);
  expect(JSON.parse(await shown({ target: 'aaaa', json: true }))).toMatchObject({ state: 'killed', ended: null });
});

test('a run is shown with its output', async () => {
  expect(await shown({ target: 'k3f9:1' })).toMatch(
    /^run 1 of 251123-msg-ring-k3f9(?:.|\n)*output \(13 bytes\):\nwait cqe -17\n$/,
  );
  expect(await shown({ target: ':2', raw: true })).toBe('wait cqe -17\n');
});

test('as JSON a hunt and a run are told apart by their kind', async () => {
  expect(JSON.parse(await shown({ target: 'last', json: true }))).toMatchObject({ v: 1, kind: 'hunt', runs: 3 });
  expect(JSON.parse(await shown({ target: 'last:1', json: true }))).toMatchObject({ v: 1, kind: 'run', run: 1 });
});

test.each([
  ['an unknown hunt', { target: 'zzzz' }, 'There is no hunt "zzzz"'],
  ['a run beyond the last', { target: 'last:4' }, 'numbered 1 to 3'],
  ['a run that is no number', { target: 'last:x' }, 'is no run'],
  ['raw output of a whole hunt', { target: 'k3f9', raw: true }, 'Name the run: HUNT:RUN, for example k3f9:1'],
])('%s is a mistake that says what to write instead', async (_name, options, message) => {
  await expect(shown(options)).rejects.toThrow(UsageError);
  await expect(shown(options)).rejects.toThrow(message);
});

async function shown(options: Parameters<typeof show>[0]): Promise<string> {
  const parts: (string | Uint8Array)[] = [];
  const screen = {
    out: (part: string | Uint8Array) => void parts.push(part),
    columns: 80,
    tty: true,
    color: false,
    unicode: true,
  };
  const paths = { state: top, cache: top, packageRoot: top, cwd: top };
  const context = { settings: { paths }, screen, signal: new AbortController().signal } as unknown as CommandContext;
  expect(await show(options, context)).toBe(0);
  return parts.map((part) => (typeof part === 'string' ? part : Buffer.from(part).toString())).join('');
}
