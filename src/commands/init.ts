import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { guessProject, type ProjectGuess } from '../config/guess-project.ts';
import { configTemplate } from '../config/template.ts';
import { EnvironmentError, ExitCode, UsageError } from '../errors.ts';
import type { CommandContext } from '../model/settings.ts';

export interface InitOptions {
  /** Replace an existing file. */
  force?: boolean;
}

const NAME = 'flakehunt.config.yaml';

/**
 * `flakehunt init`: writes a commented configuration file into the current folder.
 * Throws UsageError when there is one, EnvironmentError when the folder cannot be written.
 */
export async function init({ force = false }: InitOptions, { settings, screen }: CommandContext): Promise<ExitCode> {
  const { cwd } = settings.paths;
  const other = ['flakehunt.config.yml', 'flakehunt.config.json'].find((name) => existsSync(join(cwd, name)));
  if (other !== undefined) {
    throw new UsageError(`${other} is there already; one folder has one configuration, so remove it first.`);
  }
  const guess = guessProject(cwd);
  await write(join(cwd, NAME), configTemplate(guess), force);
  screen.out(`Wrote ${NAME}. ${next(guess)}\n`);
  return ExitCode.ok;
}

async function write(path: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(path, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') {
      throw new UsageError(`${NAME} is there already; \`flakehunt init --force\` replaces it.`, { cause: error });
    }
    if (code === 'EISDIR') throw new UsageError(`${NAME} is a folder here; remove it first.`, { cause: error });
    throw new EnvironmentError(`${path} cannot be written (${code}).`, { cause: error });
  }
}

function next({ by, name, suite, builtIn }: ProjectGuess): string {
  if (builtIn !== null)
    return `This is ${builtIn}, which needs no configuration: \`flakehunt run --list\` shows its tests.`;
  if (suite === null)
    return 'Nothing here tells how to build: describe a suite in it, or hunt with `flakehunt run -- COMMAND`.';
  return `Its suite "${name}" was guessed from ${by}: check it, then \`flakehunt run --list\` shows the tests.`;
}
