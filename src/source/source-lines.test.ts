import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { linkedAddress } from './file-address.ts';
import { readFrames, sourceExcerpt, sourceFrames } from './source-lines.ts';

const context = {
  paths: { cache: '', state: '', packageRoot: '', cwd: '/' },
  env: { PATH: process.env.PATH ?? '' },
  signal: new AbortController().signal,
  progress: () => undefined,
  note: () => undefined,
};

function built(source: string, ...flags: string[]): { program: string; file: string } {
  const dir = mkdtempSync(join(tmpdir(), 'flakehunt-lines-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const [file, program] = [join(dir, 'program.c'), join(dir, 'program')];
  writeFileSync(file, source);
  execFileSync('cc', [...flags, '-o', program, file]);
  return { program, file };
}

/** File offset of a symbol, by its linked address and the first segment that holds it. */
function offsetOf(program: string, symbol: string): bigint {
  const line = execFileSync('nm', [program], { encoding: 'utf8' })
    .split('\n')
    .find((one) => one.endsWith(` ${symbol}`));
  const address = BigInt(`0x${line?.split(' ')[0]}`);
  const header = readFileSync(program);
  for (let offset = 0n; offset < BigInt(header.length); offset++)
    if (linkedAddress(header, offset) === address) return offset;
  throw new Error(`${symbol} is nowhere`);
}

const source = [
  'int twice(int n)',
  '{',
  '\treturn 2 * n;',
  '}',
  'int main(void)',
  '{',
  '\treturn twice(0);',
  '}',
  '',
].join('\n');

it.each([['-pie'], ['-no-pie']])('finds function and line (%s)', async (kind) => {
  const { program, file } = built(source, '-g', '-O0', kind);
  const [frames] = await sourceFrames([{ module: program, offset: (await offsetOf(program, 'twice')) + 1n }], context);
  expect(frames).toMatchObject([{ function: 'twice', file, line: 2, inlined: false }]);
});

it('knows the function alone without debug information, and nothing but the place without symbols', async () => {
  const plain = built(source, '-O0').program;
  const place = { module: plain, offset: offsetOf(plain, 'twice') + 1n };
  expect(await sourceFrames([place], context)).toMatchObject([[{ function: 'twice', file: null, line: null }]]);
  execFileSync('strip', [plain]);
  const offset = `0x${place.offset.toString(16)}`;
  expect(await sourceFrames([place], context)).toMatchObject([[{ function: null, file: null, module: plain, offset }]]);
});

it('says where it is when the file is gone', async () => {
  const [frames] = await sourceFrames([{ module: '/nowhere/x', offset: 16n }], context);
  expect(frames).toEqual([
    { function: null, file: null, line: null, module: '/nowhere/x', offset: '0x10', inlined: false },
  ]);
});

it('reads inlined frames', () => {
  expect(readFrames('io_uring_wait_cqe\n/a/liburing.h:12\nwait_cqe_fn\n/a/msg-ring.c:81 (discriminator 2)\n')).toEqual([
    { function: 'io_uring_wait_cqe', file: '/a/liburing.h', line: 12, inlined: true },
    { function: 'wait_cqe_fn', file: '/a/msg-ring.c', line: 81, inlined: false },
  ]);
  expect(readFrames('??\n??:0\n')).toEqual([{ function: null, file: null, line: null, inlined: false }]);
});

it('shows the lines around one', async () => {
  const { file } = built(source);
  expect(await sourceExcerpt(file, 3)).toEqual([
    { number: 1, text: 'int twice(int n)' },
    { number: 2, text: '{' },
    { number: 3, text: '\treturn 2 * n;' },
    { number: 4, text: '}' },
    { number: 5, text: 'int main(void)' },
  ]);
  expect(await sourceExcerpt(join(file, 'gone'), 3)).toEqual([]);
});
