import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../errors.ts';
import type { Target } from '../target.ts';
import { KernelBuilder, type KernelPlace } from './kernel-builder.ts';

const target = { test: 'poll' } as Target;
const place = (sha256: string) => ({ chosen: { guest: { facts: { kernel: { sha256 } } } } }) as unknown as KernelPlace;

function builder(boot: (spec: string) => Promise<KernelPlace>, signal = new AbortController().signal) {
  return new KernelBuilder(['deb:6.1.1-1', 'deb:6.1.2-1'], target, boot, signal);
}

describe('KernelBuilder', () => {
  it('boots each kernel once, whoever asks first', async () => {
    const booted: string[] = [];
    const made = builder((spec) => {
      booted.push(spec);
      return Promise.resolve(place(spec));
    });
    made.buildAhead(1);
    expect(await made.build(1)).toMatchObject({
      kind: 'built',
      target,
      identity: 'deb:6.1.2-1',
      place: place('deb:6.1.2-1'),
    });
    await made.build(1);
    expect(booted).toEqual(['deb:6.1.2-1']);
  });

  it("takes what keeps a kernel from booting for its own fault, and all else for nobody's", async () => {
    const made = builder((spec) =>
      Promise.reject(spec.includes('6.1.1') ? new EnvironmentError('no console\nmore') : new TypeError('bug')),
    );
    expect(await made.build(0)).toEqual({ kind: 'failed', reason: 'no console', log: null });
    await expect(made.build(1)).rejects.toThrow(TypeError);
  });

  it('begins nothing when it was stopped, and blames no kernel for it', async () => {
    const stop = new AbortController();
    const made = builder(() => {
      stop.abort(new Error('stopped'));
      return Promise.reject(new EnvironmentError('killed'));
    }, stop.signal);
    await expect(made.build(0)).rejects.toThrow('killed');
    expect(made.isStopped).toBe(true);
    await expect(made.build(1)).rejects.toThrow('stopped');
  });
});
