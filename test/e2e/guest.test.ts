import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Bench, bench } from './flakehunt.ts';

const pass = { ending: { kind: 'exit', code: 0 }, us: 1000 };
const fail = { ending: { kind: 'exit', code: 1 }, output: 'wait cqe -17\n', us: 1000 };
const panic = { ending: { kind: 'kernel', what: 'panic' }, us: 1000 };
const hang = { ending: { kind: 'kernel', what: 'hang' }, us: 1000 };

/** A scripted test in scripted guests: the first takes 2 s to boot, the second 4. */
function script(place: Bench, content: object): string {
  const path = join(place.dir, 'script.json');
  writeFileSync(path, JSON.stringify({ guest: { boots: [2000, 4000] }, ...content }));
  return `--engine=fake:${path}`;
}

const kernel = ['--kernel', '6.1.0-test', '--guests', '2', '--guest-cpus', '3'];
const test = ['--', '/bin/true'];

describe('a hunt in guests', () => {
  it('records which, and goes on, replays and hunts elsewhere in the same', async () => {
    const place = bench();
    const engine = script(place, { outcomes: [pass, fail], sequence: [0, 0, 0, 0, 1] });
    const ran = await place.run(['run', engine, ...kernel, '--strategy', 'plain', '--loops', '50', ...test]);
    const out = ran.out.replaceAll(/\s+/g, ' ');
    expect(ran.code).toBe(1);
    expect(out).toContain('Linux 6.1.0-test in a guest (qemu scripted, tcg; 3 CPUs, 512 MiB, 2 guests)');
    expect(out).toMatch(/10 of 50 runs, 20 % \[.*\] \(tcg\)/);
    expect(out).toContain(
      '2 guest boots, median 3 s, slowest 4 s, consoles in artifacts/console.1 to artifacts/console.2',
    );
    expect(out).toContain('--as-run 5 --kernel 6.1.0-test --guests 2 --guest-cpus 3 -- /bin/true');

    const more = (await place.json(['run', engine, '--resume', 'last', '--loops', '100', '--json'])) as object;
    expect(more).toMatchObject({
      runs: 100,
      sessions: 2,
      machine: { kernel: '6.1.0-test', virtualization: 'qemu (tcg)', cpusAllowed: [0, 1, 2], uid: 0 },
      guest: { accel: 'tcg', guests: 2, cpus: 3, kernel: { spec: '6.1.0-test' } },
      boots: { count: 4, medianMs: 3000, slowestMs: 4000 },
    });
    expect((await place.run(['replay', engine, 'last', '--times', '2'])).err).not.toContain('the hunt ran on');
    expect((await place.run(['replay', engine, 'last', '--kernel', 'host', '--times', '2'])).err).toContain(
      'under Linux 6.1.0-test in a guest (tcg), this is',
    );
  });

  it('is not gone on with by another accelerator', async () => {
    const place = bench();
    const engine = script(place, { outcomes: [pass] });
    await place.run(['run', engine, ...kernel, '--loops', '5', ...test]);
    script(place, { outcomes: [pass], guest: { accel: 'kvm' } });
    const { code, err } = await place.run(['run', engine, '--resume', 'last', '--loops', '10']);
    expect([code, err]).toEqual([2, expect.stringContaining('Rates of two machines are never mixed')]);
  });

  it('calls a kernel that went down a failure, and one that stands still a hang', async () => {
    const place = bench();
    const engine = script(place, { outcomes: [panic, hang], sequence: [0, 1] });
    const found = (await place.json(['run', engine, ...kernel, '--loops', '20', '--json', ...test])) as {
      counts: object;
      signatures: { title: string }[];
    };
    expect(found.counts).toMatchObject({ fail: 10, hang: 10, invalid: 0 });
    expect(found.signatures.map(({ title }) => title).sort()).toEqual([
      'kernel panic without a word',
      'the guest stood still',
    ]);
  });

  it('tries what only a guest can do, and pins to its CPUs', async () => {
    const place = bench();
    const engine = script(place, { outcomes: [pass] });
    const run = (...flags: string[]) => place.json(['run', engine, ...kernel, ...flags, '--json', ...test]);
    const auto = (await run('--strategy', 'auto', '--loops', '100')) as { plan: { conditions: string[] } };
    expect(auto.plan.conditions).toEqual(expect.arrayContaining(['preempt:none', 'preempt:full', 'quota:20%/10ms']));
    const pinned = (await run('--pin', '2', '--preempt', 'full', '--loops', '5')) as { plan: { conditions: string[] } };
    expect(pinned.plan.conditions).toEqual(['plain', 'pin:2,preempt:full']);
    const { code, err } = await place.run(['run', engine, ...kernel, '--pin', '3', ...test]);
    expect([code, err]).toEqual([2, expect.stringContaining('CPU 3 may not be used here')]);
  });
});

it('a bisect and a confirmation go on from a hunt in its guests', async () => {
  const place = bench();
  const engine = script(place, { outcomes: [pass, fail], sequence: [0, 1] });
  const claim = ['claim', '--tree', 'lab'];
  await place.run(['run', engine, ...claim, '--rev', 'v0.4', ...kernel, '--strategy', 'plain', '--loops', '40']);
  const guest = { guests: 2, cpus: 3, kernel: { spec: '6.1.0-test' } };
  const bisected = await place.json(['bisect', engine, ...claim, '--good', '4b6594f0', '--json']);
  expect(bisected).toMatchObject({ kind: 'bisect', guest, machine: { virtualization: 'qemu (tcg)' } });
  const confirmed = await place.json([
    'confirm',
    engine,
    ...claim,
    '--before',
    'v0.4',
    '--after',
    '4b6594f0',
    '--json',
  ]);
  expect(confirmed).toMatchObject({
    guest,
    reproduce: { before: expect.stringContaining('--kernel 6.1.0-test --guests 2 --guest-cpus 3') },
  });
});

describe('what cannot be', () => {
  it.each([
    [['run', '--preempt', 'full', ...test], 'add --kernel'],
    [['run', '--strategy', 'preempt-none', ...test], 'add --kernel'],
    [['run', '--guests', '2', ...test], '--guests describes a guest'],
    [['run', '--kernel', 'x', '--guest-memory', '3', ...test], '--guest-memory 3 is too little'],
    [['replay', '--kernel', 'x', '--gdb', 'last'], '--kernel host'],
    [['replay', '--kernel', 'x', '--strace', '--seed', '1', '--condition', 'plain', ...test], '--kernel host'],
    [['replay', '--seed', '1', '--condition', 'preempt:full', ...test], 'add --kernel'],
    [['run', '--resume', 'last', '--guest-cpus', '1'], '--guest-cpus cannot be given with --resume'],
  ])('%j', async (args, message) => {
    const { code, err } = await bench().run(args);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});
