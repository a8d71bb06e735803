import { expect, test } from 'vitest';
import { sampleSystem } from './sample-system.ts';
import { virtualization } from './virtualization.ts';

const hypervisor = { '/proc/cpuinfo': 'processor\t: 0\nflags\t\t: fpu hypervisor sse2' };
const clocks = '/sys/devices/system/clocksource/clocksource0/available_clocksource';

test.each<[string, Record<string, string>, string | null]>([
  ['bare metal', {}, null],
  [
    'a laptop by a maker of hypervisors',
    { '/sys/class/dmi/id/sys_vendor': 'Microsoft Corporation', '/sys/class/dmi/id/product_name': 'Surface Book' },
    null,
  ],
  ['docker on bare metal', { '/.dockerenv': '' }, 'docker'],
  ['podman in a QEMU guest', { '/run/.containerenv': '', '/sys/class/dmi/id/sys_vendor': 'QEMU' }, 'podman in qemu'],
  ['a nitro instance', { '/sys/class/dmi/id/sys_vendor': 'Amazon EC2' }, 'amazon'],
  ['a guest of libvirt', { '/sys/class/dmi/id/product_name': 'KVM' }, 'kvm'],
  [
    'Hyper-V',
    { '/sys/class/dmi/id/sys_vendor': 'Microsoft Corporation', '/sys/class/dmi/id/product_name': 'Virtual Machine' },
    'microsoft',
  ],
  ['a microvm without firmware', { ...hypervisor, [clocks]: 'tsc kvm-clock' }, 'kvm'],
  ['some hypervisor', hypervisor, 'vm'],
  ['an ARM guest', { '/proc/device-tree/hypervisor/compatible': 'linux,kvm\0' }, 'kvm'],
  ['WSL', { '/proc/sys/kernel/osrelease': '5.15.0-microsoft-standard-WSL2' }, 'wsl'],
  ['nspawn', { '/run/host/container-manager': 'systemd-nspawn' }, 'systemd-nspawn'],
])('%s', (_name, files, expected) => {
  expect(virtualization(sampleSystem(files))).toBe(expected);
});
