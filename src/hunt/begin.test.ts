import { describe, expect, it } from 'vitest';
import { sampleGuest } from '../report/sample-guest.ts';
import { sampleHeader, sampleMachine } from '../report/sample-summary.ts';
import { engineJob, newHeader } from './begin.ts';
import { guestMachine } from './guest-machine.ts';

const machine = guestMachine({ ...sampleMachine, uid: 1000 }, sampleGuest, '6.1.0-50-cloud-amd64');
const places = {
  ...{
    scratchDir: '/scratch',
    artifactDir: '/artifacts',
    env: {},
    gdb: '/usr/bin/gdb',
    stressNg: '/usr/bin/stress-ng',
  },
  ...{ cgroup: '/sys/fs/cgroup', firstRun: 1 },
};

describe('in a guest', () => {
  it('the machine is the guest', () => {
    expect(machine).toMatchObject({ kernel: '6.1.0-50-cloud-amd64', cpusOnline: 2, cpusAllowed: [0, 1], uid: 0 });
    expect(machine).toMatchObject({ memoryMiB: 512, virtualization: 'qemu (tcg)', hostname: 'build3' });
  });

  it('no debugger looks in, no core comes out, and the kernel is listened to', () => {
    const job = engineJob(sampleHeader(), machine, { ...places, inGuest: true });
    expect(job).toMatchObject({ gdb: null, maxCores: 0, kernelLog: true, cpus: [0, 1], cgroup: '/sys/fs/cgroup' });
    expect(job.stressNg).toBe('/usr/bin/stress-ng');
    expect(engineJob(sampleHeader(), sampleMachine, { ...places, inGuest: false })).toMatchObject({
      gdb: '/usr/bin/gdb',
      maxCores: 3,
    });
  });

  it('the header tells which, and what it was given', () => {
    const header = sampleHeader();
    const { suiteDefinition: suite, test, argv, cwd, revision, build } = header;
    const target = { suite, test, argv, cwd, revision, build, guestFiles: ['/data'] };
    const plan = {
      ...{
        version: '1',
        started: new Date(0),
        random: () => 0,
        strategy: 'plain',
        conditions: [],
        jobs: 1,
        stop: header.stop,
      },
      ...{ seed: header.seed, limitMs: null, masked: 'report' as const, machine, commandLine: [] },
    };
    const inGuest = newHeader(target, { ...plan, engine: 'guest', guest: sampleGuest });
    expect(inGuest).toMatchObject({ guest: sampleGuest, guestFiles: ['/data'], machine });
    const outside = newHeader(target, { ...plan, engine: 'local', guest: null });
    expect(outside).not.toHaveProperty('guest');
    expect(outside).not.toHaveProperty('guestFiles');
  });
});
