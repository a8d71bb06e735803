import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/** The end-to-end tests call the program as users do: compiled. */
export async function setup(): Promise<void> {
  await execa('npm', ['run', '--silent', 'build'], { cwd: dirname(dirname(fileURLToPath(import.meta.url))) });
}
