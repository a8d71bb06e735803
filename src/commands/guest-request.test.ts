import { describe, expect, it } from 'vitest';
import { noDefaults } from '../config/run-keys.ts';
import { UsageError } from '../errors.ts';
import type { ChosenGuest } from '../hunt/engine-choice.ts';
import type { RunDefaults } from '../model/settings.ts';
import { parseCondition } from '../perturb/condition-text.ts';
import { cpusOf, type GuestFlags, guestBeside, mustTakePreempt, readGuest } from './guest-request.ts';

const read = (flags: GuestFlags, defaults: Partial<RunDefaults> = {}) =>
  readGuest(flags, { ...noDefaults, ...defaults });

describe('what is asked for', () => {
  it('is no guest unless a kernel is named', () => {
    expect(read({})).toEqual({ wish: null, isFlagged: false });
    expect(read({ kernel: 'host' })).toEqual({ wish: null, isFlagged: true });
    expect(read({}, { kernel: 'host' })).toEqual({ wish: null, isFlagged: false });
  });

  it('is one small guest where nothing else is said', () => {
    const { wish, isFlagged } = read({ kernel: '6.1.*' });
    expect(wish).toMatchObject({ kernel: '6.1.*', guests: 1, memoryMiB: 512, kernelArgs: '' });
    expect([1, 2]).toContain(wish?.cpus);
    expect(isFlagged).toBe(true);
  });

  it('is taken from the flags, then from what is configured', () => {
    const configured = { kernel: 'a', guests: 3, guestCpus: 4, guestMemoryMiB: 128, kernelArgs: 'quiet' };
    const whole = { kernel: 'a', guests: 3, cpus: 4, memoryMiB: 128, kernelArgs: 'quiet' };
    expect(read({}, configured)).toEqual({ wish: whole, isFlagged: false });
    expect(read({ kernel: 'b', guestMemory: '1G' }, configured)).toEqual({
      wish: { ...whole, kernel: 'b', memoryMiB: 1024 },
      isFlagged: true,
    });
    expect(read({ kernel: 'host' }, configured)).toEqual({ wish: null, isFlagged: true });
  });

  it.each([
    [{ guests: '2' }, '--guests describes a guest'],
    [{ kernel: 'host', guestMemory: '1G' }, '--guest-memory describes a guest'],
    [{ kernel: 'x', guestCpus: '0' }, '--guest-cpus 0 is too small'],
    [{ kernel: 'x', kernelArgs: 'preempt=full' }, 'use --preempt'],
    [{ kernel: ' ' }, 'names no kernel'],
  ] satisfies [GuestFlags, string][])('%o is refused', (flags, message) => {
    expect(() => read(flags)).toThrow(UsageError);
    expect(() => read(flags)).toThrow(message);
  });
});

describe('beside a hunt', () => {
  const guest = { kernel: 'hunted', guests: 1, cpus: 1, memoryMiB: 64, kernelArgs: '' };

  it('its guests are used, unless flags say otherwise', () => {
    expect(guestBeside(read({}, { kernel: 'configured' }), { guest })).toEqual(guest);
    expect(guestBeside(read({}, { kernel: 'configured' }), { guest: null })).toBeNull();
    expect(guestBeside(read({ kernel: 'host' }), { guest })).toBeNull();
    expect(guestBeside(read({ kernel: 'other' }), { guest })).toMatchObject({ kernel: 'other' });
    expect(guestBeside(read({}, { kernel: 'configured' }), null)).toMatchObject({ kernel: 'configured' });
  });

  it('its CPUs are numbered from 0', () => {
    expect(cpusOf({ cpus: 3 })).toEqual([0, 1, 2]);
  });
});

describe('preemption', () => {
  const full = parseCondition('preempt:full');
  const booted = { takesPreempt: false, facts: { kernel: { release: '5.10.0' } } } as ChosenGuest;

  it('needs a guest, and a kernel that takes it', () => {
    expect(() => mustTakePreempt(full, false, null)).toThrow(/kernel command line: add --kernel/);
    expect(() => mustTakePreempt(full, true, booted)).toThrow(/5\.10\.0 was built without CONFIG_PREEMPT_DYNAMIC/);
    expect(() => mustTakePreempt(full, true, null)).not.toThrow();
    expect(() => mustTakePreempt(full, true, { ...booted, takesPreempt: true })).not.toThrow();
    expect(() => mustTakePreempt(parseCondition('plain'), false, null)).not.toThrow();
  });
});
