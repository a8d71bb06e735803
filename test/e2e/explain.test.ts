import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bench } from './flakehunt.ts';
import { newMark, until, withCommandLine } from './processes.ts';

interface Point {
  call: string;
  frames: { function: string | null; file: string | null; line: number | null; module: string }[];
}

interface Explained {
  exitCode: number;
  failure: { signature: { title: string } } | null;
  cause: {
    sentence: string;
    kind: string;
    first: Point;
    second: Point;
    forced: { failures: number; runs: number };
    reversed: { failures: number; runs: number };
    notes: { errno: string }[];
    reproducer: string;
  } | null;
  suspects: unknown[];
}

const fixtures = join(import.meta.dirname, '..', '..', 'fixtures');

function racy(dir: string, name: string): string {
  const program = join(dir, name);
  execFileSync('cc', ['-std=gnu11', '-g', '-O1', '-pthread', '-o', program, join(fixtures, 'racy', `${name}.c`)]);
  return program;
}

/** Text of the source lines on the stack of a point. */
function linesOf({ frames }: Point): string[] {
  return frames.flatMap(({ file, line }) => {
    if (file === null || line === null || !file.startsWith('/') || file.startsWith('/usr/')) return [];
    return readSafely(file).split('\n')[line - 1]?.trim() ?? [];
  });
}

function readSafely(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

describe('the race of the bundled tree', () => {
  it('is explained from a cold start, by the two points of its truth, and reproduced', async () => {
    const place = bench();
    const { code, out, err } = await place.run(['explain', 'msg-ring.t', '--tree', 'lab', '--json']);
    expect([code, err.replaceAll(/flakehunt: note: .*\n/g, '')]).toEqual([0, '']);
    const { failure, cause } = JSON.parse(out) as Explained;
    const truth = JSON.parse(readFileSync(join(fixtures, 'uring-lab', 'truth.json'), 'utf8')) as {
      bugs: { id: string; order: { first: { line: string }; second: { line: string } } }[];
    };
    const bug = truth.bugs.find(({ id }) => id === 'msg-ring-race');
    expect(failure?.signature.title).toContain('wait cqe -17 (EEXIST)');
    if (cause === null || bug === undefined) throw new Error('no cause, or no truth');
    // It fails when what should be second comes first.
    expect(linesOf(cause.first)).toContain(bug.order.second.line);
    expect(linesOf(cause.second)).toContain(bug.order.first.line);
    expect(cause.sentence).toMatch(/^msg-ring fails when thread 0\.2 \(wait_for_message, msg-ring\.c:\d+\) enters/);
    expect(cause.forced.failures / cause.forced.runs).toBeGreaterThan(0.8);
    expect(cause.reversed.failures / cause.reversed.runs).toBeLessThan(0.2);
    expect(cause.notes.map(({ errno }) => errno)).toEqual(['EEXIST']);
    const [, ...words] = [...cause.reproducer.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
    const again = await place.run(words);
    expect([again.code, again.err]).toEqual([1, '']);
  });
});

describe('a race of plain threads', () => {
  it('is explained in text, with its lines', async () => {
    const place = bench();
    const program = racy(place.dir, 'eventfd-early');
    const { code, out } = await place.run(['explain', '--', program]);
    expect(out).toMatch(/eventfd-early fails when thread 0\.1 \(taker,\s+eventfd-early\.c:11\)\s+calls\s+read/);
    expect(out).toMatch(/^forced +(?:1[6-9]|20) of 20 runs failed/m);
    expect(out).toMatch(/^reproduce +flakehunt replay --seed /m);
    expect(code).toBe(0);
  });

  it('goes on from what a hunt found', async () => {
    const place = bench();
    const program = racy(place.dir, 'eventfd-early');
    const strategy = ['--strategy', 'chaos:pct:1', '--failures', '3'];
    expect((await place.run(['run', ...strategy, '--', program])).code).toBe(1);
    const { code, out } = await place.run(['explain', '--markdown']);
    expect(out).toMatch(/^eventfd-early fails when thread 0\.1 /m);
    expect(code).toBe(0);
  });
});

it('calls nothing a cause where none of the orders decides', async () => {
  const place = bench();
  const program = racy(place.dir, 'decoy-slow-path');
  const found = (await place.json(['explain', '--json', '--', program])) as Explained;
  expect([found.exitCode, found.cause]).toEqual([5, null]);
  const { out } = await place.run(['explain', '--', program]);
  expect(out).toContain('ThreadSanitizer');
});

it('says so where there is no failure', async () => {
  const place = bench();
  const { code, out } = await place.run(['explain', '--time', '1s', '--', '/bin/true']);
  expect([code, out]).toEqual([5, expect.stringContaining('It did not fail in any run')]);
});

it.each([
  [['explain'], 'No hunt found one yet'],
  [['explain', 'x', '--json', '--markdown', '--tree', 'lab'], 'leave one out'],
  [['explain', 'no-such-test', '--tree', 'lab'], 'no-such-test'],
  [['explain', '--time', 'soon', '--', 'true'], '--time'],
])('%j: a mistake is one sentence', async (args, words) => {
  const { code, err } = await bench().run(args);
  expect([code, err]).toEqual([2, expect.stringContaining(words)]);
  expect(err).not.toMatch(/^ +at /m);
});

it('leaves nothing behind when it is interrupted', async () => {
  const mark = newMark();
  const place = bench(mark.env);
  const telling = `sleep 0.05; : explained-by-${process.pid}`;
  const call = place.start(['explain', '--time', '1m', '--', 'sh', '-c', telling]);
  // Ourselves, and the test.
  await until(call, () => withCommandLine(telling).length > 1);
  call.kill('SIGINT');
  const { exitCode } = await call;
  expect(exitCode).toBe(130);
  await mark.allGone();
});

it('names symbol, module and offset where there is no debug information', async () => {
  const place = bench();
  const program = join(place.dir, 'eventfd-early');
  execFileSync('cc', ['-std=gnu11', '-O1', '-pthread', '-o', program, join(fixtures, 'racy', 'eventfd-early.c')]);
  const { cause } = (await place.json(['explain', '--json', '--', program])) as Explained;
  expect(cause?.first.frames).toContainEqual(
    expect.objectContaining({ function: 'taker', line: null, module: program }),
  );
});
