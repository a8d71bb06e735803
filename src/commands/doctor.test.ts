import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CommandContext } from '../model/settings.ts';
import { doctor } from './doctor.ts';

let top: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'flakehunt-doctor-'));
});
afterEach(() => rmSync(top, { recursive: true }));

test('without a compiler no hunt can work: exit code 3, and the text says what to install', async () => {
  const { code, text } = await diagnosed({}, { PATH: top });
  expect(code).toBe(3);
  expect(text).toMatch(/^ {2}bad {3}compiler +cc is not installed$/m);
  expect(text).toContain('remedy: apt-get install gcc libc6-dev (Debian)');
  expect(text).toContain('No hunt can work on this machine until compiler is mended.');
});

test('JSON carries every check with its state, and whether hunts can work', async () => {
  const { code, text } = await diagnosed({ json: true }, { PATH: top });
  const document = JSON.parse(text);
  expect(code).toBe(3);
  expect(document).toMatchObject({ v: 1, works: false });
  expect(document.checks.map((check: { name: string }) => check.name)).toEqual([
    'Node.js',
    'compiler',
    'make',
    'git',
    'cache',
    'state',
    'io_uring',
    'user notification',
    'CPU quota',
    'locked memory',
    'gdb',
    'strace',
    'core dumps',
    'kernel log',
    'stress-ng',
    'qemu',
    'kvm',
    'CPUs',
    'clock source',
    'load',
  ]);
});

test('interrupted, it prints nothing', async () => {
  expect(await diagnosed({}, { PATH: top }, AbortSignal.abort())).toEqual({ code: 130, text: '' });
});

async function diagnosed(
  options: Parameters<typeof doctor>[0],
  env: Record<string, string>,
  signal = new AbortController().signal,
): Promise<{ code: number; text: string }> {
  const parts: (string | Uint8Array)[] = [];
  const screen = { out: (part: string | Uint8Array) => void parts.push(part), columns: 80 };
  const paths = { cache: join(top, 'cache'), state: join(top, 'state'), packageRoot: top, cwd: top };
  const context = { settings: { paths, env }, screen, signal } as unknown as CommandContext;
  const code = await doctor(options, context);
  return { code, text: parts.join('') };
}
