import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExpectedError } from '../../src/errors.ts';
import { fetchIndex } from '../../src/kernel/debian-index.ts';
import { findKernel } from '../../src/kernel/find-kernel.ts';
import type { KernelContext } from '../../src/kernel/kernel-context.ts';
import { bench } from './flakehunt.ts';

/** Kernels are really fetched, from the mirror that apt uses here; without one these tests say so. */
const top = realpathSync(mkdtempSync(join(tmpdir(), 'flakehunt kernels ')));
const own = { PATH: process.env.PATH ?? '', HOME: top };
const proxies = Object.fromEntries(Object.entries(process.env).filter(([name]) => /_proxy$/i.test(name)));
/** Nothing answers there. */
const away = { http_proxy: 'http://127.0.0.1:1', https_proxy: 'http://127.0.0.1:1' };
/** A proxy among apt's settings goes before the environment's. */
const proxied = /^Acquire::https?::Proxy\b/im.test(
  spawnSync('apt-config', ['dump'], { encoding: 'utf8' }).stdout ?? '',
);

interface Scene extends KernelContext {
  steps: string[];
  notes: string[];
}

function scene(changes: Partial<KernelContext> = {}): Scene {
  const [steps, notes]: [string[], string[]] = [[], []];
  return {
    steps,
    notes,
    paths: { cache: join(top, 'cache/flakehunt'), state: join(top, 'state'), packageRoot: top, cwd: top },
    env: { ...own, ...proxies } as Record<string, string>,
    signal: new AbortController().signal,
    progress: (text) => void steps.push(text),
    note: (text) => void notes.push(text),
    ...changes,
  };
}

let obstacle: string | null = null;
beforeAll(async () => {
  await fetchIndex(scene()).catch((error: Error) => {
    if (!(error instanceof ExpectedError)) throw error;
    obstacle = error.message;
  });
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

/** Processes that work in the cache, by what /proc tells. */
function workers(cache: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1') + readFileSync(`/proc/${pid}/environ`, 'latin1');
      return Number(pid) !== process.pid && line.includes(`APT_CONFIG=${cache}`);
    } catch {
      return false;
    }
  });
}

async function nobodyWorks(cache: string): Promise<void> {
  for (let i = 0; i < 100 && workers(cache).length > 0; i++) await sleep(50);
  expect(workers(cache)).toEqual([]);
}

describe('a kernel of Debian', () => {
  it('is fetched, kept, needs no network the second time, and is fetched again when it is damaged', async (context) => {
    context.skip(obstacle !== null, obstacle ?? '');
    const first = scene();
    const kernel = await findKernel('deb:6.1.*', first);
    expect(first.notes).toEqual([]);
    expect(first.steps).toEqual([
      expect.stringMatching(/^fetching linux-image-6\.1\.0-\d+-cloud-amd64 6\.1\.\d+-\d+ \(\d+ MiB\)$/),
      expect.stringMatching(/^unpacking linux-image-6\.1\.0-\d+-cloud-amd64$/),
    ]);
    expect(kernel.release).toMatch(/^6\.1\.0-\d+-cloud-amd64$/);
    expect(kernel.package).toMatch(/^linux-image-6\.1\.0-\d+-cloud-amd64 6\.1\.\d+-\d+$/);
    expect(readFileSync(kernel.config ?? '', 'utf8')).toContain('CONFIG_SERIAL_8250_CONSOLE=y');
    expect(readdirSync(join(first.paths.cache, 'tmp'))).toEqual([]);

    const second = scene({ env: { ...own, ...away } });
    expect(await findKernel('deb:6.1.*', second)).toEqual(kernel);
    expect([second.steps, second.notes]).toEqual([[], []]);

    truncateSync(kernel.image, 100_000);
    const third = scene();
    expect(await findKernel('deb:6.1.*', third)).toEqual(kernel);
    expect(third.steps[0]).toMatch(/^fetching/);
    expect(third.notes).toEqual([expect.stringContaining('is damaged')]);
  });

  it('from 6.19 on is in a package that another one depends on', async (context) => {
    context.skip(obstacle !== null, obstacle ?? '');
    const { steps, ...rest } = scene();
    const kernel = await findKernel('deb:*', { ...rest, progress: (text) => void steps.push(text) });
    expect(steps[0]).toMatch(/^fetching linux-binary-/);
    expect(kernel.package).toMatch(/^linux-image-\d.* /);
    expect(Number.parseInt(kernel.release, 10)).toBeGreaterThanOrEqual(7);
  });

  it('that is not wanted any more leaves nothing', async (context) => {
    context.skip(obstacle !== null, obstacle ?? '');
    const control = new AbortController();
    const stopped = scene({
      signal: control.signal,
      progress: (text) => void (text.startsWith('fetching linux') && setTimeout(() => control.abort('enough'), 30)),
    });
    const before = readdirSync(join(stopped.paths.cache, 'kernels'));
    await expect(findKernel('deb:6.12', stopped)).rejects.toBe('enough');
    expect(readdirSync(join(stopped.paths.cache, 'kernels'))).toEqual(before);
    expect(readdirSync(join(stopped.paths.cache, 'tmp'))).toEqual([]);
    await nobodyWorks(stopped.paths.cache);
  });
});

describe('flakehunt kernels', () => {
  it('lists what is here and what Debian has', async (context) => {
    context.skip(obstacle !== null, obstacle ?? '');
    const place = bench({ XDG_CACHE_HOME: join(top, 'cache') });
    const { kernels } = (await place.json(['kernels', '6.1.*', '--json'])) as { kernels: Record<string, unknown>[] };
    expect(kernels.length).toBeGreaterThan(0);
    for (const { version } of kernels) expect(version).toMatch(/^6\.1\.\d+$/);
    expect((await place.run(['kernels', '--cached'])).code).toBe(0);
    const { out } = await place.run(['cache']);
    expect(out).toMatch(/^kernel +.* list of the kernels of Debian$/m);
  });

  it('killed, leaves no process behind and nothing that counts', async (context) => {
    context.skip(obstacle !== null, obstacle ?? '');
    const cache = join(top, 'killed');
    const place = bench({ XDG_CACHE_HOME: cache });
    const call = place.start(['kernels']);
    for (let i = 0; i < 400 && workers(cache).length === 0; i++) await sleep(25);
    expect(workers(cache)).not.toEqual([]);
    call.kill('SIGKILL');
    await call;
    await nobodyWorks(cache);
    expect((await place.run(['kernels', '--cached'])).out).toMatch(/^No kernel|^Installed/);
    const { removed } = (await place.json(['cache', '--prune', '--json'])) as { removed: { title: string }[] };
    expect(removed.map(({ title }) => title)).toEqual(['unfinished lists']);
  });

  it('without the mirror says why, shows what is here, and ends with 3', async (context) => {
    context.skip(obstacle !== null, obstacle ?? '');
    context.skip(proxied, 'apt has a proxy of its own here, which cannot be taken away');
    const place = bench({ XDG_CACHE_HOME: join(top, 'away'), ...away });
    const { code, err, out } = await place.run(['kernels']);
    expect(err).toMatch(/note: Cannot fetch Debian's package lists from .*give the path of a bzImage\./);
    expect(out).toContain('Debian was not asked');
    expect(code).toBe(3);
  });

  it('on a full disk names it, with the way out', async (context) => {
    context.skip(obstacle !== null, obstacle ?? '');
    const mine = ['unshare', '--map-root-user', '--mount'];
    const possible = spawnSync(mine[0] ?? '', [...mine.slice(1), 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;
    context.skip(!possible, 'this user may not mount anything, even in a namespace of its own');
    const place = bench();
    const inside = 'mkdir disk && mount -t tmpfs -o size=4m none disk && exec "$@"';
    const { code, err } = await place.run(['kernels'], {
      around: `exec ${mine.join(' ')} sh -c '${inside}' sh "$@"`,
      env: { XDG_CACHE_HOME: join(place.dir, 'disk') },
    });
    expect(err).toMatch(/Cannot write to the cache .*no space is left.*XDG_CACHE_HOME/);
    expect(code).toBe(3);
  });
});

it('without apt asks for a path', async () => {
  const place = bench({ PATH: join(top, 'none'), XDG_CACHE_HOME: join(top, 'no apt') });
  const { code, err } = await place.run(['kernels'], { around: `exec "$@"` });
  expect(err).toMatch(/This system has no apt.*give the path of a bzImage/);
  expect(code).toBe(3);
});

it('a pattern that is none is refused', async () => {
  const { code, err } = await bench().run(['kernels', '6.1;id']);
  expect([code, err]).toEqual([2, expect.stringContaining('is no pattern of kernel versions')]);
});
