import type { GuestFacts } from '../model/kernel.ts';

/** Two guests of Debian's kernel, by translation. */
export const sampleGuest: GuestFacts = {
  kernel: {
    spec: 'deb:6.1.*',
    image: '/cache/kernels/6.1.0-50/vmlinuz',
    release: '6.1.0-50-cloud-amd64',
    package: 'linux-image-6.1.0-50-cloud-amd64 6.1.176-1',
    sha256: 'ab'.repeat(32),
    config: null,
  },
  accel: 'tcg',
  qemu: '7.2.22',
  cpus: 2,
  memoryMiB: 512,
  kernelArgs: '',
  guests: 2,
};
