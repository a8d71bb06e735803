import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bench } from './flakehunt.ts';

describe('standard output', () => {
  it('on a full disk does not end a hunt; the exit code and a sentence say that it is not all', async () => {
    const place = bench();
    const { code, err } = await place.run(['run', '-q', '--loops', '5', '--', '/bin/false'], {
      around: 'exec "$@" > /dev/full',
    });
    expect(code).toBe(3);
    expect(err).toMatch(/^flakehunt: Standard output could not be written \(ENOSPC\).*`flakehunt show`/);
    expect(err.split('\n')).toHaveLength(1);
    expect(await place.json(['show', '--json'])).toMatchObject({ runs: 5, ended: { reason: 'loops', exitCode: 1 } });
  });

  it.each([['--help'], ['--version'], ['list']])('on a full disk fails %s without a stack', async (...args) => {
    const { code, err } = await bench().run(args, { around: 'exec "$@" > /dev/full' });
    expect([code, err.split('\n').length]).toEqual([3, 1]);
  });

  it('that nobody reads any more, and closed streams, change nothing', async () => {
    const place = bench();
    const args = ['run', '--loops', '20', '--', '/bin/false'];
    const head = await place.run(args, { around: '{ "$@"; echo "code $?" >&2; } | head -n 1' });
    expect(head.err).toMatch(/code 1$/);
    const closed = await place.run(args, { around: 'exec "$@" <&- >&- 2>&-' });
    expect(closed).toEqual({ code: 1, out: '', err: '' });
  });
});

describe('a shell with narrow limits', () => {
  it('on open files is told so', async () => {
    const { code, err } = await bench().run(['run', '--', '/bin/true'], { around: 'ulimit -n 40; exec "$@"' });
    expect(code).toBe(3);
    expect(err).toMatch(/^flakehunt: .*too many (open )?files.*$/i);
  });

  it('on file sizes is told so, by the first file that it hits', async () => {
    const place = bench();
    await place.run(['run', '-q', '--loops', '1', '--', '/bin/true']);
    const { code, err } = await place.run(['run', '-q', '--', '/bin/true'], { around: 'ulimit -f 0; exec "$@"' });
    expect(code).toBe(3);
    expect(err).toMatch(/^flakehunt: Cannot write .*events\.ndjson.*`ulimit -f`/);
  });
});

it('a compiler with arguments, as make takes it, compiles the supervisor', async () => {
  const { code, err } = await bench().run(['run', '-q', '--loops', '1', '--', '/bin/true'], { env: { CC: ' env cc' } });
  expect([code, err]).toEqual([0, '']);
});

it('a folder that was removed under the shell is named as the reason', async () => {
  const place = bench();
  mkdirSync(join(place.dir, 'gone'));
  const { code, err } = await place.run(['list'], { around: 'cd gone; rmdir ../gone; exec "$@"' });
  expect(code).toBe(3);
  expect(err).toBe('flakehunt: The folder you are in does not exist any more; `cd` to one that does and try again.');
});
