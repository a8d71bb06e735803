import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runTool } from './run-tool.ts';

const env = { PATH: process.env.PATH ?? '' };
const never = new AbortController().signal;

test('an answer is both streams and the exit code', async () => {
  const answer = await runTool({ argv: ['sh', '-c', 'echo out; echo err >&2; exit 4'], env, signal: never });
  expect(answer).toMatchObject({ kind: 'answered', code: 4, text: expect.stringMatching(/^(out\nerr|err\nout)$/) });
});

test('a program that hangs is killed with its children', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'flakehunt-tool-'));
  const script = 'sleep 1000 & echo $! >"$1"; wait';
  const file = join(folder, 'pid');
  const answer = await runTool({ argv: ['sh', '-c', script, 'sh', file], env, signal: never, timeoutMs: 1000 });
  expect(answer).toEqual({ kind: 'broken', why: 'no answer within 1 s' });
  const pid = Number(readFileSync(file, 'utf8'));
  await expect.poll(() => isRunning(pid)).toBe(false);
  rmSync(folder, { recursive: true });
});

test('a child that keeps the pipe open neither holds us nor survives', async () => {
  const answer = await runTool({ argv: ['sh', '-c', 'sleep 1000 & echo $!'], env, signal: never });
  expect(answer.kind).toBe('answered');
  const pid = answer.kind === 'answered' ? Number(answer.text) : 0;
  expect(pid).toBeGreaterThan(0);
  await expect.poll(() => isRunning(pid)).toBe(false);
});

test('an abort ends it', async () => {
  const abort = new AbortController();
  const answer = runTool({ argv: ['sleep', '1000'], env, signal: abort.signal });
  abort.abort();
  expect(await answer).toEqual({ kind: 'broken', why: 'interrupted' });
  expect(await runTool({ argv: ['true'], env, signal: abort.signal })).toEqual({ kind: 'broken', why: 'interrupted' });
});

/** An orphan that nobody reaps stays as a zombie: it has ended all the same. */
function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
