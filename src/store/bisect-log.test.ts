import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import type { BisectEvent } from '../model/bisect-events.ts';
import { sampleBisectHeader } from '../report/bisect/sample-bisect.ts';
import { bisectPlaces, createBisect, findBisect, readBisect, resumeBisect } from './bisect-log.ts';

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'flakehunt-bisects-'));
});
afterEach(() => rmSync(state, { recursive: true }));

const note = (text: string): BisectEvent => ({ type: 'note', t: 5, text });

async function keep(id: string, ...events: BisectEvent[]): Promise<string> {
  const log = await createBisect({ state }, sampleBisectHeader({ id }));
  for (const event of events) log.append(event);
  await log.close();
  return log.dir;
}

async function typesIn(dir: string): Promise<string[]> {
  const types: string[] = [];
  for await (const event of readBisect(dir)) types.push(event.type);
  return types;
}

describe('a bisect', () => {
  it('is written event by event and read again, the header first', async () => {
    const dir = await keep('261127-x-aaaa', note('one'));
    expect(await typesIn(dir)).toEqual(['bisect', 'note']);
  });

  it('gets a folder of its own, also where the id is taken', async () => {
    await keep('261127-x-aaaa');
    await keep('261127-x-aaaa');
    const places = bisectPlaces({ state }).map(({ id }) => id);
    expect(places.sort()).toEqual(['261127-x-aaaa', '261127-x-aaaa-2']);
    const [first] = readFileSync(join(state, 'bisects/261127-x-aaaa-2/events.ndjson'), 'utf8').split('\n');
    expect(JSON.parse(first ?? '').header.id).toBe('261127-x-aaaa-2');
  });

  it('goes on behind a last line that was cut off', async () => {
    const dir = await keep('261127-x-aaaa', note('one'));
    appendFileSync(join(dir, 'events.ndjson'), '{"type":"no');
    expect(await typesIn(dir)).toEqual(['bisect', 'note']);
    const log = resumeBisect(findBisect({ state }, 'last'));
    log.append(note('two'));
    await log.close();
    expect(await typesIn(dir)).toEqual(['bisect', 'note', 'note']);
  });

  it('is written by one at a time', async () => {
    const log = await createBisect({ state }, sampleBisectHeader({ id: '261127-x-aaaa' }));
    expect(() => resumeBisect(findBisect({ state }, 'last'))).toThrow(/Another flakehunt/);
    await log.close();
    await resumeBisect(findBisect({ state }, 'last')).close();
  });
});

describe('a log', () => {
  it.each([
    ['{}', /line 2 is not an event/],
    ['rubbish', /line 2 is not an event/],
    ['{"type":"bisect","v":1}', /line 2 is not an event/],
  ])('with %j inside is damaged', async (line, pattern) => {
    const dir = await keep('261127-x-aaaa');
    appendFileSync(join(dir, 'events.ndjson'), `${line}\n`);
    await expect(typesIn(dir)).rejects.toThrow(pattern);
  });

  it('of a newer flakehunt is refused', async () => {
    const dir = join(state, 'bisects/261127-x-aaaa');
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'events.ndjson'), '{"type":"bisect","v":99,"t":0}\n');
    await expect(typesIn(dir)).rejects.toThrow(/newer flakehunt.*version 99/);
  });
});

describe('a bisect is found', () => {
  it('by its id, the beginning or the end of it, or as the last', async () => {
    const [a] = [await keep('261127-x-aaaa'), await keep('261127-y-bbbb')];
    utimesSync(join(a, 'events.ndjson'), new Date('2040-01-01'), new Date('2040-01-01'));
    expect(findBisect({ state }, 'last').id).toBe('261127-x-aaaa');
    for (const ref of ['261127-y-bbbb', '261127-y', 'bbbb'])
      expect(findBisect({ state }, ref).id).toBe('261127-y-bbbb');
  });

  it('or it is said what there is', async () => {
    expect(() => findBisect({ state }, 'last')).toThrow(/no bisects yet/);
    await keep('261127-x-aaaa');
    await keep('261127-y-bbbb');
    expect(() => findBisect({ state }, 'cccc')).toThrow(/no bisect "cccc"\. The newest: .*aaaa/);
    expect(() => findBisect({ state }, '2611')).toThrow(/any of 2 bisects/);
    expect(() => findBisect({ state }, '2611')).toThrow(UsageError);
  });
});
