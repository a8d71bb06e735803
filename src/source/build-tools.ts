import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { EnvironmentError } from '../errors.ts';
import type { BuildStep } from '../model/suite.ts';

/**
 * Sees to it that the commands of all steps are there before the first one runs: a configure script that finds no make
 * says so at length, and in words of its own.
 * @param what the revision, for the message
 * @throws EnvironmentError that names the missing one.
 */
export function requireTools(steps: readonly BuildStep[], env: Record<string, string>, what: string): void {
  for (const step of steps) {
    const [command = ''] = step.argv;
    const path = { ...env, ...step.env }.PATH;
    if (path === undefined || command.includes('/')) continue;
    // A relative folder is one of the tree's, and the tree is not laid out yet.
    if (path.split(delimiter).some((folder) => !isAbsolute(folder) || mayExecute(join(folder, command)))) continue;
    throw missingTool(command, what, 'ENOENT');
  }
}

function mayExecute(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Debian's packages of the tools that builds are made of. */
const packages: Record<string, string> = {
  make: 'make',
  cc: 'gcc',
  gcc: 'gcc',
  'g++': 'g++',
  clang: 'clang',
  cmake: 'cmake',
  meson: 'meson',
  ninja: 'ninja-build',
  autoreconf: 'autoconf',
  'pkg-config': 'pkg-config',
};

/** @param code why it does not start; `ENOENT`: it is not there */
export function missingTool(command: string, what: string, code: string): EnvironmentError {
  const named = packages[command];
  const advice = named === undefined ? '' : ` Install it (on Debian: apt-get install ${named}).`;
  return new EnvironmentError(
    code === 'ENOENT'
      ? `${what} is built with \`${command}\`, which is not installed or not in PATH.${advice}`
      : `${what} is built with \`${command}\`, which cannot be started (${code}).${advice}`,
  );
}
