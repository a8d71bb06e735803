import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sampleSystem } from '../sample-system.ts';
import { checkCoreDumps } from './core-dumps.ts';
import { checkCache, checkState } from './disk.ts';
import { checkIoUring } from './io-uring.ts';
import { checkKernelLog, checkMemlock, checkUserNotification } from './kernel.ts';
import { checkKvm } from './kvm.ts';
import { checkNode } from './node.ts';
import type { ProbeContext } from './probe-context.ts';
import { checkClock, checkCpus, checkLoad } from './processors.ts';
import { checkQuota } from './quota.ts';
import { type KernelAnswers, unknownAnswers } from './supervisor.ts';
import { checkCompiler, checkGdb, checkMake, checkQemu, checkStrace } from './tools.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flakehunt-probes-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function context(files: Record<string, string | null> = {}, changes: Partial<ProbeContext> = {}): ProbeContext {
  const paths = { cache: join(folder, 'cache'), state: join(folder, 'state'), packageRoot: folder, cwd: folder };
  const env = { PATH: folder };
  return {
    read: sampleSystem(files),
    paths,
    env,
    uid: 1000,
    arch: 'x86_64',
    signal: new AbortController().signal,
    ...changes,
  };
}

describe('io_uring', () => {
  const disabled = '/proc/sys/kernel/io_uring_disabled';
  const filtered = { '/proc/self/status': 'Seccomp:\t2' };
  test.each<[string, string, Record<string, string | null>, number, RegExp]>([
    ['disabled for all', 'EPERM', { [disabled]: '2' }, 0, /kernel\.io_uring_disabled=2 \(EPERM\)/],
    ['disabled for all, not tried', 'unknown', { [disabled]: '2' }, 0, /refused: kernel\.io_uring_disabled=2$/],
    ['left to a group', 'EPERM', { [disabled]: '1' }, 1000, /io_uring_group=-1 \(EPERM\)/],
    ['a container that answers EPERM', 'EPERM', filtered, 0, /seccomp filter.*\(EPERM\)/],
    ['a container that answers ENOSYS', 'ENOSYS', filtered, 0, /seccomp filter.*\(ENOSYS\)/],
    ['a kernel without', 'ENOSYS', {}, 0, /this kernel has none/],
    ['an old kernel, little locked memory', 'ENOMEM', {}, 1000, /locked memory/],
    ['anything else', 'EIO', {}, 0, /refused: EIO/],
  ])('%s', (_name, answer, files, uid, found) => {
    const check = checkIoUring(context(files, { uid }), answer);
    expect(check).toMatchObject({
      state: 'warn',
      found: expect.stringMatching(found),
      cost: expect.stringContaining('invalid'),
    });
  });

  test.each<[string, string, Record<string, string | null>, number]>([
    ['works', 'ok', { [disabled]: '2' }, 0],
    ['not tried, nothing forbids it', 'unknown', {}, 1000],
    ['not tried, in the group', 'unknown', { [disabled]: '1', '/proc/sys/kernel/io_uring_group': '27' }, 1000],
    ['not tried, root', 'unknown', { [disabled]: '1' }, 0],
  ])('%s', (_name, answer, files, uid) => {
    expect(checkIoUring(context(files, { uid }), answer).state).toBe('ok');
  });
});

describe('kernel', () => {
  test('user notification: what the kernel answered counts, else what it offers', () => {
    const actions = '/proc/sys/kernel/seccomp/actions_avail';
    const check = (answers: Partial<KernelAnswers>, files: Record<string, string | null> = {}) =>
      checkUserNotification(context(files), { ...unknownAnswers, ...answers });
    expect(check({}).state).toBe('ok');
    expect(check({ userNotification: 'ok' }, { [actions]: null }).state).toBe('ok');
    expect(check({ userNotification: 'EBUSY' })).toMatchObject({
      found: 'refused (EBUSY)',
      remedy: expect.stringContaining('outside'),
    });
    expect(check({}, { [actions]: 'trap errno allow' }).state).toBe('warn');
    expect(check({}, { '/proc/sys/kernel/osrelease': '5.4.0' }).state).toBe('warn');
  });

  test('user notification: a whole round counts for more than the offer', () => {
    const check = (answers: Partial<KernelAnswers>) =>
      checkUserNotification(context({}, { arch: 'riscv64' }), {
        ...unknownAnswers,
        userNotification: 'ok',
        ...answers,
      });
    expect(check({ chaos: 'EPERM' })).toMatchObject({ state: 'warn', found: 'refused (EPERM)' });
    expect(check({ chaos: 'ENOSYS' }).found).toBe('the system calls of riscv64 are not known');
    const whole = { chaos: 'ok', killable: true, noNewPrivs: false };
    expect(check(whole)).toMatchObject({ state: 'ok', found: 'seccomp offers it, and it works' });
    expect(check({ ...whole, noNewPrivs: true }).found).toContain('set-uid');
    expect(check({ ...whole, killable: false })).toMatchObject({ state: 'warn', remedy: 'Linux 5.19 or newer' });
  });

  test('little locked memory costs a user registered buffers, on old kernels every ring, and root nothing', () => {
    const limits = { '/proc/self/limits': 'Max locked memory         65536                65536                bytes' };
    expect(checkMemlock(context()).state).toBe('ok');
    expect(checkMemlock(context({ '/proc/self/limits': null })).state).toBe('ok');
    expect(checkMemlock(context(limits, { uid: 0 })).state).toBe('ok');
    expect(checkMemlock(context(limits))).toMatchObject({ found: '64 KiB', cost: expect.stringContaining('register') });
    const old = { ...limits, '/proc/sys/kernel/osrelease': '5.10.0-28-amd64' };
    expect(checkMemlock(context(old)).cost).toContain('io_uring_setup fails');
  });

  test('without a control group to make others in, there is no quota', () => {
    expect(checkQuota(context({ '/proc/self/mountinfo': null }))).toMatchObject({
      state: 'warn',
      found: 'no control group with the cpu controller is delegated to this user',
    });
  });

  test('a kernel log that cannot be opened is named with its error', () => {
    expect(checkKernelLog(join(folder, 'kmsg'))).toMatchObject({
      state: 'warn',
      found: expect.stringContaining('ENOENT'),
    });
    writeFileSync(join(folder, 'kmsg'), '');
    expect(checkKernelLog(join(folder, 'kmsg')).state).toBe('ok');
  });
});

describe('core dumps', () => {
  const pattern = '/proc/sys/kernel/core_pattern';
  const forbidden = 'Max core file size        0                    0                    bytes     ';
  test.each<[Record<string, string>, string, RegExp | null]>([
    [{ [pattern]: 'core' }, 'ok', null],
    [{ [pattern]: '|/usr/share/apport/apport -p%p' }, 'warn', /goes to \/usr\/share\/apport\/apport/],
    [{ [pattern]: '/var/crash/core.%p' }, 'warn', /not kept/],
    [{ '/proc/self/limits': forbidden }, 'warn', /no core/],
  ])('%j is %s', (files, state, cost) => {
    const check = checkCoreDumps(context(files));
    expect(check.state).toBe(state);
    if (cost === null) expect(check.cost).toBeNull();
    else expect(check.cost).toMatch(cost);
  });
});

describe('this machine', () => {
  test('one CPU, or a quota on several, costs something', () => {
    expect(checkCpus(context())).toMatchObject({ state: 'ok', found: '3 of 4 allowed (0,2-3)' });
    expect(checkCpus(context({ '/proc/self/status': 'Cpus_allowed_list:\t2' })).cost).toContain('side by side');
    expect(checkCpus(context({ '/sys/fs/cgroup/user.slice/cpu.max': '150000 100000' })).found).toContain('time of 1.5');
    expect(checkCpus(context({ '/sys/fs/cgroup/user.slice/cpu.max': 'max 100000' })).state).toBe('ok');
    const old = { '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '50000', '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000' };
    expect(checkCpus(context(old)).found).toContain('time of 0.5');
    expect(checkCpus(context({ ...old, '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1' })).state).toBe('ok');
  });

  test('a slow clock and a loaded machine are told', () => {
    expect(checkClock(context()).state).toBe('ok');
    expect(
      checkClock(context({ '/sys/devices/system/clocksource/clocksource0/current_clocksource': 'hpet' })).state,
    ).toBe('warn');
    expect(checkLoad(context()).state).toBe('ok');
    expect(checkLoad(context({ '/proc/loadavg': '2.10 0 0 1/1 1' }))).toMatchObject({
      state: 'warn',
      found: '2.10 0 0 on 4 CPUs',
    });
    expect(checkLoad(context({ '/proc/loadavg': null })).state).toBe('ok');
  });

  test.each([
    ['20.19.0', 'ok'],
    ['24.1.0', 'ok'],
    ['20.18.3', 'bad'],
    ['18.20.0', 'bad'],
  ])('Node.js %s is %s', (version, state) => {
    expect(checkNode(version).state).toBe(state);
  });
});

describe('folders', () => {
  test('one that is not there yet is judged by where it will be made', async () => {
    expect((await checkCache(context())).found).toMatch(/\/cache, .* free$/);
  });

  test('a file in its place makes every hunt impossible, and the variable to set is named', async () => {
    writeFileSync(join(folder, 'state'), '');
    const check = await checkState(context());
    expect(check).toMatchObject({ state: 'bad', found: expect.stringContaining('not a folder') });
    expect(check.remedy).toContain('XDG_STATE_HOME');
  });

  test('a full disk is bad', async () => {
    const paths = { cache: '/proc/sys', state: '/proc/sys', packageRoot: folder, cwd: folder };
    expect((await checkState(context({}, { paths }))).state).toBe('bad');
  });
});

describe('tools', () => {
  test('one that is there is shown by its version', async () => {
    tool('make', 'echo GNU Make 4.3; echo more');
    expect(await checkMake(context())).toMatchObject({ state: 'ok', found: 'GNU Make 4.3', cost: null });
  });

  test('one that is missing costs what it costs, and names its package', async () => {
    expect(await checkMake(context())).toMatchObject({
      state: 'warn',
      found: 'make is not installed',
      remedy: expect.stringContaining('make'),
    });
    expect((await checkCompiler(context())).state).toBe('bad');
    expect(await checkQemu(context())).toMatchObject({
      state: 'warn',
      found: 'qemu-system-x86_64 is not installed',
      cost: expect.stringContaining('no --kernel'),
      remedy: 'apt-get install qemu-system-x86 (Debian)',
    });
  });

  test('CC names the compiler', async () => {
    tool('my-cc', 'echo my compiler');
    expect((await checkCompiler(context({}, { env: { PATH: folder, CC: 'my-cc' } }))).found).toBe('my compiler');
  });

  test('one that fails or dies is as good as missing', async () => {
    tool('make', 'exit 3');
    expect((await checkMake(context())).found).toContain('exit code 3');
    tool('make', 'kill -9 $$');
    expect((await checkMake(context())).found).toContain('SIGKILL');
    chmodSync(join(folder, 'make'), 0o644);
    expect((await checkMake(context())).found).toContain('EACCES');
  });

  test('strace that may not trace is told with its own words', async () => {
    tool('strace', 'echo strace -- version 6.1');
    expect(await checkStrace(context())).toMatchObject({ state: 'ok', found: 'strace -- version 6.1' });
    tool('strace', 'test "$1" = --version || { echo "ptrace: Operation not permitted"; exit 1; }');
    expect(await checkStrace(context())).toMatchObject({
      state: 'warn',
      found: expect.stringContaining('may not trace (ptrace: Operation not permitted)'),
      remedy: expect.stringContaining('SYS_PTRACE'),
    });
  });

  test('gdb that may not attach is told with the setting', async () => {
    tool('gdb', 'echo GNU gdb 13.1');
    const yama = '/proc/sys/kernel/yama/ptrace_scope';
    expect((await checkGdb(context())).state).toBe('ok');
    expect((await checkGdb(context({ [yama]: '1' }, { uid: 0 }))).state).toBe('ok');
    expect(await checkGdb(context({ [yama]: '1' }))).toMatchObject({
      state: 'warn',
      found: expect.stringContaining('ptrace_scope=1'),
    });
    expect((await checkGdb(context({ [yama]: '3' }, { uid: 0 }))).remedy).toContain('reboot');
  });
});

describe('kvm', () => {
  test('is there when its device can be read and written, and whether it works is not promised', () => {
    const device = join(folder, 'kvm');
    expect(checkKvm(device)).toMatchObject({ state: 'warn', found: `there is no ${device}` });
    writeFileSync(device, '');
    expect(checkKvm(device)).toMatchObject({ state: 'ok', found: expect.stringContaining('first guest') });
  });

  test('one that is not for us is told with the way to it', () => {
    expect(checkKvm(folder)).toMatchObject({
      state: 'warn',
      found: `${folder} may not be read and written (EISDIR)`,
      cost: expect.stringContaining('ten times slower'),
      remedy: expect.stringContaining('adduser USER kvm'),
    });
  });
});

function tool(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}
