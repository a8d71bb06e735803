import { describe, expect, it } from 'vitest';
import { excerpt } from './excerpt.ts';
import { bareRules, outcomeWith } from './sample-outcome.ts';

function shown(output: string | Uint8Array): string {
  return excerpt(outcomeWith({ output }), bareRules);
}

describe('an excerpt', () => {
  it('has the failing lines and their neighbours, and marks what is left out', () => {
    const lines = Array.from({ length: 40 }, (_, index) => `step ${index}`);
    lines[10] = 'wait cqe -17';
    lines[30] = 'test_x failed';
    expect(shown(lines.join('\n'))).toBe('step 9\nwait cqe -17\nstep 11\n…\nstep 29\ntest_x failed\nstep 31');
  });

  it('has the last lines where none fails', () => {
    const lines = Array.from({ length: 20 }, (_, index) => `step ${index}`);
    expect(shown(lines.join('\n')).split('\n')).toEqual(lines.slice(-12));
  });

  it('has at most 12 lines and 2 KiB', () => {
    const long = shown(`cqe res -5 ${'é'.repeat(900)}\n`.repeat(50));
    expect(long.split('\n').length).toBeLessThanOrEqual(12);
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(2048);
    expect(
      shown(Array.from({ length: 99 }, (_, index) => `step\ncqe ${index} res -5\nx`).join('\n')).split('\n'),
    ).toHaveLength(12);
  });

  it('shows control characters, colours removed, invalid UTF-8 replaced', () => {
    expect(shown('\u001b[31mfailed\u001b[0m \u0000\u0007 \u001b]0;x\u202eevil')).toBe('failed ^@^G ^[]0;x\\u202eevil');
    expect(shown(new Uint8Array([0x66, 0xff, 0xfe, 0x66]))).toBe('f\ufffd\ufffdf');
  });

  it('leaves out the lines torn where the middle was dropped', () => {
    const output = 'one -5 failed\ntorn headtorn tail\ntwo -5 failed\n';
    const cutAt = output.indexOf('torn tail');
    expect(excerpt(outcomeWith({ output, cutAt }), bareRules)).toBe('one -5 failed\ntwo -5 failed');
  });

  it('of a hang says where threads are, be they waiting or spinning', () => {
    const stacks = 'process 5 a.t\n  thread 5 a.t state S wchan io_cqring_wait syscall 426 0x3\n';
    expect(excerpt(outcomeWith({ ending: { kind: 'timeout' }, output: 'go\n', stacks }), bareRules)).toBe(
      'go\nthread in io_cqring_wait',
    );
  });

  it('of nothing is empty', () => {
    expect(shown('')).toBe('');
    expect(shown('\n\n')).toBe('');
  });
});
