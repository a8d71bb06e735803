import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { History } from '../model/history.ts';
import type { NightRecord } from '../model/night-events.ts';
import { indexFile, openHistory } from './history.ts';
import { createNight } from './night-log.ts';
import { nightPlaces } from './night-places.ts';
import { sampleNight } from './sample-night.ts';

let state: string;
let notes: string[];
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'flakehunt-history-'));
  notes = [];
});
afterEach(() => rmSync(state, { recursive: true }));

async function keep({ header, cells, ended }: NightRecord): Promise<void> {
  const log = await createNight({ state }, header);
  const t = Date.parse(header.started);
  log.append({ type: 'session', t });
  for (const cell of cells) log.append({ type: 'cell', t: t + 500, cell });
  if (ended !== null) log.append({ type: 'end', t: t + 1000, ...ended });
  await log.close();
}

const note = (text: string) => void notes.push(text);
const lineage = { suite: 'lab', machineClass: 'x86_64, CPU, 2 CPUs, bare metal, Linux 6.18' };

/** Every question there is, and its answer. */
function answers(history: History) {
  const asked = [
    history.nights(),
    history.cells(null, null),
    history.cells(lineage, null),
    history.cells(lineage, 'claim'),
    history.cells({ ...lineage, suite: 'other' }, null),
    history.signatures(null, null),
    history.signatures(lineage, 'claim'),
    history.signatures(null, 'nop'),
  ];
  history.close();
  return asked;
}

const indexed = async (options = {}) => answers(await openHistory({ state }, { note, ...options }));
const folded = async () => answers(await openHistory({ state }, { note, index: false }));

describe('the history', () => {
  beforeEach(async () => {
    await keep(sampleNight(3));
    await keep(sampleNight(1));
    await keep(sampleNight(2, { suite: 'mine', tests: ['claim'] }));
    await keep({ ...sampleNight(4), ended: null });
  });

  it('answers alike from the index and from the logs', async () => {
    const found = await indexed();
    expect(found).toEqual(await folded());
    expect(existsSync(indexFile({ state }))).toBe(true);
    expect(await indexed()).toEqual(found);
    expect(notes).toEqual([]);
  });

  it('tells nights, cells and when a failure was seen, the oldest first', async () => {
    const history = await openHistory({ state }, { note });
    expect(
      history.nights().map(({ commit, failures, states }) => [commit, failures, states.invalid + states['not-run']]),
    ).toEqual([
      ['c1', 11, 1],
      ['c2', 13, 0],
      ['c3', 13, 1],
      ['c4', 14, 1],
    ]);
    const [first] = history.signatures(lineage, 'claim');
    expect(first).toMatchObject({
      signature: { title: 'claimed failed' },
      firstSeen: { commit: 'c1' },
      lastSeen: { commit: 'c4' },
      count: 38,
    });
    history.close();
    const db = new Database(indexFile({ state }));
    const seen = db
      .prepare('SELECT first_seen, last_seen, count FROM signatures_seen WHERE suite = ? ORDER BY count DESC')
      .all('lab');
    expect(seen[0]).toEqual({
      first_seen: '2026-11-21T03:00:00.000Z',
      last_seen: '2026-11-24T03:00:00.000Z',
      count: 38,
    });
    db.close();
  });

  it('follows the logs: nights that grow, come and go', async () => {
    await indexed();
    const [place] = nightPlaces({ state }).filter(({ id }) => id.startsWith('261124'));
    const file = join(place?.dir ?? '', 'events.ndjson');
    const [cell] = sampleNight(9).cells;
    appendFileSync(file, `${JSON.stringify({ type: 'cell', t: Date.parse('2026-11-24T03:00:02Z'), cell })}\n`);
    await keep(sampleNight(5));
    rmSync(join(state, 'nights/261121-night-lab-aaa1'), { recursive: true });
    const found = await indexed();
    expect(found).toEqual(await folded());
    expect((found[0] as unknown[]).length).toBe(4);
    expect(notes).toEqual([]);
  });

  it.each([
    ['garbage', () => writeFileSync(indexFile({ state }), 'no database at all'), 'was damaged'],
    [
      'torn',
      () => writeFileSync(indexFile({ state }), readFileSync(indexFile({ state })).subarray(0, 5000)),
      'was damaged',
    ],
    ['of another version', () => other('PRAGMA user_version = 99'), 'was made by another flakehunt'],
    ['of other tables', () => other('DROP TABLE cells; CREATE TABLE cells (x)'), 'was damaged'],
  ])('that is %s is made anew, with a note', async (_, harm, said) => {
    await indexed();
    harm();
    // Of a table that nobody looked at nothing is known until something is to be written.
    await keep(sampleNight(6));
    expect(await indexed()).toEqual(await folded());
    expect(notes).toEqual([
      `the index of the history (${indexFile({ state })}) ${said}, and was rebuilt from the logs`,
    ]);
  });

  it('leaves out a night that is damaged, and says so', async () => {
    appendFileSync(
      join(state, 'nights/261121-night-lab-aaa1/events.ndjson'),
      'nonsense\n{"type":"note","t":1,"text":""}\n',
    );
    const [nights] = await indexed();
    expect(nights).toHaveLength(3);
    expect(notes[0]).toMatch(/^night 261121-night-lab-aaa1 is left out: The log .* is damaged: line 7/);
  });

  it('is read from the logs where there can be no index', async () => {
    mkdirSync(indexFile({ state }));
    expect(await indexed()).toEqual(await folded());
    await expect(openHistory({ state }, { note, rebuild: true })).rejects.toThrow(
      /Cannot make anew .*history\.sqlite|EISDIR/,
    );
  });

  it('is made anew when asked to', async () => {
    await indexed();
    other('UPDATE cells SET failures = 0; UPDATE nights SET failures = 0');
    expect(await indexed({ rebuild: true })).toEqual(await folded());
  });
});

function other(sql: string): void {
  const db = new Database(indexFile({ state }));
  db.exec(sql);
  db.close();
}

it('of no night is empty, and makes no file', async () => {
  expect(await indexed()).toEqual([[], [], [], [], [], [], [], []]);
  expect(existsSync(indexFile({ state }))).toBe(false);
});
