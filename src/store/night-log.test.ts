import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NightEvent } from '../model/night-events.ts';
import { simulatedCell } from '../search/night/simulated-nights.ts';
import { foldNight } from './fold-night.ts';
import { createNight, readNight, resumeNight } from './night-log.ts';
import { findNight, nightPlaces } from './night-places.ts';
import { sampleNightHeader } from './sample-night.ts';

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'flakehunt-nights-'));
});
afterEach(() => rmSync(state, { recursive: true }));

const header = sampleNightHeader();
const t0 = Date.parse(header.started);
const cell = (runs: number): NightEvent => ({
  type: 'cell',
  t: t0 + 2000,
  cell: simulatedCell('claim', 'plain', runs, {}),
});

async function keep(...events: NightEvent[]): Promise<string> {
  const log = await createNight({ state }, header);
  for (const event of events) log.append(event);
  await log.close();
  return log.dir;
}

describe('a night', () => {
  it('is written event by event and folded again', async () => {
    const dir = await keep(
      { type: 'session', t: t0 },
      { type: 'begun', t: t0, test: 'claim', condition: 'plain', hunt: 'h' },
      { type: 'load', t: t0 + 1, overloaded: true },
      { type: 'note', t: t0 + 1, text: 'once' },
      { type: 'note', t: t0 + 1, text: 'once' },
      cell(5),
      cell(9),
      { type: 'end', t: t0 + 3000, reason: 'interrupted', exitCode: 130 },
    );
    expect(await foldNight(readNight(dir))).toMatchObject({
      header: { id: header.id },
      cells: [{ test: 'claim', counts: { pass: 9 } }],
      hunts: [{ test: 'claim', condition: 'plain', hunt: 'h' }],
      loads: [{ overloaded: true }],
      notes: ['once'],
      elapsedMs: 3000,
      ended: { reason: 'interrupted', exitCode: 130 },
    });
  });

  it('goes on behind a last line that was cut off; what lies between sessions is no time of it', async () => {
    const dir = await keep({ type: 'session', t: t0 }, cell(5));
    appendFileSync(join(dir, 'events.ndjson'), '{"type":"ce');
    const log = resumeNight(findNight({ state }, 'last'));
    log.append({ type: 'session', t: t0 + 3_600_000 });
    log.append({ type: 'end', t: t0 + 3_601_000, reason: 'time', exitCode: 0 });
    log.append({ type: 'bisected', t: t0 + 9_000_000, test: 'claim', bisect: 'b', exitCode: 0 });
    await log.close();
    expect(await foldNight(readNight(dir))).toMatchObject({
      elapsedMs: 3000,
      ended: { reason: 'time' },
      bisects: [{ bisect: 'b' }],
    });
  });

  it('is written by one at a time, and gets a folder of its own', async () => {
    const log = await createNight({ state }, header);
    expect(() => resumeNight(findNight({ state }, 'last'))).toThrow(/Another flakehunt/);
    await log.close();
    await keep();
    expect(
      nightPlaces({ state })
        .map(({ id }) => id)
        .sort(),
    ).toEqual([header.id, `${header.id}-2`]);
  });

  it('that is damaged or newer is refused', async () => {
    const dir = await keep(cell(1));
    appendFileSync(join(dir, 'events.ndjson'), '{"type":"cell","t":1}\n');
    await expect(foldNight(readNight(dir))).rejects.toThrow(/line 3 is not an event/);
    writeFileSync(join(dir, 'events.ndjson'), '{"type":"night","v":9,"t":0,"header":{}}\n');
    await expect(foldNight(readNight(dir))).rejects.toThrow(/recorded by a newer flakehunt: its log is version 9/);
    writeFileSync(join(dir, 'events.ndjson'), '');
    await expect(foldNight(readNight(dir))).rejects.toThrow(/empty/);
  });
});

describe('findNight', () => {
  it('knows a night by its id, its beginning and its end, and says what there is', async () => {
    expect(() => findNight({ state }, 'last')).toThrow('There are no nights yet.');
    await keep();
    mkdirSync(join(state, 'nights/.import-1-x'));
    for (const ref of ['last', header.id, '261127', 'aaaa']) expect(findNight({ state }, ref).id).toBe(header.id);
    expect(() => findNight({ state }, 'zzzz')).toThrow('There is no night "zzzz". The newest: 261127-night-lab-aaaa.');
    await keep();
    expect(() => findNight({ state }, '2611')).toThrow('could be any of 2 nights');
  });
});
