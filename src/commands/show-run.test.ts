import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UsageError } from '../errors.ts';
import type { CommandContext } from '../model/settings.ts';
import { createHunt, resumeHunt } from '../store/hunt-log.ts';
import { sampleClass, sampleFailure, sampleHeader, sampleTally } from '../store/sample-hunt.ts';
import { showRun } from './show-run.ts';

const printed = Buffer.from('wait cqe -17\n\tcqe res \x1b[31m32\x1b[0m\xff\0end', 'latin1');

let top: string;
let dir: string;
beforeEach(async () => {
  top = mkdtempSync(join(tmpdir(), 'flakehunt-show-'));
  const log = await createHunt({ state: top }, sampleHeader());
  dir = log.dir;
  const output = { file: log.writeOutput(1, printed), total: printed.length, cutAt: null };
  log.append({ type: 'batch', t: 0, batch: 0, stratum: { condition: 'plain', jobs: 1 }, purpose: 'hunt' });
  log.append(
    sampleClass({
      class: 1,
      run: 1,
      ending: { kind: 'exit', code: 1 },
      judgement: sampleFailure(),
      output,
      core: 'core.1',
    }),
  );
  log.append(sampleTally(1, [[2, 3]], [5000, 6000]));
  await log.close();
});
afterEach(() => rmSync(top, { recursive: true }));

test('a terminal gets every fact, and the output with its control characters made visible', async () => {
  const text = (await shown(3, {}, true)).toString();
  expect(text).toMatch(/^run 3 of 251123-msg-ring-k3f9: msg-ring\nrevision {4}1cbd4cff.*\n {12}test: something\n/);
  expect(text).toContain('fail: wait cqe -17 (EEXIST) > test_disabled_ring failed');
  expect(text).toContain('exit 1 after 6 ms');
  // mix(0xaa, 3) as PROTOCOL.md defines it.
  expect(text).toMatch(/^seed {8}400dcde10b0b2493$/m);
  expect(text).toMatch(/^again {7}flakehunt replay 251123-msg-ring-k3f9:3$/m);
  expect(text).toMatch(
    /^elsewhere {3}flakehunt replay --seed 400dcde10b0b2493 --condition plain --as-run 3 msg-ring /m,
  );
  expect(text).toMatch(/^core .*artifacts\/core\.1\s+\(of run 1, which ended alike\)$/m);
  expect(text).toContain("that of run 1, to which this run's was equal):\nwait cqe -17\n\tcqe res ^[[31m32^[[0m");
  expect(text).toContain('^@end\n');
  expect(text).not.toContain('\x1b');
});

test('a run under chaos has its condition with what was learnt, and the hash of its schedule', async () => {
  const log = await resumeHunt({ state: top, cwd: top }, 'last');
  const stratum = { condition: 'chaos:pct:2', jobs: 1 };
  const learnt = { horizon: 25, spanUs: 4000 };
  log.append({ type: 'batch', t: 0, batch: 1, stratum, purpose: 'hunt', learnt });
  log.append(sampleClass({ class: 2, run: 4, batch: 1, schedule: 'feedc0de00000001' }));
  log.append({ ...sampleTally(2, [[5, 5]]), batch: 1 });
  await log.close();
  expect((await shown(4, {}, true)).toString()).toMatch(
    /^condition {3}chaos:pct:2:25, 1 worker\nseed .*\nschedule {4}feedc0de00000001$/m,
  );
  expect((await shown(5, {}, true)).toString()).not.toContain('schedule');
  expect(JSON.parse((await shown(4, { json: true }, false)).toString())).toMatchObject({
    schedule: 'feedc0de00000001',
    stratum: { condition: 'chaos:pct:2' },
    reproducer: { run: 4, condition: 'chaos:pct:2:25' },
  });
});

test('a pipe gets the output byte for byte behind the facts, --raw nothing else', async () => {
  const piped = await shown(1, {}, false);
  expect(piped.subarray(-printed.length)).toEqual(printed);
  expect(await shown(1, { raw: true }, false)).toEqual(printed);
  expect(await shown(1, { raw: true }, true)).toEqual(printed);
});

test('JSON is one versioned document that says whose output it holds', async () => {
  const document = JSON.parse((await shown(3, { json: true }, false)).toString());
  expect(document).toMatchObject({
    v: 1,
    hunt: '251123-msg-ring-k3f9',
    run: 3,
    wallUs: 6000,
    usage: null,
    ending: { kind: 'exit', code: 1 },
    judgement: { verdict: 'fail' },
    class: { id: 1, firstRun: 1, exact: true },
    output: { ofRun: 1, total: printed.length, missing: null },
  });
});

test('an output that was removed is missed, and the rest is shown', async () => {
  rmSync(join(dir, 'artifacts', 'outputs'), { recursive: true });
  expect((await shown(1, {}, true)).toString()).toMatch(/output: .*c1\.txt cannot be read \(ENOENT\)\n$/);
});

test('a run there is not is a mistake that names the range', async () => {
  await expect(shown(4, {}, true)).rejects.toThrow(UsageError);
  await expect(shown(4, {}, true)).rejects.toThrow('numbered 1 to 3');
});

/** What `showRun` writes to standard output. */
async function shown(run: number, options: Parameters<typeof showRun>[2], tty: boolean): Promise<Buffer> {
  const parts: Buffer[] = [];
  const screen: CommandContext['screen'] = {
    out: (text) => void parts.push(Buffer.from(text)),
    err: () => undefined,
    columns: 80,
    tty,
    errTty: tty,
    color: false,
    unicode: true,
  };
  await showRun(dir, run, options, screen);
  return Buffer.concat(parts);
}
