import { describe, expect, it } from 'vitest';
import { readGuestCount, readKernel, readKernelArgs, readMemory } from './guest-values.ts';

describe('memory of a guest', () => {
  it.each([
    ['512', 512],
    ['512M', 512],
    ['1G', 1024],
    ['1.5 GiB', 1536],
    ['64mb', 64],
  ])('%s is %d MiB', (text, mib) => {
    expect(readMemory(text)).toEqual({ ok: true, value: mib });
  });

  it.each([
    ['63', 'at least 64 MiB'],
    ['0.01G', 'at least 64 MiB'],
    ['2000G', 'at most'],
    ['lots', 'write MiB like 512'],
    ['1T', 'write MiB like 512'],
    ['-1', 'write MiB like 512'],
    ['', 'write MiB like 512'],
  ])('%s is none', (text, problem) => {
    expect(readMemory(text)).toEqual({ ok: false, problem: expect.stringContaining(problem) });
  });
});

describe('words for the kernel', () => {
  it('are joined by single spaces', () => {
    expect(readKernelArgs(' quiet   slub_debug=FZP ')).toEqual({ ok: true, value: 'quiet slub_debug=FZP' });
  });

  it.each([
    ['preempt=full', '--preempt'],
    ['quiet init=/bin/sh', "flakehunt's own program"],
    ['rdinit=/bin/sh', "flakehunt's own program"],
    ['quiet -- sh', "flakehunt's own program"],
    ['quiet\u0007', 'letters'],
  ])('%s is refused', (text, problem) => {
    expect(readKernelArgs(text)).toEqual({ ok: false, problem: expect.stringContaining(problem) });
  });
});

it('wants a kernel to have a name, and guests to be a few', () => {
  expect(readKernel(' 6.1.* ')).toEqual({ ok: true, value: '6.1.*' });
  expect(readKernel('  ').ok).toBe(false);
  expect(readGuestCount('3')).toEqual({ ok: true, value: 3 });
  expect(readGuestCount('0').ok).toBe(false);
  expect(readGuestCount('257').ok).toBe(false);
});
