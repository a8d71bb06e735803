import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EnvironmentError } from '../errors.ts';
import type { HuntEvent } from '../model/events.ts';
import { EventWriter } from './event-writer.ts';

test('a full disk is one sentence with path, reason and advice', () => {
  const writer = new EventWriter<HuntEvent>('/dev/full', 'a', 'Make room.');
  const append = () => writer.append({ type: 'note', t: 0, text: 'x' });
  expect(append).toThrow(EnvironmentError);
  expect(append).toThrow('Cannot write /dev/full: the disk is full (ENOSPC). Make room.');
});

test('many appends and syncs at once end with every event in the file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'flakehunt-writer-'));
  const path = join(folder, 'events.ndjson');
  const writer = new EventWriter<HuntEvent>(path, 'ax', '');
  const syncs: Promise<void>[] = [];
  for (let t = 0; t < 500; t++) {
    writer.append({ type: 'note', t, text: 'x'.repeat(t) });
    if (t % 50 === 0) syncs.push(writer.sync());
  }
  await Promise.all([...syncs, writer.close()]);
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).t)).toEqual(Array.from({ length: 500 }, (_, t) => t));
  rmSync(folder, { recursive: true });
});

test('an existing log is not made anew', () => {
  expect(() => new EventWriter<HuntEvent>('/dev/full', 'ax', 'Advice.')).toThrow(
    /Cannot open \/dev\/full: EEXIST\. Advice\./,
  );
});
