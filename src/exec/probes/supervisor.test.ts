import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sampleSystem } from '../sample-system.ts';
import { checkSupervisor, probeSupervisor } from './supervisor.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flakehunt-supervisor-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const never = new AbortController().signal;

test.each([
  ['echo probe io_uring=0 user_notif=0', { ioUring: 'ok', userNotification: 'ok' }],
  ['echo probe io_uring=1 user_notif=95', { ioUring: 'EPERM', userNotification: 'EOPNOTSUPP' }],
  ['echo noise; echo probe io_uring=38', { ioUring: 'ENOSYS', userNotification: 'unknown' }],
  ['echo probe io_uring=0; exit 64', { ioUring: 'unknown', userNotification: 'unknown' }],
  ['kill -9 $$', { ioUring: 'unknown', userNotification: 'unknown' }],
])('a supervisor that does `%s` means %j', async (script, answers) => {
  const path = join(folder, 'supervisor');
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  expect(await probeSupervisor(path, never)).toEqual(answers);
});

test('a supervisor that is gone answers nothing', async () => {
  expect(await probeSupervisor(join(folder, 'none'), never)).toEqual({
    ioUring: 'unknown',
    userNotification: 'unknown',
  });
});

test('without a compiler no hunt can work, and the check says so instead of throwing', async () => {
  const paths = { cache: folder, state: folder, packageRoot: process.cwd(), cwd: folder };
  const env = { PATH: folder };
  const { check, answers } = await checkSupervisor({
    read: sampleSystem(),
    paths,
    env,
    uid: 0,
    arch: 'x86_64',
    signal: never,
  });
  expect(check).toMatchObject({ state: 'bad', found: expect.stringContaining('compiler'), cost: 'no hunt can work' });
  expect(answers.ioUring).toBe('unknown');
});
