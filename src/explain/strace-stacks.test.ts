import { expect, it } from 'vitest';
import { straceStack } from './strace-stacks.ts';

const written = `2854  clone3({flags=CLONE_VM}, 88) = 2855
 > /usr/lib/libc.so.6(__xmknodat+0x229) [0x1098d9]
2854  write(2, "y", 1 <unfinished ...>
2855  write(1, "x", 1)                  = 1
 > /usr/lib/libc.so.6(__write+0x4f) [0xf838f]
 > /tmp/k(f+0x1a) [0x1173]
 > /usr/lib/libc.so.6(pthread_condattr_setpshared+0x515) [0x891f5]
2854  <... write resumed>)              = 1
 > /usr/lib/libc.so.6(__write+0x4f) [0xf838f]
 > /tmp/k [0x11a0]
2855  +++ exited with 0 +++
`;

it('finds the stack of an event of another thread', () => {
  expect(straceStack(written, '0.1/0:write:38f:0')).toBe(
    '/usr/lib/libc.so.6+0xf838f\n/tmp/k+0x1173\n/usr/lib/libc.so.6+0x891f5',
  );
});

it('finds the stack of a call that was interrupted by others, under its end', () => {
  expect(straceStack(written, '0/3:write:38f:0')).toBe('/usr/lib/libc.so.6+0xf838f\n/tmp/k+0x11a0');
});

it.each(['0/1:write:390:0', '0/1:read:38f:0', '0.1/0:clone3:8d9:0'])('has none for %s', (event) => {
  expect(straceStack(written, event)).toBeNull();
});
