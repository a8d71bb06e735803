import type { ReadSystemFile } from './system-files.ts';

/**
 * What this system runs in, without running anything and without privileges: `docker`, `kvm`, `docker in kvm`, ...; null
 * on bare metal. Sources are those of systemd-detect-virt(1) that are files.
 */
export function virtualization(read: ReadSystemFile): string | null {
  const layers = [container(read), machine(read)].filter((layer) => layer !== null);
  return layers.length === 0 ? null : layers.join(' in ');
}

function container(read: ReadSystemFile): string | null {
  if (/microsoft|wsl/i.test(read('/proc/sys/kernel/osrelease') ?? '')) return 'wsl';
  if (read('/run/.containerenv') !== null) return 'podman';
  if (read('/.dockerenv') !== null) return 'docker';
  const named = read('/run/systemd/container') ?? read('/run/host/container-manager');
  return named === null || named === '' ? null : named;
}

/** Vendor and product strings of the firmware, and whose they are. The first that matches counts. */
const firmware: [pattern: RegExp, name: string][] = [
  [/Amazon EC2/i, 'amazon'],
  [/Google Compute Engine/i, 'google'],
  [/VMware|VMW/, 'vmware'],
  [/innotek GmbH|VirtualBox/i, 'virtualbox'],
  [/Xen/, 'xen'],
  [/Parallels/i, 'parallels'],
  [/BHYVE/i, 'bhyve'],
  [/Apple Virtualization/i, 'apple'],
  [/Virtual Machine.*Microsoft|Microsoft.*Virtual Machine/s, 'microsoft'],
  [/KVM|OpenStack|KubeVirt/i, 'kvm'],
  [/QEMU|Bochs/i, 'qemu'],
];

const dmi = ['product_name', 'sys_vendor', 'board_vendor', 'bios_vendor', 'product_version'];

function machine(read: ReadSystemFile): string | null {
  const strings = dmi.map((name) => read(`/sys/class/dmi/id/${name}`) ?? '').join('\n');
  const known = firmware.find(([pattern]) => pattern.test(strings));
  if (known !== undefined) return known[1];
  if (read('/sys/hypervisor/type') === 'xen') return 'xen';
  if (/linux,kvm/.test(read('/proc/device-tree/hypervisor/compatible') ?? '')) return 'kvm';
  return hypervisorFlag(read) ? byClock(read) : null;
}

/** CPUID leaf 1, ECX bit 31: set under every hypervisor on x86. */
function hypervisorFlag(read: ReadSystemFile): boolean {
  return /^flags\s*:.*\bhypervisor\b/m.test(read('/proc/cpuinfo') ?? '');
}

/** Microvms have no firmware strings; the clock the hypervisor offers tells whose guest this is. */
function byClock(read: ReadSystemFile): string {
  const clocks = read('/sys/devices/system/clocksource/clocksource0/available_clocksource') ?? '';
  if (/kvm-clock/.test(clocks)) return 'kvm';
  return /hyperv/.test(clocks) ? 'microsoft' : 'vm';
}
