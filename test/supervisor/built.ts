import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const here = dirname(fileURLToPath(import.meta.url));
export const packageRoot = dirname(dirname(here));
const native = join(packageRoot, 'src', 'native');

/**
 * What the tests drive: the supervisor with AddressSanitizer and UndefinedBehaviorSanitizer, or as users get it.
 * `FLAKEHUNT_TEST_SUPERVISOR=plain` chooses the latter for all of them.
 */
export async function builtSupervisor(kind: 'asan' | 'plain' = defaultKind()): Promise<string> {
  const folder = await built(`supervisor-${kind}`, [native], (out) =>
    execa('make', ['-C', native, `OUT=${out}`, kind === 'asan' ? 'asan' : 'all']),
  );
  return join(folder, kind === 'asan' ? 'supervisor-asan' : 'supervisor');
}

/** The program of test/supervisor/programs, compiled. */
export async function builtProgram(name: string): Promise<string> {
  const folder = await built('programs', [join(here, 'programs')], async (out) => {
    for (const file of readdirSync(join(here, 'programs')).filter((name) => name.endsWith('.c'))) {
      const flags = ['-std=c11', '-O1', '-g', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror', '-pthread'];
      await execa('cc', [...flags, join(here, 'programs', file), '-o', join(out, file.replace(/\.c$/, ''))]);
    }
  });
  return join(folder, name);
}

function defaultKind(): 'asan' | 'plain' {
  return process.env.FLAKEHUNT_TEST_SUPERVISOR === 'plain' ? 'plain' : 'asan';
}

/** A folder under the system's temporary one, made once for one state of the sources, whoever comes first. */
async function built(label: string, sources: string[], make: (out: string) => Promise<unknown>): Promise<string> {
  const final = join(tmpdir(), 'flakehunt-tests', `${label}-${identity(sources)}`);
  if (existsSync(final)) return final;
  const out = `${final}.${randomBytes(4).toString('hex')}`;
  mkdirSync(out, { recursive: true });
  await make(out);
  try {
    renameSync(out, final);
  } catch {
    // Another test file was faster; its build is the same.
    rmSync(out, { recursive: true });
  }
  return final;
}

function identity(folders: string[]): string {
  const hash = createHash('sha256');
  for (const folder of folders) {
    for (const file of readdirSync(folder).sort()) {
      if (/\.[ch]$|^Makefile$/.test(file)) hash.update(file).update(readFileSync(join(folder, file)));
    }
  }
  return hash.digest('hex').slice(0, 12);
}
