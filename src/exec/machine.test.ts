import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { machineFacts } from './machine.ts';

test('facts come from the files of the system, CPUs by number', async () => {
  const root = copyOf({
    '/proc/self/status': 'Cpus_allowed_list:\t1,6-7\n',
    '/proc/self/limits': 'Max locked memory         65536                65536                bytes     \n',
    '/proc/cpuinfo': 'processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n',
    '/proc/meminfo': 'MemTotal:       2048000 kB\n',
    '/proc/loadavg': '1.50 0.25 0.00 1/2 3\n',
    '/proc/sys/kernel/osrelease': '5.10.0\n',
    '/proc/sys/kernel/core_pattern': '|/usr/lib/systemd/systemd-coredump %P\n',
    '/sys/devices/system/cpu/online': '0-7\n',
    '/sys/devices/system/cpu/cpu1/cpufreq/scaling_governor': 'powersave\n',
    '/etc/os-release': 'ID=x\nPRETTY_NAME=Plain\n',
  });
  expect(await machineFacts({ ioUring: 'EPERM', root })).toMatchObject({
    cpusAllowed: [1, 6, 7],
    cpusOnline: 8,
    memlockKiB: 64,
    cpuModel: 'ARM implementer 0x41 part 0xd0c',
    memoryMiB: 2000,
    loadAverage: [1.5, 0.25, 0],
    kernel: '5.10.0',
    corePattern: '|/usr/lib/systemd/systemd-coredump %P',
    governor: 'powersave',
    distribution: 'Plain',
    ioUringDisabled: null,
    ioUring: 'EPERM',
    virtualization: null,
  });
  rmSync(root, { recursive: true });
});

test('without any of them nothing throws and nothing is invented', async () => {
  const facts = await machineFacts({ ioUring: 'unknown', root: '/nonexistent' });
  expect(facts).toMatchObject({ distribution: 'unknown', corePattern: 'unknown', memlockKiB: null, governor: null });
  expect(facts.cpusAllowed.length).toBeGreaterThan(0);
});

test('this machine has facts', async () => {
  const facts = await machineFacts({ ioUring: 'ok' });
  expect(facts.cpusAllowed.length).toBeLessThanOrEqual(facts.cpusOnline);
  expect(facts.memoryMiB).toBeGreaterThan(0);
});

function copyOf(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'flakehunt-machine-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}
