import { describe, expect, it } from 'vitest';
import { noDefaults } from '../config/run-keys.ts';
import { UsageError } from '../errors.ts';
import type { RunDefaults } from '../model/settings.ts';
import { type RunFlags, readRunFlags } from './run-request.ts';

function wish(flags: Partial<RunFlags>, configured: Partial<RunDefaults> = {}) {
  return readRunFlags({ test: 'x', afterDashes: null, ...flags }, { ...noDefaults, ...configured }).wish;
}

describe('what conditions are asked for', () => {
  it('is nothing where nothing is said', () => {
    expect(wish({})).toEqual({ strategy: null, parts: {} });
  });

  it('is a strategy, or the parts of a condition', () => {
    expect(wish({ strategy: 'pct-2' })).toEqual({ strategy: 'pct-2', parts: {} });
    expect(wish({ pin: 'one', chaos: 'note' })).toEqual({ strategy: null, parts: { pin: 'one', chaos: 'note' } });
  });

  it('is taken from the configuration, whose parts flags go over one by one', () => {
    expect(wish({}, { strategy: 'plain' })).toEqual({ strategy: 'plain', parts: {} });
    const parts = { pin: 'one', noise: 'heavy' };
    expect(wish({ noise: 'light' }, parts)).toEqual({ strategy: null, parts: { pin: 'one', noise: 'light' } });
  });

  it('is not mixed: a strategy puts configured parts aside, and a part a configured strategy', () => {
    expect(wish({ strategy: 'auto' }, { pin: 'one' })).toEqual({ strategy: 'auto', parts: {} });
    expect(wish({ pin: 'one' }, { strategy: 'auto' })).toEqual({ strategy: null, parts: { pin: 'one' } });
  });

  it.each(['plain', 'auto', 'pct-2'])('cannot be %s and a part at once', (strategy) => {
    expect(() => wish({ strategy, chaos: 'pct:2' })).toThrow(UsageError);
    expect(() => wish({ strategy, chaos: 'pct:2' })).toThrow(
      '--strategy cannot be combined with --chaos: --pin, --noise, --chaos, --quota and --preempt describe one condition, which is a strategy by itself.',
    );
  });

  it('is told apart from a part that is empty, which is a mistake', () => {
    expect(wish({ pin: '' })).toEqual({ strategy: null, parts: { pin: '' } });
  });
});
