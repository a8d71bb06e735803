import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Bench, bench, type Outcome } from './flakehunt.ts';

/** Small file systems can be mounted in a namespace of one's own, where the kernel lets users make one. */
const mine = ['unshare', '--map-root-user', '--mount'];
const possible = spawnSync(mine[0] ?? '', [...mine.slice(1), 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;
const why = 'this user may not mount anything, even in a namespace of its own';

/** Calls flakehunt with cache and state below a tmpfs with these options; `before` is a shell text that fills it. */
async function onDisk(place: Bench, options: string, args: string[], before = ':'): Promise<Outcome> {
  const disk = join(place.dir, 'disk');
  const inside = `mkdir -p disk && mount -t tmpfs -o ${options} none disk && cd disk && ${before}; exec "$@"`;
  return await place.run(args, { around: `exec ${mine.join(' ')} sh -c '${inside}' sh "$@"`, env: diskPaths(disk) });
}

const diskPaths = (disk: string) => ({ XDG_CACHE_HOME: join(disk, 'cache'), XDG_STATE_HOME: join(disk, 'state') });
const lab = ['run', 'nop', '--tree', 'lab', '--loops', '3'];
const again = `"$@" > /dev/null 2>&1`;

describe('a full disk', () => {
  it.for([
    ['before the bundled tree is there', 'size=256k', ':'],
    ['without room for the files that one needs', 'size=50m,nr_inodes=40', ':'],
    ['with everything built', 'size=20m', `${again}; cat /dev/zero > fill 2> /dev/null`],
    [
      'with everything built and no inode left',
      'size=20m,nr_inodes=2000',
      `${again}; i=0; while true > f$((i += 1)); do :; done`,
    ],
  ])('%s is named, with the way out', async ([, options = '', before], context) => {
    context.skip(!possible, why);
    const { code, err } = await onDisk(bench(), options, lab, `{ ${before}; } 2> /dev/null`);
    const said = err.slice(err.indexOf('flakehunt: '));
    expect(said).toMatch(/^flakehunt: .*(no space is left|disk is full|ENOSPC).*XDG_(CACHE|STATE)_HOME.*$/);
    expect(code).toBe(3);
  });

  it.for([
    ['without room', 'size=64k'],
    ['without inodes', 'size=20m,nr_inodes=12'],
  ])('%s in the middle of a hunt keeps what was recorded, and says how to go on', async ([, options], context) => {
    context.skip(!possible, why);
    const place = bench();
    const words = 'head -c 60 /dev/urandom | od -An -tx1 | tr 0-9 g-p';
    const run = ['run', '-q', '--time', '10m', '--', 'sh', '-c', `${words}; exit 1`];
    // The small disk goes with its namespace; what is on it is looked at in a copy.
    const inside = `mkdir small && mount -t tmpfs -o ${options} none small && "$@"; code=$?; cp -r small kept; exit $code`;
    const { code, err } = await place.run(run, {
      around: `exec ${mine.join(' ')} sh -c '${inside}' sh "$@"`,
      env: { XDG_STATE_HOME: join(place.dir, 'small') },
    });
    expect(err).toMatch(
      /^flakehunt: Cannot write .*: the disk is full \(ENOSPC\).*`flakehunt run --resume .*` goes on\.$/,
    );
    expect(code).toBe(3);
    const env = { XDG_STATE_HOME: join(place.dir, 'kept') };
    const { runs } = (await place.json(['show', '--json'], { env })) as { runs: number };
    expect(runs).toBeGreaterThan(0);
    const resumed = await place.run(['run', '--resume', 'last', '--loops', String(runs + 3), '--json'], { env });
    expect(JSON.parse(resumed.out)).toMatchObject({ runs: runs + 3, sessions: 2 });
  });
});
