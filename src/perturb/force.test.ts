import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.ts';
import type { Force } from '../model/condition.ts';
import { chaosText, needsIdleCpu, readChaos } from './chaos.ts';
import { parseCondition } from './condition-text.ts';

const [first, second] = ['0.1/0:read:45b:0', '0.2.11/3:io_uring_enter:f:12'];
const usual: Force = {
  arm: 'force',
  classes: ['lifecycle', 'sync', 'resource'],
  first,
  second,
  mode: 'order',
  after: 'done',
  offsetUs: 0,
};

describe('the chaos force', () => {
  it.each<[string, Partial<Force>]>([
    [`force:order:done:${first}<${second}`, {}],
    [`force:order:release:1ms:${first}<${second}`, { after: 'release', offsetUs: 1000 }],
    [`force:interleave:release:1500us:${first}<${second}`, { mode: 'interleave', after: 'release', offsetUs: 1500 }],
    [`force:order:done:${second}<${first}/sync`, { first: second, second: first, classes: ['sync'] }],
    [
      `force:order:done:${first}<0/0:futex:0:0/all`,
      { second: '0/0:futex:0:0', classes: ['lifecycle', 'sync', 'resource', 'rest'] },
    ],
  ])('is written %s', (text, chaos) => {
    expect(readChaos(text)).toEqual({ ...usual, ...chaos });
    expect(chaosText({ ...usual, ...chaos })).toBe(text);
    expect(parseCondition(`noise:cpu:1,chaos:${text}`).chaos).toEqual({ ...usual, ...chaos });
  });

  it('has one text for what is the same', () => {
    const text = `force:order:done:2000us:${first}<${second}/resource+sync+lifecycle`;
    expect(chaosText(readChaos(text))).toBe(`force:order:done:2ms:${first}<${second}`);
  });

  it('leaves the CPUs to the test', () => {
    expect(needsIdleCpu(usual)).toBe(false);
  });

  it.each([
    [
      'force',
      '"force" is not how this arm of chaos is written: force:order|interleave:done|release[:OFFSET]:EVENT<EVENT,',
    ],
    ['force:order', 'is not how this arm'],
    [`force:order:done:${first}`, 'is not how this arm'],
    [`force:order:done:${first}<${second}<${first}`, 'is not how this arm'],
    [`force:sometimes:done:${first}<${second}`, 'is not how this arm'],
    [`force:order:done:-1ms:${first}<${second}`, 'is not how this arm'],
    [`force:order:done:1/0:read:45b:0<${second}`, 'is not how this arm'],
    [`force:order:done:${first}<0/0:read:45B:0`, 'is not how this arm'],
    [`force:order:done:${first}<${first}`, `"${first}" cannot be forced to come before itself.`],
    [`force:order:done:0us:${first}<${second}`, '"0us" is not an offset between two events; write'],
    [`force:order:done:1m:${first}<${second}`, '"1m" is not an offset between two events; write'],
    [`force:order:done:${first}<${second}/synk`, '"synk" is not a kind of call; did you mean "sync"?'],
    [`force:order:done:${first}<${second}/sync/all`, 'is not how this arm'],
  ])('says what is wrong with %j', (text, message) => {
    expect(() => readChaos(text)).toThrow(UsageError);
    expect(() => readChaos(text)).toThrow(message);
  });
});
