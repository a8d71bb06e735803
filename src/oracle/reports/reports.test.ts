import { describe, expect, it } from 'vitest';
import { judge } from '../judge.ts';
import { bareRules, outcomeWith } from '../sample-outcome.ts';
import { kernelSplat } from './kernel-splat.ts';
import { threadPlaces } from './thread-states.ts';

function signature(output: string) {
  const { signature } = judge(outcomeWith({ output, ending: { kind: 'signal', signal: 6, core: false } }), bareRules);
  return signature === null ? null : { kind: signature.kind, title: signature.title, lines: signature.lines };
}

describe('what run times print before they abort', () => {
  it.each([
    ['*** stack smashing detected ***: terminated', '*** stack smashing detected ***'],
    ['*** buffer overflow detected ***: ./a.t terminated', '*** buffer overflow detected ***: ./a.t terminated'],
    ['double free or corruption (fasttop)', 'double free or corruption (fasttop)'],
    ['free(): double free detected in tcache 2', 'free(): double free detected in tcache 2'],
    ['malloc(): corrupted top size', 'malloc(): corrupted top size'],
    ['corrupted size vs. prev_size', 'corrupted size vs. prev_size'],
    ['munmap_chunk(): invalid pointer', 'munmap_chunk(): invalid pointer'],
    ["a.t: a.c:5: main: Assertion `ret >= 0' failed.", "main: Assertion `ret >= 0' failed"],
    ["a.t: ../test/a.c:5: Assertion `x' failed.", "Assertion `x' failed"],
    ['Assertion failed: x == 1 (a.c: main: 5)', 'Assertion failed: x == 1 (a.c: main: 5)'],
    [
      "terminate called after throwing an instance of 'std::bad_alloc'",
      "terminate called after throwing an instance of 'std::bad_alloc'",
    ],
  ])('%s', (line, title) => {
    const found = signature(`go\n${line}\n`);
    expect(found?.kind).toBe('abort');
    expect(found?.title).toContain(title.replace('./', ''));
  });
});

describe('panics and exceptions', () => {
  it.each([
    [
      "thread 'main' panicked at src/main.rs:5:9:\nindex out of bounds: the len is 3\nnote: run with",
      'panicked: index out of bounds: the len is 3',
    ],
    ["thread 'io' (42) panicked at 'boom', src/main.rs:5:9", "panicked: 'boom', src/main.rs:5:9"],
    [
      'panic: runtime error: index out of range\n\ngoroutine 1 [running]:\n',
      'panic: runtime error: index out of range',
    ],
    ['Traceback (most recent call last):\n  File "a.py", line 1, in <module>\nValueError: bad\n', 'ValueError: bad'],
  ])('%s', (output, title) => {
    expect(signature(output)?.title).toContain(title);
  });

  it('takes no panic without goroutines for one of Go', () => {
    expect(signature('panic: keep calm\n')?.title).toBe('panic: keep calm > SIGABRT');
  });
});

describe('a kernel splat', () => {
  const title = (log: string) => kernelSplat(log.split('\n'))?.title;

  it.each([
    [
      '[ 1.0] WARNING: CPU: 1 PID: 9 at io_uring/io_uring.c:2914 io_ring_exit_work+0x2b4/0x620',
      'WARNING: io_uring.c io_ring_exit_work',
    ],
    ['[ 1.0][ T9] WARNING: io_uring/rw.c:12 at io_read+0x1/0x2, CPU#1: a.t/9', 'WARNING: rw.c in io_read'],
    [
      '<4>[ 1.0] BUG: KASAN: slab-use-after-free in io_poll.isra.0+0x12/0x34',
      'BUG: KASAN: slab-use-after-free in io_poll',
    ],
    [
      '4,12,34,-;BUG: kernel NULL pointer dereference, address: 0000000000000008',
      'BUG: kernel NULL pointer dereference',
    ],
    ['BUG: unable to handle page fault for address: ffffc90000a5f000', 'BUG: unable to handle page fault'],
    ['kernel BUG at io_uring/poll.c:77!', 'kernel BUG at poll.c'],
    ['INFO: task a.t:99 blocked for more than 120 seconds.', 'INFO: task blocked'],
    ['watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [a.t:99]', 'watchdog: BUG: soft lockup'],
    [
      'Oops: general protection fault, probably for non-canonical address 0xdead: 0000 [#1] SMP',
      'Oops: general protection fault',
    ],
    ['UBSAN: array-index-out-of-bounds in io_uring/rw.c:12:3', 'UBSAN: array-index-out-of-bounds in rw.c'],
    [
      'WARNING: possible circular locking dependency detected',
      'WARNING: possible circular locking dependency detected',
    ],
  ])('%s', (log, expected) => {
    expect(title(log)).toContain(expected);
  });

  it('is not what is told of a program that faulted', () => {
    const line = '[ 1.0] traps: a.t[9] general protection fault ip:7f1a sp:7ffe error:0 in libc.so.6[1,2+3]';
    expect(kernelSplat([line])).toBeNull();
  });

  it('is identified by its call trace without offsets, reporting and guesses', () => {
    const log = (offset: string, time: string) =>
      [
        `[ ${time}] BUG: kernel NULL pointer dereference, address: 00000000000000${offset}`,
        `[ ${time}] RIP: 0010:io_msg_ring+0x${offset}/0x340`,
        `[ ${time}] Call Trace:`,
        `[ ${time}]  <TASK>`,
        `[ ${time}]  dump_stack_lvl+0x1/0x2`,
        `[ ${time}]  ? guessed+0x${offset}/0x44`,
        `[ ${time}]  io_issue_sqe.constprop.0+0x${offset}/0x55`,
        `[ ${time}] ---[ end trace 0000000000000000 ]---`,
      ].join('\n');
    const splat = kernelSplat(log('10', '1.5').split('\n'));
    expect(splat?.lines).toEqual(['BUG: kernel NULL pointer dereference', 'io_msg_ring', 'io_issue_sqe']);
    expect(kernelSplat(log('88', '99.123456').split('\n'))?.lines).toEqual(splat?.lines);
  });

  it('of a form unknown to us is named by its first line', () => {
    const { signature } = judge(outcomeWith({ kernelLog: '\n[  5.5] something new at 0x1234\n' }), bareRules);
    expect([signature?.kind, signature?.title, signature?.lines]).toEqual([
      'kernel',
      'something new at 0x1234',
      ['something new at #'],
    ]);
  });
});

describe('where threads hang', () => {
  const proc = (tid: number) => `process ${tid} ./a.t
  thread ${tid} a.t state S wchan anon_pipe_read syscall 0 0x3 0x7fff 0x1
    [<0>] anon_pipe_read+0x366/0x410
  thread ${tid + 1} a (b) t state S wchan futex_do_wait syscall 202 0x55
    [<0>] futex_do_wait+0x46/0x90
`;
  const gdb = (order: number[]) => `gdb on process 5:
[New LWP 6]
__GI___libc_read (nbytes=1) at read.c:26
${order
  .map((n) =>
    n === 1
      ? `Thread 1 (Thread 0x7f02 (LWP 5) "a"):
#0  __GI___libc_read (nbytes=1, buf=0x7ff, fd=3) at ../sysdeps/read.c:26
#1  __GI___libc_read (fd=3) at ../sysdeps/read.c:24
#2  0x0000558c5576823f in main () at h.c:7
`
      : `Thread ${n} (Thread 0x7f0${n} (LWP 6) "a"):
#0  futex_wait (private=0) at ../sysdeps/nptl/futex-internal.h:146
#1  __GI___lll_lock_wait (futex=0x558c <m>) at ./nptl/lowlevellock.c:49
#2  0x00007f029f597482 in lll_mutex_lock_optimized () at ./nptl/pthread_mutex_lock.c:48
#3  ___pthread_mutex_lock (mutex=0x558c <m>) at ./nptl/pthread_mutex_lock.c:93
#4  0x0000558c557681a9 in take () at h.c:5
#5  0x0000558c557681b7 in waiter (p=0x0) at h.c:6
#6  0x00007f029f5941f5 in start_thread (arg=<optimized out>) at ./nptl/pthread_create.c:442
`,
  )
  .join('\n')}`;

  it('is told by the wait channel where gdb is not there', () => {
    expect(threadPlaces(proc(5))).toEqual(['anon_pipe_read', 'futex_do_wait']);
    expect(threadPlaces('process 7 a\n  thread 7 a state S\n    [<0>] io_cqring_wait+0x1/0x2\n')).toEqual([
      'io_cqring_wait',
    ]);
    expect(threadPlaces('process 7 a\n  thread 7 a state R wchan 0 syscall running\n')).toEqual([]);
  });

  it('is told by backtraces where it is, whatever the number and order of threads', () => {
    const places = ['pthread_mutex_lock < take < waiter', 'read < main'];
    expect(threadPlaces(proc(5) + gdb([3, 2, 1]))).toEqual(places);
    expect(threadPlaces(proc(70) + gdb([1, 2]))).toEqual(places);
  });

  it('makes title and identity of a hang', () => {
    const hang = (stacks: string) =>
      judge(outcomeWith({ ending: { kind: 'timeout' }, output: 'step 5\n', stacks }), bareRules).signature;
    expect(hang(gdb([2, 1]))?.title).toBe('hang in pthread_mutex_lock < take < waiter; read < main');
    expect(hang(gdb([2, 1]))?.id).toBe(hang(gdb([1, 2, 3]))?.id);
    expect(hang(gdb([2, 1]))?.id).not.toBe(hang(gdb([1]))?.id);
  });
});

it('takes the verdict of AddressSanitizer before the remark of UBSan', () => {
  const output = `a.c:1:2: runtime error: load of null pointer
==9==ERROR: AddressSanitizer: SEGV on unknown address 0x000 (pc 0x5 bp 0x7 sp 0x7 T0)
    #0 0x55 in reap /home/a/reap.c:9
    #1 0x56 in main /home/a/reap.c:19
`;
  expect(signature(output)).toEqual({
    kind: 'sanitizer',
    title: 'AddressSanitizer: SEGV in reap < main',
    lines: ['AddressSanitizer: SEGV', 'reap < main'],
  });
});

it('tells two data races of ThreadSanitizer apart, and one from its mirror image not', () => {
  const race = (first: string, second: string) => `==9==WARNING: ThreadSanitizer: data race (pid=9)
  Write of size 8 at 0x7b by thread T1:
    #0 ${first} /a/b.c:5 (b+0x1)

  Previous read of size 8 at 0x7b by main thread:
    #0 ${second} /a/b.c:9 (b+0x2)
`;
  expect(signature(race('reap', 'sow'))).toEqual(signature(race('sow', 'reap')));
  expect(signature(race('reap', 'sow'))).not.toEqual(signature(race('reap', 'plough')));
});
