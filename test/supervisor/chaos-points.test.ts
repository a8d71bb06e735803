import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { builtProgram } from './built.ts';
import { eventsOf, force } from './forced.ts';
import { isRoot, nobody } from './provoke.ts';
import type { TraceLine } from './traces.ts';

const addr2line = (process.env.PATH ?? '')
  .split(':')
  .map((folder) => join(folder, 'addr2line'))
  .find(existsSync);

const frame = /^(\/.*)\+0x([0-9a-f]+)(?: 0x([0-9a-f]+))?$/;

const call = (thread: string, name: string) => (line: TraceLine) =>
  line.thread === thread && line.call === name && line.object === 'eventfd1';

/** Names of the functions at these frames that are in the program itself, the innermost first. */
async function functionsAt(program: string, frames: string): Promise<string[]> {
  const lines = frames.trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(32);
  const offsets = lines.flatMap((line) => {
    const [, path, offset = ''] = frame.exec(line) ?? [];
    expect(path).toMatch(/^\//);
    // The program's code lies in its file where it is linked to.
    return path === program ? [`0x${(Number.parseInt(offset, 16) - 1).toString(16)}`] : [];
  });
  const { stdout } = await execa(addr2line ?? '', ['-f', '-e', program, ...offsets]);
  return stdout.split('\n').filter((_, i) => i % 2 === 0);
}

describe.skipIf(addr2line === undefined)('where the two threads stand', () => {
  const users: [string, typeof nobody | undefined][] = [['whoever runs this', undefined]];
  if (isRoot) users.push(['nobody', nobody]);

  test.each(users)('is told by frames, %s', async (_, settings) => {
    const [put = '', take = ''] = await eventsOf(['call-deep'], call('0.1', 'write'), call('0', 'read'));
    const { session, forced } = await force(['call-deep'], [put, take], 5, { stacks: true }, settings);
    expect(forced).toBe(5);
    const points = session.records.filter((record) => record.type === 'point');
    expect(points.map(({ run, key }) => `${run} ${key}`).sort()).toEqual(
      [1, 2, 3, 4, 5].flatMap((run) => [`${run} ${put}`, `${run} ${take}`]).sort(),
    );
    const program = await builtProgram('call-deep');
    for (const { key, frames } of points) {
      // The call itself is libc's.
      expect(frames).toMatch(/^\/\S*libc\S*\+0x/);
      const functions = await functionsAt(program, frames);
      const expected = key === put ? ['put_innermost', 'put_middle', 'put_outermost'] : ['take_innermost', 'main'];
      expect(functions.slice(0, expected.length - 1)).toEqual(expected.slice(0, -1));
      expect(functions).toContain(expected.at(-1));
    }
  });

  test('only where it was asked for', async () => {
    const [put = '', take = ''] = await eventsOf(['call-deep'], call('0.1', 'write'), call('0', 'read'));
    const { session } = await force(['call-deep'], [put, take], 2, { trace: true });
    expect(session.records.filter((record) => record.type === 'point')).toEqual([]);
  });

  test('of an event that never comes nothing is told', async () => {
    const [put = '', take = ''] = await eventsOf(['call-deep'], call('0.1', 'write'), call('0', 'read'));
    const never = put.replace(/\d+$/, '9');
    const { session, absent } = await force(['call-deep'], [never, take], 2, { stacks: true });
    expect(absent).toBe(2);
    expect(session.records.filter((r) => r.type === 'point').map(({ key }) => key)).toEqual([take, take]);
  });
});
