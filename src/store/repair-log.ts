import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

/**
 * Makes a log whose last line was cut off by a kill or a full disk appendable again: a whole event without its LF gets
 * the LF, anything less is dropped (no reader could use it). The caller holds the lock.
 * @param isEvent whether a line is a whole event
 */
export function repairLog(path: string, isEvent: (line: string) => boolean): void {
  const fd = openSync(path, 'r+');
  try {
    const size = fstatSync(fd).size;
    const whole = endOfLastLine(fd, size);
    if (whole === size) return;
    const tail = Buffer.alloc(size - whole);
    readSync(fd, tail, 0, tail.length, whole);
    if (!isEvent(tail.toString('utf8'))) ftruncateSync(fd, whole);
    else writeSync(fd, '\n', size);
  } finally {
    closeSync(fd);
  }
}

/** Offset behind the last LF, 0 when there is none. */
function endOfLastLine(fd: number, size: number): number {
  const block = Buffer.alloc(64 << 10);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - block.length);
    const length = readSync(fd, block, 0, end - start, start);
    const found = block.subarray(0, length).lastIndexOf(10);
    if (found !== -1) return start + found + 1;
    end = start;
  }
  return 0;
}
