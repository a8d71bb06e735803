import { describe, expect, test } from 'vitest';
import { readConsole, runOf, whyNoBoot } from './console.ts';

const mark = (run: number, worker: number, pid: number) =>
  `[    3.${run}00000] flakehunt: run ${run} worker ${worker} pid ${pid}`;
const oops = [
  '[    4.100000] BUG: kernel NULL pointer dereference, address: 0000000000000008',
  '[    4.100001] CPU: 1 PID: 71 Comm: msg-ring.t Not tainted 6.1.0-50-cloud-amd64 #1',
  '[    4.100002] RIP: 0010:io_msg_ring+0x42/0x300',
  '[    4.100003] Kernel panic - not syncing: Fatal exception',
];

describe('a console of a guest that went down', () => {
  test('names the run whose process the splat names', () => {
    const story = readConsole([mark(1, 0, 70), mark(2, 1, 71), mark(3, 2, 72), ...oops].join('\r\n'));
    expect(story.marks.map(({ run }) => run)).toEqual([1, 2, 3]);
    expect(story.splat).toBe(oops.join('\n'));
    expect(runOf(story)).toEqual({ run: 2, worker: 1, pid: 71 });
  });

  test('names the run that began last where the splat names none of them', () => {
    const story = readConsole([mark(5, 0, 90), mark(6, 1, 91), ...oops].join('\n'));
    expect(runOf(story)?.run).toBe(6);
  });

  test('has only the latest run of each worker, and no splat of an earlier one', () => {
    const story = readConsole(
      [mark(1, 0, 70), '[    3.5] WARNING: CPU: 0 PID: 70 at io_uring/x.c:1 f+0x1/0x2', mark(2, 0, 71)].join('\n'),
    );
    expect(story).toEqual({ marks: [{ run: 2, worker: 0, pid: 71 }], splat: null });
  });

  test('without a run, and without a word', () => {
    expect(runOf(readConsole(''))).toBeNull();
    expect(readConsole('').splat).toBeNull();
  });
});

test.each([
  ['', 'CONFIG_SERIAL_8250_CONSOLE'],
  ['[ 0.5] Initramfs unpacking failed: write error\n[ 0.6] Kernel panic - not syncing', '--guest-memory'],
  ['[ 0.5] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)', 'CONFIG_BLK_DEV_INITRD'],
  ['flakehunt: no second serial port\n', 'CONFIG_SERIAL_8250_NR_UARTS'],
  ['one\ntwo\nthree\nfour\n', 'two / three / four'],
])('a console that says %j', (said, why) => {
  expect(whyNoBoot(said)).toContain(why);
});
