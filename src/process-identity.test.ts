import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { formatIdentity, liveness, ownIdentity, parseIdentity } from './process-identity.ts';

const own = ownIdentity();

test('an identity reads back as it was written', () => {
  expect(parseIdentity(formatIdentity(own))).toEqual(own);
});

test.each(['', 'free', '1:2', 'x:2:b:3:h', '1:2:b:3:%', '1:2:b:3:h:4'])('%j is no identity', (text) => {
  expect(parseIdentity(text)).toBeNull();
});

test('this process is alive, and dead under another start time: its pid was reused', () => {
  expect(liveness(own)).toBe('alive');
  expect(liveness({ ...own, start: '1' })).toBe('dead');
});

test('after a reboot of the same host every holder is dead; on another host nobody knows', () => {
  expect(liveness({ ...own, boot: 'other' })).toBe('dead');
  expect(liveness({ ...own, boot: 'other', host: 'elsewhere' })).toBe('unknown');
});

test('a process of another pid namespace is unknown', () => {
  expect(liveness({ ...own, namespace: '1' })).toBe('unknown');
});

test('an ended process is dead', async () => {
  const child = spawn('true');
  await once(child, 'exit');
  expect(liveness({ ...own, pid: child.pid ?? 0 })).toBe('dead');
});
