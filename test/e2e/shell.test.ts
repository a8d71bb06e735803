import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { bench } from './flakehunt.ts';

/** Runs a program on text, if it is installed; null where it is not. */
async function withInput(command: string, args: string[], input: string) {
  const done = await execa(command, args, { input, reject: false });
  return done.code === 'ENOENT' ? null : { code: done.exitCode, text: `${done.stdout}${done.stderr}` };
}

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish'])('for %s is a script that it accepts', async (shell) => {
    const place = bench();
    const { out, code } = await place.run(['completion', shell]);
    expect(code).toBe(0);
    const file = join(place.dir, 'completion');
    writeFileSync(file, out);
    const checked = await withInput(shell, ['-n', file], '');
    expect(checked ?? { code: 0, text: '' }).toEqual({ code: 0, text: '' });
  });

  it('knows no other shell', async () => {
    const { code, err } = await bench().run(['completion', 'tcsh']);
    expect(code).toBe(2);
    expect(err).toContain('bash, zsh, fish');
  });

  it('offers tests, conditions and hunts, each with a word on it', async () => {
    const place = bench();
    const offered = async (...words: string[]) => (await place.run(['complete', '--', ...words])).out;
    // Laying the bundled tree takes longer than anybody waits for a key.
    expect((await place.run(['run', '--list', '--tree', 'lab'])).code).toBe(0);
    expect(await offered('run', '--tree', 'lab', 'msg')).toBe('msg-ring\t');
    expect(await offered('run', '--strategy', 'pct-2')).toMatch(/^pct-2\t.+$/);
    expect(await offered('show', '')).toBe('last\tthe newest hunt');
    expect(await offered('run', '--tree', 'https://example.invalid/x', '')).toBe('');
  });

  it('evaluates nothing of what was typed', async () => {
    const place = bench();
    const { out } = await place.run(['completion', 'bash']);
    const program = `flakehunt() { return 0; }\n${out}\nCOMP_WORDS=(flakehunt run "$1" ''); COMP_CWORD=3; _flakehunt`;
    await execa('bash', ['-c', program, 'bash', '$(touch evaluated)`touch evaluated`'], { cwd: place.dir });
    expect(readdirSync(place.dir)).not.toContain('evaluated');
  });
});

describe('the manual page', () => {
  it.each([
    ['groff', ['-man', '-ww', '-z', '-Tutf8']],
    ['mandoc', ['-T', 'lint', '-W', 'warning']],
  ])('is one that %s reads without a warning', async (program, args) => {
    const { out, code } = await bench().run(['man']);
    expect(code).toBe(0);
    const read = await withInput(program, args, out);
    expect(read ?? { code: 0, text: '' }).toEqual({ code: 0, text: '' });
  });

  it('is shipped', async () => {
    const root = join(import.meta.dirname, '../..');
    const packed = await execa('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root });
    const [{ files }] = JSON.parse(packed.stdout) as [{ files: { path: string }[] }];
    const paths = files.map(({ path }) => path);
    expect(paths).toContain('man/flakehunt.1');
  });
});
