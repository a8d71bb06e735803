import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Bench, bench } from './flakehunt.ts';
import { withCommandLine } from './processes.ts';

/** A test of ours in the place's folder: a shell script. */
function program(place: Bench, body: string): string {
  const path = join(place.dir, 'victim');
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return './victim';
}

async function hunt(body: string, ...args: string[]) {
  const place = bench();
  const { code, out, err } = await place.run(['run', '--json', ...args, '--', program(place, body)]);
  return { place, code, err, hunt: JSON.parse(out) };
}

describe('a hostile test', () => {
  it('cannot leave a daemon that holds its output', async () => {
    const mark = `86399.${process.pid}`;
    const { code, hunt: found } = await hunt(`setsid sleep ${mark} & exit 0`, '--loops', '20');
    expect(code).toBe(0);
    expect(found.counts.pass).toBe(20);
    expect(withCommandLine(mark)).toEqual([]);
  });

  it('that ignores SIGTERM and never ends is a hang, with the state of its threads', async () => {
    const mark = `86398.${process.pid}`;
    const { code, hunt: found } = await hunt(`trap '' TERM INT HUP; sleep ${mark}`, '--loops', '2', '--limit', '500ms');
    expect(code).toBe(1);
    expect(found.counts.hang).toBe(2);
    expect(found.signatures[0].kind).toBe('hang');
    expect(found.signatures[0].stacks).toMatch(/sleep/);
    expect(withCommandLine(mark)).toEqual([]);
  });

  it('may kill its parent and its group; the runs are lost, not the hunt', async () => {
    const { code, hunt: found } = await hunt('kill -9 $PPID; sleep 1', '--loops', '3');
    expect(found.counts.invalid).toBe(3);
    expect(code).toBe(3);
  });

  it('may print a gigabyte', async () => {
    const { code, hunt: found, place } = await hunt('head -c 1073741824 /dev/zero', '--loops', '1', '--limit', '60s');
    expect(code).toBe(0);
    expect(found.counts.pass).toBe(1);
    const [event] = place.events().filter((candidate) => candidate.type === 'class');
    expect(event?.output).toMatchObject({ total: 1073741824, cutAt: 32768 });
  });

  it('may print NULs, invalid UTF-8 and terminal codes', async () => {
    const { place, hunt: found } = await hunt("printf 'a\\0b\\377\\033[31mc: -17\\n'; exit 1", '--loops', '2');
    expect(found.counts.fail).toBe(2);
    const raw = await place.run(['show', 'last:1', '--raw']);
    expect(raw.out).toContain('a\0b');
    const text = await place.run(['run', '--loops', '1', '--', './victim']);
    expect(text.out).not.toContain('\u001b[31mc');
    expect(text.out).not.toContain('\0');
  });

  it('may vanish in the middle', async () => {
    const body = '[ "$FLAKEHUNT_RUN" -ge 30 ] && rm -f "$0"; exit 0';
    const { hunt: found } = await hunt(body, '--loops', '100');
    expect(found.counts).toMatchObject({ pass: 30, invalid: 70 });
    expect(found.reasons[0].reason).toContain('ENOENT');
  });

  it('may exit 127 always without being taken for a missing program', async () => {
    const { code, hunt: found } = await hunt('exit 127', '--loops', '5');
    expect(code).toBe(1);
    expect(found.signatures[0]).toMatchObject({ count: 5, always: true });
  });

  it('may be a flakehunt that hunts', async () => {
    const place = bench();
    const inner = await place.run(['run', '--loops', '2', '--json', '--', '/bin/true'], {
      env: { FLAKEHUNT_RUN: '7', FLAKEHUNT_SEED: '0123456789abcdef' },
    });
    expect(inner).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(inner.out).counts.pass).toBe(2);
  });

  it('sees its run number and a seed of its own', async () => {
    const { hunt: found } = await hunt(
      'echo "$FLAKEHUNT_RUN $FLAKEHUNT_SEED" >> seen; exit 0',
      '--loops',
      '3',
      '--seed',
      '1',
    );
    expect(found.counts.pass).toBe(3);
  });
});

describe('a test with a scratch folder', () => {
  it('finds it empty, may fill it, leave it and make it unwritable', async () => {
    const place = bench();
    const body = `[ -z "$(ls -A)" ] || exit 1
mkdir -p deep/er/still && dd if=/dev/zero of=deep/er/fill bs=65536 count=16 2>/dev/null
ln -s /etc link; chmod 0 deep/er; cd /`;
    writeFileSync(join(place.dir, 'tree-test.sh'), `#!/bin/sh\n${body}\n`);
    chmodSync(join(place.dir, 'tree-test.sh'), 0o755);
    writeFileSync(
      join(place.dir, 'flakehunt.config.yaml'),
      "suites:\n  mine:\n    build: {artifact: tree-test.sh}\n    tests: {names: [tree-test]}\n    command: [sh, '{tree}/tree-test.sh']\n    cwd: scratch\n",
    );
    const { code, out, err } = await place.run([
      'run',
      'tree-test',
      '--tree',
      '.',
      '--suite',
      'mine',
      '--loops',
      '25',
      '--json',
    ]);
    expect(err).toBe('');
    expect(JSON.parse(out).counts.pass).toBe(25);
    expect(code).toBe(0);
    expect(existsSync('/etc/hostname')).toBe(true);
  });
});
