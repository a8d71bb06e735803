import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sampleImage } from '../../src/kernel/sample-kernel.ts';
import type { BisectFinding, BisectRow } from '../../src/model/bisect.ts';
import { type Bench, bench } from './flakehunt.ts';

const names = Array.from({ length: 20 }, (_, i) => `vmlinuz-6.1.${i + 1}`);

/** Twenty kernels; a test of the lab that fails once in five runs under those before the thirteenth. */
function place(failing: string[] = names.slice(0, 12)): { where: Bench; args: string[] } {
  const where = bench();
  const folder = join(where.dir, 'kernels');
  mkdirSync(folder);
  for (const name of names) writeFileSync(join(folder, name), sampleImage(name.slice('vmlinuz-'.length)));
  const script = join(where.dir, 'script.json');
  const outcomes = [
    { ending: { kind: 'exit', code: 0 }, weight: 4, us: 1000 },
    { ending: { kind: 'exit', code: 1 }, output: 'wait cqe -17\n', us: 1000, kernels: failing },
  ];
  writeFileSync(script, JSON.stringify({ guest: { boots: [1000] }, outcomes }));
  return { where, args: ['bisect', 'claim', '--tree', 'lab', '--kernels', folder, `--engine=fake:${script}`] };
}

interface Found {
  axis: { revision: { name: string } };
  direction: string;
  findings: BisectFinding[];
  rows: BisectRow[];
}

describe('a bisect among kernels', () => {
  it('finds the one that fixed it, at the stated confidence, and says so of kernels', async () => {
    const { where, args } = place();
    const { code, out } = await where.run([...args, '--condition', 'plain']);
    const text = out.replaceAll(/\s+/g, ' ');
    expect(code).toBe(0);
    expect(text).toContain('looks for the kernel that fixed it');
    expect(text).toContain('19 kernels, all with');
    expect(text).toMatch(/claim: fixed by 6\.1\.13 /);
    expect(text).toMatch(
      /run before flakehunt run claim --tree lab --rev [0-9a-f]{12} --kernel '.{1,99}vmlinuz-6\.1\.12' /,
    );
    expect(text).not.toContain('flakehunt confirm');
    const log = await where.run(['bisect', '--log']);
    expect([log.code, log.err]).toEqual([2, expect.stringContaining('git knows nothing')]);
    const again = await where.run([...args.slice(0, 1), args.at(-1) ?? '', '--resume', 'last']);
    expect([again.code, again.err]).toEqual([0, expect.stringContaining('was decided already')]);
  });

  it('goes on in the same guests after an interruption, and finds what introduced it', async () => {
    const { where, args } = place(names.slice(7));
    const first = await where.run([...args, '--condition', 'plain', '--time', '1s', '--confidence', '0.9999']);
    expect([0, 5]).toContain(first.code);
    const found = (await where.json([
      'bisect',
      args.at(-1) ?? '',
      '--resume',
      'last',
      '--time',
      '2m',
      '--json',
    ])) as Found;
    expect(found.direction).toBe('regression');
    expect(found.findings.map(({ verb, suspects }) => `${verb} ${suspects[0]?.commit.name}`)).toEqual([
      'introduced 6.1.8',
    ]);
    expect(found.rows).toHaveLength(20);
  });

  it.each([
    [['--kernel', '6.1.0'], 2, 'choose one'],
    [['--first-parent'], 2, '--first-parent is about commits'],
    [['--good', '6.1.99'], 2, 'There is no kernel 6.1.99'],
    [['--time', '2s', '--condition', 'plain'], 5, 'failed under no kernel that was tried'],
  ])('%j is refused, or told', async (flags, expected, text) => {
    const { where, args } = place([]);
    const { code, err } = await where.run([...args, ...flags]);
    expect([code, err.replaceAll(/\s+/g, ' ')]).toEqual([expected, expect.stringContaining(text)]);
  });

  it('no series and no folder are told, and --rev alone', async () => {
    const where = bench();
    const { code, err } = await where.run(['bisect', 'claim', '--tree', 'lab', '--kernels', '/nonexistent/kernels']);
    expect([code, err]).toEqual([2, expect.stringContaining('names no series of kernels')]);
    const alone = await where.run(['bisect', 'claim', '--tree', 'lab', '--rev', 'v0.4']);
    expect([alone.code, alone.err]).toEqual([2, expect.stringContaining('--good and --bad')]);
  });
});
