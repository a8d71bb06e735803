import { isAbsolute, join } from 'node:path';
import { EnvironmentError } from '../errors.ts';
import type { Paths } from '../model/settings.ts';

/**
 * Where things are kept, after the XDG Base Directory Specification: a variable that is empty or not absolute counts as
 * unset. Throws EnvironmentError when neither XDG's variable nor HOME says where.
 */
export function findPaths(env: NodeJS.ProcessEnv, cwd: string, packageRoot: string): Paths {
  return {
    cache: join(baseFolder(env, 'XDG_CACHE_HOME', '.cache'), 'flakehunt'),
    state: join(baseFolder(env, 'XDG_STATE_HOME', '.local/state'), 'flakehunt'),
    packageRoot,
    cwd,
  };
}

/** HOME when it is usable, or null. */
export function homeFolder(env: NodeJS.ProcessEnv): string | null {
  const home = env.HOME ?? '';
  return isAbsolute(home) ? join(home) : null;
}

function baseFolder(env: NodeJS.ProcessEnv, variable: string, belowHome: string): string {
  const given = env[variable] ?? '';
  if (isAbsolute(given)) return given;
  const home = homeFolder(env);
  if (home !== null) return join(home, belowHome);
  throw new EnvironmentError(
    `HOME is ${env.HOME === undefined ? 'not set' : 'not an absolute path'} and ${variable} is not either, so there is no place to keep things; set HOME, or XDG_CACHE_HOME and XDG_STATE_HOME.`,
  );
}
