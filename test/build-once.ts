import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/**
 * The end-to-end tests call the program as users do: compiled. They share a cache that is named after this process and
 * goes with it.
 */
export async function setup(): Promise<() => Promise<void>> {
  await execa('npm', ['run', '--silent', 'build'], { cwd: dirname(dirname(fileURLToPath(import.meta.url))) });
  return async () => await rm(join(tmpdir(), `flakehunt-e2e-cache-${process.pid}`), { recursive: true, force: true });
}
