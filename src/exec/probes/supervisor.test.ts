import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sampleSystem } from '../sample-system.ts';
import { checkSupervisor, type KernelAnswers, probeSupervisor, unknownAnswers } from './supervisor.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flakehunt-supervisor-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const never = new AbortController().signal;

test.each<[string, Partial<KernelAnswers>]>([
  [
    'echo probe io_uring=0 user_notif=0 chaos=0 killable=1 nnp=0',
    { ioUring: 'ok', userNotification: 'ok', chaos: 'ok', killable: true, noNewPrivs: false },
  ],
  [
    'echo probe io_uring=1 user_notif=95 chaos=38 killable=0 nnp=1',
    { ioUring: 'EPERM', userNotification: 'EOPNOTSUPP', chaos: 'ENOSYS', killable: false, noNewPrivs: true },
  ],
  ['echo noise; echo probe io_uring=38', { ioUring: 'ENOSYS' }],
  ['echo probe io_uring=0; exit 64', {}],
  ['kill -9 $$', {}],
])('a supervisor that does `%s` means %j', async (script, answers) => {
  const path = join(folder, 'supervisor');
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  expect(await probeSupervisor(path, never)).toEqual({ ...unknownAnswers, ...answers });
});

test('a supervisor that is gone answers nothing', async () => {
  expect(await probeSupervisor(join(folder, 'none'), never)).toEqual(unknownAnswers);
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
