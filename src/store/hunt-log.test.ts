import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EnvironmentError, UsageError } from '../errors.ts';
import type { HuntEvent } from '../model/events.ts';
import { findHunt } from './find-hunt.ts';
import { createHunt, resumeHunt } from './hunt-log.ts';
import { listHunts } from './list-hunts.ts';
import { readHunt } from './read-hunt.ts';
import { sampleClass, sampleHeader, sampleSession, sampleTally } from './sample-hunt.ts';

let paths: { state: string; cwd: string };
beforeEach(() => {
  const top = mkdtempSync(join(tmpdir(), 'flakehunt-store-'));
  paths = { state: join(top, 'state'), cwd: top };
});
afterEach(() => rmSync(paths.cwd, { recursive: true }));

const sampleEffect = {
  threads: 27,
  events: 1900,
  concurrent: 180,
  held: 0,
  heldUs: 0,
  releases: 1890,
  points: 9,
  cancelled: 0,
  voluntarySwitches: 400,
  involuntarySwitches: 3,
  sampled: 1,
  migrations: 0,
  horizon: 20,
};

describe('writing', () => {
  test('every event can be read back the moment it was appended, in order', async () => {
    const log = await createHunt(paths, sampleHeader());
    const events: HuntEvent[] = [sampleClass(), sampleTally(0, [[2, 9]]), { type: 'note', t: 30, text: 'a\nb\u2028"' }];
    for (const [i, event] of events.entries()) {
      log.append(event);
      expect((await readAll(log.dir)).slice(1)).toEqual(events.slice(0, i + 1));
    }
    await log.close();
    expect((await readAll(log.dir))[0]).toEqual({
      type: 'hunt',
      v: 3,
      t: Date.UTC(2025, 10, 23, 12),
      header: sampleHeader(),
    });
  });

  test('two hunts of one id get folders of their own, and their headers say which', async () => {
    const first = await createHunt(paths, sampleHeader());
    const second = await createHunt(paths, sampleHeader());
    expect([first.id, second.id]).toEqual(['251123-msg-ring-k3f9', '251123-msg-ring-k3f9-2']);
    expect(second.header.id).toBe(second.id);
    expect((await readAll(second.dir))[0]).toMatchObject({ header: { id: second.id } });
    await Promise.all([first.close(), second.close()]);
  });

  test('outputs are kept byte for byte and never overwritten', async () => {
    const log = await createHunt(paths, sampleHeader());
    const bytes = Uint8Array.from([0, 255, 10, 27, 128]);
    const names = [log.writeOutput(3, bytes), log.writeOutput(3, Buffer.from('later'))];
    expect(names).toEqual(['outputs/c3.txt', 'outputs/c3-2.txt']);
    expect(new Uint8Array(readFileSync(join(log.artifactDir, 'outputs/c3.txt')))).toEqual(bytes);
    await log.close();
  });

  test('closing twice is closing once, and nothing can be appended afterwards', async () => {
    const log = await createHunt(paths, sampleHeader());
    await log.close();
    await log.close();
    expect(() => log.append(sampleClass())).toThrow('after the log was closed');
  });

  test.each(['state', 'state/hunts'])('a file where %s should be is named, with what to do', async (name) => {
    const blocked = join(paths.cwd, name);
    if (name.includes('/')) await createHunt(paths, sampleHeader()).then((log) => log.close());
    rmSync(blocked, { recursive: true, force: true });
    writeFileSync(blocked, '');
    const failure = createHunt(paths, sampleHeader());
    await expect(failure).rejects.toThrow(EnvironmentError);
    await expect(failure).rejects.toThrow(/state\/hunts.*XDG_STATE_HOME/);
  });

  test('the reason is the real one where nothing can be made', async () => {
    // Nobody, root included, can make a folder in /proc.
    const failure = createHunt({ state: '/proc/flakehunt/deeper' }, sampleHeader());
    await expect(failure).rejects.toThrow('Cannot make a hunt in /proc/flakehunt/deeper/hunts');
    await expect(failure).rejects.toThrow(EnvironmentError);
  });

  test('an output folder that vanished is an error that names the file, and the log goes on', async () => {
    const log = await createHunt(paths, sampleHeader());
    rmSync(log.artifactDir, { recursive: true });
    expect(() => log.writeOutput(1, Buffer.from('x'))).toThrow(/outputs\/c1\.txt: the folder is gone \(ENOENT\)/);
    log.append(sampleClass());
    await log.close();
    expect(await readAll(log.dir)).toHaveLength(2);
  });
});

describe('going on', () => {
  test('a hunt that is being written cannot be resumed; once closed it can', async () => {
    const log = await createHunt(paths, sampleHeader());
    await expect(resumeHunt(paths, 'last')).rejects.toThrow(UsageError);
    log.append(sampleClass());
    await log.close();
    const again = await resumeHunt(paths, 'k3f9');
    expect(again.header).toEqual(sampleHeader());
    again.append(sampleTally(0, [[2, 3]]));
    await again.close();
    expect((await readAll(log.dir)).map((event) => event.type)).toEqual(['hunt', 'class', 'tally']);
  });

  test.each([1, 5, 60])(
    'a last line cut %i bytes before its end is ignored by readers and dropped on resume',
    async (cut) => {
      const dir = await closedHunt([sampleClass(), sampleTally(0, [[2, 9]])]);
      const path = join(dir, 'events.ndjson');
      truncateSync(path, readFileSync(path).length - 1 - cut);
      expect((await readAll(dir)).map((event) => event.type)).toEqual(['hunt', 'class']);
      const log = await resumeHunt(paths, 'last');
      log.append({ type: 'note', t: 1, text: 'after' });
      await log.close();
      expect((await readAll(dir)).map((event) => event.type)).toEqual(['hunt', 'class', 'note']);
    },
  );

  test('a last event that lacks nothing but its line feed is kept on resume', async () => {
    const dir = await closedHunt([sampleClass()]);
    const path = join(dir, 'events.ndjson');
    truncateSync(path, readFileSync(path).length - 1);
    const log = await resumeHunt(paths, 'last');
    log.append({ type: 'note', t: 1, text: 'after' });
    await log.close();
    expect((await readAll(dir)).map((event) => event.type)).toEqual(['hunt', 'class', 'note']);
  });

  test('a failed resume leaves the hunt free', async () => {
    const dir = await closedHunt([]);
    writeFileSync(join(dir, 'events.ndjson'), '{"type":"hunt"');
    await expect(resumeHunt(paths, 'last')).rejects.toThrow(EnvironmentError);
    expect(readdirSync(dir).filter((name) => name.startsWith('lock.'))).toEqual(['lock.2']);
  });
});

describe('reading', () => {
  test('a damaged line inside the log is named by file and number, after the events before it', async () => {
    const dir = await closedHunt([sampleClass()]);
    appendFileSync(join(dir, 'events.ndjson'), '{"type":"tal\n{"type":"note","t":1,"text":"x"}\n');
    const seen: string[] = [];
    const reading = (async () => {
      for await (const event of readHunt(dir)) seen.push(event.type);
    })();
    await expect(reading).rejects.toThrow(/events\.ndjson is damaged: line 3/);
    expect(seen).toEqual(['hunt', 'class']);
  });

  test.each([
    ['a log without a header', '{"type":"note","t":1,"text":"x"}\n', /line 1/],
    ['a second header', `${JSON.stringify({ type: 'hunt', v: 1, t: 0, header: {} })}\n`.repeat(2), /line 2/],
    [
      'an event of no known type',
      `${JSON.stringify({ type: 'hunt', v: 1, t: 0, header: {} })}\n{"type":"x"}\n`,
      /line 2/,
    ],
    ['no object', '[1]\n', /line 1/],
    ['zeroes after a power cut', '\0\0\0\n', /line 1/],
  ])('%s is damage', async (_name, text, message) => {
    const dir = await closedHunt([]);
    writeFileSync(join(dir, 'events.ndjson'), text);
    await expect(readAll(dir)).rejects.toThrow(message);
  });

  test('a newer log is refused with the way out', async () => {
    const dir = await closedHunt([]);
    writeFileSync(join(dir, 'events.ndjson'), `${JSON.stringify({ type: 'hunt', v: 4, t: 0, shape: 'new' })}\n`);
    await expect(readAll(dir)).rejects.toThrow(UsageError);
    await expect(readAll(dir)).rejects.toThrow('Update flakehunt');
  });

  test('a log of version 1 is read as it stands', async () => {
    const dir = await closedHunt([]);
    const hunt: HuntEvent = { type: 'hunt', v: 1, t: 0, header: sampleHeader() };
    writeFileSync(join(dir, 'events.ndjson'), `${JSON.stringify(hunt)}\n`);
    expect(await readAll(dir)).toEqual([hunt]);
  });

  test('what perturbation did and what was refused comes back', async () => {
    const events: HuntEvent[] = [
      { type: 'effect', t: 1, batch: 1, runs: 9, ...sampleEffect },
      { type: 'refused', t: 2, batch: 2, part: 'quota', text: 'no control group' },
    ];
    expect((await readAll(await closedHunt(events))).slice(1)).toEqual(events);
  });

  test('lines longer than a read block come back whole', async () => {
    const text = 'ä'.repeat(700_000);
    const dir = await closedHunt([{ type: 'note', t: 1, text }, sampleClass()]);
    const events = await readAll(dir);
    expect(events[1]).toEqual({ type: 'note', t: 1, text });
    expect(events).toHaveLength(3);
  });
});

describe('listing and finding', () => {
  test('a hunt is running while its log is open, killed without an end, ended with one', async () => {
    const log = await createHunt(paths, sampleHeader());
    expect((await listHunts(paths)).hunts.map((hunt) => hunt.state)).toEqual(['running']);
    await log.close();
    expect((await listHunts(paths)).hunts.map((hunt) => hunt.state)).toEqual(['killed']);
    const again = await resumeHunt(paths, 'last');
    again.append({ type: 'end', t: 1, reason: 'loops', abandoned: 0, exitCode: 1 });
    await again.close();
    expect((await listHunts(paths)).hunts[0]).toMatchObject({ state: 'ended', end: { reason: 'loops', exitCode: 1 } });
  });

  test('an end before a later session is not the end', async () => {
    await closedHunt([{ type: 'end', t: 1, reason: 'interrupted', abandoned: 0, exitCode: 130 }, sampleSession(5)]);
    expect((await listHunts(paths)).hunts[0]).toMatchObject({ state: 'killed', end: null });
  });

  test('a folder without a log is passed over, a damaged one is named', async () => {
    await closedHunt([]);
    const dir = await closedHunt([]);
    writeFileSync(join(dir, 'events.ndjson'), 'rubbish\n');
    const empty = await closedHunt([]);
    writeFileSync(join(empty, 'events.ndjson'), '');
    const listing = await listHunts(paths);
    expect(listing.hunts).toHaveLength(1);
    expect(listing.unreadable).toMatchObject([{ dir, why: expect.stringContaining('line 1') }]);
  });

  test('no hunts at all is an empty list, and an error with the first command for who asks for one', async () => {
    expect(await listHunts(paths)).toEqual({ hunts: [], unreadable: [] });
    await expect(findHunt(paths, 'last')).rejects.toThrow('flakehunt run TEST');
  });

  test.each([
    '251123-msg-ring-k3f9',
    '251123',
    'k3f9',
    'msg-ring',
    'msg-ring.t',
    'test/msg-ring.c',
    'last',
    './state/hunts/251123-msg-ring-k3f9',
  ])('"%s" finds the hunt', async (ref) => {
    const dir = await closedHunt([]);
    expect((await findHunt(paths, ref)).dir).toBe(dir);
  });

  test('a test name finds its newest hunt, whatever the id', async () => {
    await closedHunt([], { id: '251123-a-aaaa', test: 'poll' });
    await closedHunt([], { id: '251124-b-bbbb', test: 'other' });
    expect((await findHunt(paths, 'poll')).id).toBe('251123-a-aaaa');
  });

  test('an ambiguous or unknown name is refused with what there is', async () => {
    await closedHunt([], { id: '251123-poll-aaaa' });
    await closedHunt([], { id: '251123-ring-bbbb' });
    await expect(findHunt(paths, '2511')).rejects.toThrow(/any of 2 hunts: .*251123-poll-aaaa/);
    await expect(findHunt(paths, 'pol1-ring')).rejects.toThrow(/Near it: 251123-ring-bbbb\. `flakehunt list`/);
    await expect(findHunt(paths, 'x')).rejects.toThrow(/The newest: /);
    await expect(findHunt(paths, '../..')).rejects.toThrow(UsageError);
  });

  test('a log that may not be read is named as such', async () => {
    const dir = await closedHunt([]);
    chmodSync(join(dir, 'events.ndjson'), 0);
    const listing = await listHunts(paths);
    // Permission bits do not hold root back.
    if (process.getuid?.() === 0) expect(listing.hunts).toHaveLength(1);
    else expect(listing.unreadable).toMatchObject([{ why: expect.stringContaining('permission denied (EACCES)') }]);
  });
});

async function closedHunt(events: HuntEvent[], header: Parameters<typeof sampleHeader>[0] = {}): Promise<string> {
  const log = await createHunt(paths, sampleHeader(header));
  for (const event of events) log.append(event);
  await log.close();
  return log.dir;
}

async function readAll(dir: string): Promise<HuntEvent[]> {
  const events: HuntEvent[] = [];
  for await (const event of readHunt(dir)) events.push(event);
  return events;
}
