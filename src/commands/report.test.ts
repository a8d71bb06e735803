import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isValid } from 'ctrf';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UsageError } from '../errors.ts';
import type { CommandContext } from '../model/settings.ts';
import { createHunt } from '../store/hunt-log.ts';
import { sampleClass, sampleFailure, sampleHeader, sampleSession, sampleTally } from '../store/sample-hunt.ts';
import { type ReportOptions, report } from './report.ts';

let top: string;
beforeEach(async () => {
  top = mkdtempSync(join(tmpdir(), 'flakehunt-report-'));
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

/** What a call printed. */
async function told(options: Partial<ReportOptions>, tty = false): Promise<string> {
  let text = '';
  const screen = { out: (part: string) => (text += part), tty };
  const settings = { paths: { state: top, cwd: top } };
  await report({ targets: [], ...options }, { screen, settings } as unknown as CommandContext);
  return text;
}

test('a hunt becomes a page, on standard output where it is no terminal', async () => {
  const page = await told({});
  expect(page).toMatch(/^<!DOCTYPE html>/);
  expect(page).toContain('wait cqe -17');
  expect(page).toContain('flakehunt replay 251123-msg-ring-k3f9:1');
  await expect(told({}, true)).rejects.toThrow(UsageError);
});

test('a hunt becomes every form that a night has', async () => {
  const names = {
    html: 'a.html',
    junit: 'a.xml',
    ctrf: 'a.json',
    ktap: 'a.ktap',
    ndjson: 'a.ndjson',
    markdown: 'a.md',
  };
  expect(await told(names)).toBe('');
  const text = (name: string) => readFileSync(join(top, name), 'utf8');
  expect(isValid(JSON.parse(text('a.json')))).toBe(true);
  expect(text('a.xml')).toContain('<failure type="exit" message="failing, no past: 3 of 3 runs failed');
  expect(text('a.ktap')).toMatch(/^not ok 1 msg-ring/m);
  expect(text('a.md')).toContain('wait cqe -17');
  expect(JSON.parse(text('a.ndjson').split('\n')[1] ?? '')).toMatchObject({ kind: 'cell', test: 'msg-ring' });
});

test('several are written each to its own file', async () => {
  const id = '251123-msg-ring-k3f9';
  await told({ targets: [id, 'last'], html: 'of {id}.html', junit: '{id}.xml' });
  expect(readFileSync(join(top, `of ${id}.html`), 'utf8')).toMatch(/^<!DOCTYPE html>/);
  expect(readFileSync(join(top, `${id}.xml`), 'utf8')).toContain('msg-ring');
  const both = (flags: Partial<ReportOptions>) => told({ targets: [id, 'last'], ...flags });
  await expect(both({ ktap: 'a.ktap' })).rejects.toThrow(/2 reports cannot all go to a.ktap: .*`--ktap {id}.ktap`/);
  await expect(both({})).rejects.toThrow(/cannot all go to standard output/);
});

test('what cannot be written is said before anything is', async () => {
  await expect(told({ html: 'none/a.html', junit: 'a.xml' })).rejects.toThrow(/--html none\/a.html cannot be written/);
  await expect(told({ junit: 'a.xml', junitFlavour: 'sweet' })).rejects.toThrow(/--junit-flavour sweet is unknown/);
  await expect(told({ junit: '-', html: '-' })).rejects.toThrow(/cannot both go to standard output/);
  await expect(told({ targets: ['nothing'] })).rejects.toThrow(UsageError);
});
