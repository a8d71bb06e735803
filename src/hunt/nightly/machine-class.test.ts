import { describe, expect, it } from 'vitest';
import { sampleHeader } from '../../store/sample-hunt.ts';
import { machineClass } from './machine-class.ts';

const { machine } = sampleHeader();

describe('machineClass', () => {
  it('is what rates depend on', () => {
    expect(machineClass(machine, null, 1)).toBe('x86_64, CPU, 2 CPUs, bare metal, Linux 6.18');
    expect(machineClass({ ...machine, virtualization: 'kvm' }, null, 2)).toMatch(
      /kvm, Linux 6\.18, 2 tests side by side$/,
    );
  });

  it("does not depend on the machine's name or a kernel's update", () => {
    const other = {
      ...machine,
      hostname: 'runner-17',
      kernel: '6.18.44-1-generic',
      loadAverage: [9, 9, 9] as [number, number, number],
    };
    expect(machineClass(other, null, 1)).toBe(machineClass(machine, null, 1));
  });

  it('of guests tells their kernel and what carries them out', () => {
    const kernel = { spec: '6.1', image: '/k', release: '6.1.0', package: null, sha256: 'ab'.repeat(32), config: null };
    const guest = { cpus: 2, memoryMiB: 512, kernelArgs: '', guests: 1, kernel, accel: 'tcg' as const, qemu: '7.2' };
    expect(machineClass({ ...machine, kernel: '6.1.0' }, guest, 1)).toBe(
      'x86_64, CPU, 2 CPUs, guest (tcg, 512 MiB, abababababab), Linux 6.1',
    );
  });
});
