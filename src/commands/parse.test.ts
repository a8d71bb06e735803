import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noDefaults } from '../config/run-keys.ts';
import { EnvironmentError, UsageError } from '../errors.ts';
import type { CommandContext } from '../model/settings.ts';
import type { MaskedPolicy } from '../model/verdict.ts';
import { parse } from './parse.ts';

const four = 'wait cqe -17\ncqe res 32\ntest_disabled_ring failed\nring flags defer failed\n';
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flakehunt-parse-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function parsed(
  text: string | Uint8Array,
  options: { json?: boolean; suite?: string; masked?: MaskedPolicy } = {},
) {
  writeFileSync(join(folder, 'a.log'), text);
  const { context, printed } = contextWith(options.masked ?? null);
  const { masked: _policy, ...rest } = options;
  const code = await parse({ file: 'a.log', ...rest }, context);
  return { code, ...printed };
}

function contextWith(masked: MaskedPolicy | null) {
  const printed = { out: '', err: '' };
  const context: CommandContext = {
    settings: {
      paths: { cache: '', state: '', packageRoot: '', cwd: folder },
      configFile: null,
      run: { ...noDefaults, masked },
      suites: [],
      conditions: [],
      quarantine: [],
      env: {},
    },
    screen: {
      out: (text) => {
        printed.out += String(text);
      },
      err: (text) => {
        printed.err += text;
      },
      columns: 80,
      tty: false,
      errTty: false,
      color: false,
      unicode: false,
    },
    kept: () => undefined,
    signal: new AbortController().signal,
    version: '0.0.0',
    commandLine: [],
  };
  return { context, printed };
}

describe('flakehunt parse', () => {
  it('explains the model case and exits 1', async () => {
    const { code, out } = await parsed(four);
    expect(code).toBe(1);
    expect(out).toContain('wait cqe -17 (EEXIST) > test_disabled_ring failed');
    expect(out).toContain('https://github.com/axboe/liburing/issues/1135');
    expect(out).toMatch(/\n1 run: 1 fail\n$/);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('says how to hunt the first failing test of a runtests.sh log', async () => {
    const log = 'Running test a.t   0 sec\nRunning test b.t   cqe res -5\nTest b.t failed with ret 1\n';
    expect((await parsed(log)).out).toMatch(/\nNext: flakehunt run b\.t {2}hunts it here\n$/);
    expect((await parsed('Running test a.t   0 sec\n')).out).toMatch(/1 pass\n$/);
  });

  it('prints versioned JSON', async () => {
    const { code, out } = await parsed(`Running test a.t      cqe res -5\nTest a.t failed with ret 1\n`, {
      json: true,
    });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      v: 1,
      kind: 'log',
      cut: false,
      format: 'runtests',
      sections: [
        { test: 'a.t', ending: { kind: 'exit', code: 1 }, judgement: { verdict: 'fail' }, errnos: [{ value: -5 }] },
      ],
      counts: { fail: 1 },
      known: [],
    });
  });

  it('gives each known issue once in JSON, and its id where it matched', async () => {
    const loop = (n: number) => `Running test a.t   wait cqe -17\n0 sec\nFinished loop ${n}\n`;
    const json = JSON.parse((await parsed(loop(0) + loop(1), { json: true })).out);
    expect(json.sections.map((section: { judgement: { known: string } }) => section.judgement.known)).toEqual([
      'liburing-1135',
      'liburing-1135',
    ]);
    expect(json.known).toMatchObject([
      { id: 'liburing-1135', links: ['https://github.com/axboe/liburing/issues/1135'] },
    ]);
  });

  it.each<[string, number, MaskedPolicy]>([
    ['Running test a.t   0 sec\n', 0, 'report'],
    ['Running test a.t   wait cqe -17\n0 sec\n', 0, 'report'],
    ['Running test a.t   wait cqe -17\n0 sec\n', 1, 'fail'],
    ['Running test a.t   Skipped\n', 77, 'report'],
    ['Running test a.t   ring setup failed: -1\nTest a.t failed with ret 1\n', 3, 'report'],
    ['nothing to see\n', 0, 'report'],
  ])('%j exits %i with --masked %s', async (text, code, masked) => {
    expect((await parsed(text, { masked })).code).toBe(code);
  });

  it('counts equal runs once', async () => {
    const loop = (n: number) => `Running test a.t   wait cqe -17\n0 sec\nFinished loop ${n}\n`;
    const { out } = await parsed(loop(0) + loop(1) + loop(2));
    expect(out).toContain('masked  a.t  (exit 0, line 1, loop 0, 3 times)');
    expect(out).toContain('3 good loops');
  });
});

describe('what cannot be parsed', () => {
  it.each([
    ['nosuch.log', UsageError, 'There is no file nosuch.log'],
    ['.', UsageError, '. is a directory'],
    ['a.log/x', UsageError, 'a.log/x does not exist'],
    ['empty.log', UsageError, 'empty.log is empty'],
    ['blank.log', UsageError, 'blank.log is empty'],
    ['/proc/self/mem', EnvironmentError, '/proc/self/mem could not be read'],
  ])('%s is told in a sentence', async (file, kind, text) => {
    writeFileSync(join(folder, 'a.log'), four);
    writeFileSync(join(folder, 'empty.log'), '');
    writeFileSync(join(folder, 'blank.log'), ' \n\n');
    const { context } = contextWith(null);
    const failure = await parse({ file }, context).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(kind);
    expect(String(failure)).toContain(text);
  });

  it('an unknown suite is a usage error', async () => {
    await expect(parsed(four, { suite: 'nosuch' })).rejects.toThrow(UsageError);
  });
});
