import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHistory } from './history.ts';
import { exportNights, importNights } from './history-bundle.ts';
import { createNight } from './night-log.ts';
import { nightPlaces } from './night-places.ts';
import { sampleNight } from './sample-night.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'flakehunt-bundle-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const at = (name: string) => ({ state: join(root, name), cwd: root });
const { signal } = new AbortController();
const quiet = () => undefined;

async function keep(place: string, n: number): Promise<void> {
  const { header, cells } = sampleNight(n);
  const log = await createNight(at(place), header);
  for (const cell of [...cells, ...cells, ...cells]) log.append({ type: 'cell', t: Date.parse(header.started), cell });
  await log.close();
}

async function cellsIn(place: string) {
  const history = await openHistory(at(place), { note: () => undefined, index: false });
  return [history.nights(), history.cells(null, null)];
}

describe('a bundle', () => {
  it('carries all nights, without what was replaced', async () => {
    await keep('here', 1);
    await keep('here', 2);
    const { nights, bytes } = await exportNights(at('here'), 'b.gz', quiet);
    expect([nights, bytes < 5000]).toEqual([2, true]);
    expect(
      gunzipSync(readFileSync(join(root, 'b.gz')))
        .toString()
        .split('\n'),
    ).toHaveLength(12);
    expect(await importNights(at('there'), 'b.gz', signal)).toEqual({ added: 2, known: 0 });
    expect(await cellsIn('there')).toEqual(await cellsIn('here'));
  });

  it('does no harm twice, and joins pasts', async () => {
    await keep('here', 1);
    await keep('there', 2);
    await exportNights(at('here'), 'b.gz', quiet);
    expect(await importNights(at('there'), 'b.gz', signal)).toEqual({ added: 1, known: 0 });
    expect(await importNights(at('there'), 'b.gz', signal)).toEqual({ added: 0, known: 1 });
    expect(nightPlaces(at('there'))).toHaveLength(2);
  });

  it('of no night is one, too', async () => {
    expect((await exportNights(at('here'), 'b.gz', quiet)).nights).toBe(0);
    expect(await importNights(at('there'), 'b.gz', signal)).toEqual({ added: 0, known: 0 });
  });

  it('leaves a night out that is being written', async () => {
    const log = await createNight(at('here'), sampleNight(1).header);
    expect((await exportNights(at('here'), 'b.gz', quiet)).nights).toBe(0);
    await log.close();
  });
});

describe('what is no whole bundle', () => {
  beforeEach(async () => {
    await keep('here', 1);
    await exportNights(at('here'), 'b.gz', quiet);
  });

  const file = () => join(root, 'b.gz');
  const text = () => gunzipSync(readFileSync(file())).toString();

  it.each([
    ['cut off', () => writeFileSync(file(), readFileSync(file()).subarray(0, -20)), /b\.gz is damaged/],
    ['changed', () => writeFileSync(file(), gzipSync(text().replace('"fail":1', '"fail":9'))), /b\.gz is damaged/],
    [
      'of a newer flakehunt',
      () => writeFileSync(file(), gzipSync(text().replace('"v":1', '"v":2'))),
      /written by a newer flakehunt: it is a bundle of version 2/,
    ],
    ['text', () => writeFileSync(file(), 'hello\n'), /no bundle of nights/],
    ['another gzip', () => writeFileSync(file(), gzipSync('hello\n')), /no bundle of nights/],
    ['empty', () => writeFileSync(file(), ''), /no bundle of nights/],
    ['not there', () => rmSync(file()), /Cannot read .*b\.gz/],
  ])('is refused: %s', async (_, harm, said) => {
    harm();
    await expect(importNights(at('there'), 'b.gz', signal)).rejects.toThrow(said);
    expect(existsSync(join(root, 'there'))).toBe(false);
  });

  /** The bundle with another content, and the sum that belongs to it. */
  function resign(change: (body: string) => string): void {
    const [head = '', ...rest] = text().split('\n');
    const body = change(rest.join('\n'));
    const sha256 = createHash('sha256').update(body).digest('hex');
    writeFileSync(file(), gzipSync(`${JSON.stringify({ ...JSON.parse(head), sha256 })}\n${body}`));
  }

  it.each([
    ['a folder', /"night":"[^"]+"/, '"night":"../../evil"'],
    ['a commit that is an option', /"commit":"c1"/, '"commit":"--output=evil"'],
    ['a night without tests', '"tests":[', '"texts":['],
    ['a cell without counts', '"counts":', '"count":'],
    ['a night that does not begin', '"type":"night"', '"type":"session"'],
  ])('cannot hold %s that is none', async (_, what, evil) => {
    resign((body) => body.replace(what, evil));
    await expect(importNights(at('there'), 'b.gz', signal)).rejects.toThrow(/damaged/);
    expect(readdirSync(root).sort()).toEqual(['b.gz', 'here']);
  });
});

it('leaves out a night whose log is damaged, and says so', async () => {
  await keep('here', 1);
  await keep('here', 2);
  const [newest] = nightPlaces(at('here'));
  appendFileSync(join(newest?.dir ?? '', 'events.ndjson'), 'no event\n');
  const notes: string[] = [];
  expect((await exportNights(at('here'), 'b.gz', (note) => notes.push(note))).nights).toBe(1);
  expect(notes).toEqual([expect.stringMatching(new RegExp(`night ${newest?.id} is left out`))]);
  expect(await importNights(at('there'), 'b.gz', signal)).toEqual({ added: 1, known: 0 });
});

it('makes no night newer than it was', async () => {
  await keep('here', 2);
  await exportNights(at('here'), 'b.gz', quiet);
  await keep('there', 1);
  await importNights(at('there'), 'b.gz', signal);
  expect(nightPlaces(at('there')).map(({ id }) => id)).toEqual(['261121-night-lab-aaa1', '261122-night-lab-aaa2']);
});
