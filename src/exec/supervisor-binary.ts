import { createHash, randomBytes } from 'node:crypto';
import { access, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { EnvironmentError } from '../errors.ts';
import { makeFolders } from '../make-folders.ts';
import type { Paths } from '../model/settings.ts';

export interface SupervisorBinary {
  path: string;
  /** 12 hex digits over its sources, compiler and flags; part of every hunt's log. */
  id: string;
}

const flags = ['-std=c11', '-O2', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-pthread'];

/**
 * The supervisor, compiled into the cache on first use. Safe against concurrent callers: each compiles under a name of
 * its own and renames.
 * @throws EnvironmentError without a working compiler or a writable cache.
 */
export async function ensureSupervisor(
  paths: Paths,
  env: Record<string, string>,
  progress: (text: string) => void = () => undefined,
): Promise<SupervisorBinary> {
  const sourceDir = join(paths.packageRoot, 'src', 'native');
  const compiler = env.CC?.trim() || 'cc';
  const files = (await readdir(sourceDir)).filter((name) => /\.[ch]$/.test(name)).sort();
  const id = await identity(sourceDir, files, await compilerVersion(compiler, env));
  const folder = join(paths.cache, 'supervisors');
  const path = join(folder, `supervisor-${id}`);
  if (!(await exists(path))) {
    progress('compiling the supervisor (first use)');
    const sources = files.filter((name) => name.endsWith('.c')).map((name) => join(sourceDir, name));
    await compileInto(folder, path, compiler, sources, env);
  }
  return { path, id };
}

/** First line of `cc --version`. @throws EnvironmentError when there is no compiler. */
async function compilerVersion(compiler: string, env: Record<string, string>): Promise<string> {
  const [command, ...args] = words(compiler);
  const result = await execa(command, [...args, '--version'], {
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  if (result.exitCode !== 0) {
    throw new EnvironmentError(
      `No working C compiler: "${compiler}" did not start. flakehunt compiles its supervisor once with it; install one (on Debian: apt-get install gcc libc6-dev), or name it in CC.`,
    );
  }
  return result.stdout.split('\n')[0] ?? '';
}

/** CC may carry arguments, as for make: `ccache gcc`. */
function words(compiler: string): [string, ...string[]] {
  const [command = '', ...args] = compiler.split(/\s+/);
  return [command, ...args];
}

async function identity(folder: string, files: string[], version: string): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([version, flags, files, process.arch]));
  for (const file of files) hash.update(await readFile(join(folder, file)));
  return hash.digest('hex').slice(0, 12);
}

async function compileInto(
  folder: string,
  path: string,
  compiler: string,
  sources: string[],
  env: Record<string, string>,
) {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    makeFolders(folder);
    const failure = await compile(compiler, ['-static'], sources, temporary, env);
    // A libc without static archives still gives a supervisor, only not one that can be a guest's init.
    const second = failure === null ? null : await compile(compiler, [], sources, temporary, env);
    if (second !== null) {
      throw new EnvironmentError(whyNotCompiled(folder, compiler, second));
    }
    await rename(temporary, path);
  } catch (error) {
    if (error instanceof EnvironmentError) throw error;
    throw new EnvironmentError(
      `The cache folder ${folder} cannot be written (${(error as NodeJS.ErrnoException).code}). Make room or make it writable, or set XDG_CACHE_HOME to another folder.`,
      { cause: error },
    );
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

function whyNotCompiled(folder: string, compiler: string, said: string): string {
  return /No space left on device|Disk quota exceeded/.test(said)
    ? `There is no room to compile the supervisor: the disk of ${folder}, or that of the compiler's temporary files (TMPDIR), is full. Make room, or set XDG_CACHE_HOME to another folder.`
    : `The supervisor does not compile with "${compiler}":\n${said}\nIf headers are missing, install them (on Debian: apt-get install libc6-dev linux-libc-dev).`;
}

/** Null when it compiled, else the compiler's last lines. */
async function compile(
  compiler: string,
  extra: string[],
  sources: string[],
  output: string,
  env: Record<string, string>,
): Promise<string | null> {
  const [command, ...args] = words(compiler);
  const result = await execa(command, [...args, ...flags, ...extra, ...sources, '-o', output], {
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    all: true,
  });
  if (result.exitCode === 0 && (await exists(output))) return null;
  return (result.all ?? result.message ?? '').split('\n').slice(-12).join('\n');
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    async () => (await stat(path)).size > 0,
    () => false,
  );
}
