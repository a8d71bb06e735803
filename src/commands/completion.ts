import { ExitCode, UsageError } from '../errors.ts';
import type { CommandContext } from '../model/settings.ts';
import { type CompletedShell, completedShells, completionScript } from '../report/completion-script.ts';

/** `flakehunt completion`: prints what a shell sources. @throws UsageError for a shell that is not known */
export async function completion(shell: string, { screen }: Pick<CommandContext, 'screen'>): Promise<ExitCode> {
  if (!isCompleted(shell)) {
    throw new UsageError(`There is no completion for "${shell}"; there is one for ${completedShells.join(', ')}.`);
  }
  screen.out(completionScript(shell));
  return ExitCode.ok;
}

function isCompleted(shell: string): shell is CompletedShell {
  return completedShells.some((known) => known === shell);
}
