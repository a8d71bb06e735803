import { describe, expect, it } from 'vitest';
import { accelMark, guestFlags } from './guest-facts.ts';
import { renderHeader } from './header.ts';
import { headline } from './headline.ts';
import { nextCommands } from './next-commands.ts';
import { isSamePlace, placeText } from './place.ts';
import { replayElsewhere } from './reproduce.ts';
import { renderResult } from './result.ts';
import { armHunts } from './sample-arms.ts';
import { sampleGuest } from './sample-guest.ts';
import { case1135, pass, sampleHeader, sampleMachine, sampleSummary } from './sample-summary.ts';
import { styleOf } from './style.ts';

const screen = { columns: 120, color: false, unicode: true };
const machine = { ...sampleMachine, kernel: '6.1.0-50-cloud-amd64', virtualization: 'qemu (tcg)' };
const inGuest = { guest: sampleGuest, machine, engine: 'guest' as const };
const kept = { dir: '/state/h', artifactDir: '/state/h/artifacts', state: 'ended' as const };

describe('a hunt in guests', () => {
  const found = sampleSummary(
    [
      { count: 100, judgement: pass },
      { count: 2, judgement: case1135 },
    ],
    inGuest,
  );
  const clean = sampleSummary([{ count: 100, judgement: pass }], inGuest);

  it('says in which', () => {
    expect(renderHeader(found.header, screen)).toContain(
      'Linux 6.1.0-50-cloud-amd64 in a guest (qemu 7.2.22, tcg; 2 CPUs, 512 MiB, 2 guests)',
    );
  });

  it('names translation beside its rates', () => {
    const told = (summary: typeof found) => headline(summary, 'ended', 'msg-ring', styleOf(screen)).text;
    expect(told(found)).toMatch(/ % \[[\d., ]+\] \(tcg\)$/);
    expect(told(clean)).toMatch(/rate below .* \(tcg\)$/);
    const arms = armHunts['only when provoked'];
    const provoked = renderResult({ ...arms, header: { ...arms.header, ...inGuest } }, kept, screen);
    expect(provoked).toMatch(/rate \(tcg\), 95 % interval/);
    expect(renderResult(arms, kept, screen)).not.toContain('tcg');
  });

  it('tells of its boots', () => {
    const boots = { count: 3, medianMs: 1500, slowestMs: 3000, consoles: ['console.1', 'console.2'] };
    expect(renderResult({ ...clean, boots }, kept, screen)).toMatch(
      /^boots {6}3 guest boots, median 1\.5 s, slowest 3 s, consoles in artifacts\/console\.1 to artifacts\/console\.2$/m,
    );
  });

  it('is gone on with in the same guests', () => {
    const again = { run: 17, seed: '00112233aabbccdd', condition: 'plain' };
    const flags = "--kernel 'deb:6.1.*' --guests 2";
    expect(replayElsewhere(found.header, again)).toContain(` --as-run 17 ${flags} msg-ring `);
    expect(nextCommands(found, 'ended').map(({ command }) => command)).toContainEqual(
      expect.stringMatching(/^flakehunt bisect .* --kernel 'deb:6\.1\.\*' --guests 2$/),
    );
  });
});

it('flags say what is not usual', () => {
  const shape = { cpus: 4, memoryMiB: 1024, kernelArgs: '-x quiet', guests: 1 };
  expect(guestFlags({ guest: { ...sampleGuest, ...shape } })).toEqual([
    ...['--kernel', 'deb:6.1.*', '--guest-cpus', '4', '--guest-memory', '1024', '--kernel-args=-x quiet'],
  ]);
  expect(guestFlags({})).toEqual([]);
  expect(accelMark({ guest: { ...sampleGuest, accel: 'kvm' } })).toBe('');
});

describe('places', () => {
  const host = sampleHeader();
  const guest = sampleHeader(inGuest);

  it('are told apart by kernel, accelerator and shape', () => {
    const other = (changes: Partial<typeof sampleGuest>) => ({ machine, guest: { ...sampleGuest, ...changes } });
    expect(isSamePlace(guest, other({ qemu: '9' }))).toBe(true);
    expect(isSamePlace(guest, host)).toBe(false);
    expect(isSamePlace(guest, { machine })).toBe(false);
    expect(isSamePlace(guest, other({ accel: 'kvm' }))).toBe(false);
    expect(isSamePlace(guest, other({ cpus: 1 }))).toBe(false);
    const rebuilt = { ...sampleGuest.kernel, sha256: 'cd'.repeat(32) };
    expect(isSamePlace(guest, other({ kernel: rebuilt }))).toBe(false);
  });

  it('are named', () => {
    expect(placeText(host)).toBe('build3 under Linux 6.18.0');
    expect(placeText(guest)).toBe('build3 under Linux 6.1.0-50-cloud-amd64 in a guest (tcg)');
  });
});
